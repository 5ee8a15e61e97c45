"""Who may do what: one table, read by pages, API and tests."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    TEAM_LEADER = "team_leader", _("team leader")
    COMMUNE_OFFICER = "commune_officer", _("commune officer")
    DISTRICT_OFFICER = "district_officer", _("district officer")
    PROVINCE_STAFF = "province_staff", _("provincial staff")
    PROVINCE_ADMIN = "province_admin", _("provincial administrator")
    NATION_STAFF = "nation_staff", _("national staff")


class Right(TextChoices):
    FILL = "fill", _("enter and submit figures")
    REVIEW = "review", _("approve and return reports")
    CORRECT = "correct", _("correct approved figures")
    OVERVIEW = "overview", _("see the figures of an area")
    PERIODS = "periods", _("open and lock periods")
    ACCOUNTS = "accounts", _("manage accounts")
    ROSTER = "roster", _("keep the roster of teams and members")
    BOUNDARIES = "boundaries", _("apply decrees on boundaries")
    DECREES = "decrees", _("read decrees on boundaries")


RIGHTS: dict[Role, frozenset[Right]] = {
    # A leader fills in the teams they lead, see `Team.objects.editable_by`, never a whole hamlet.
    Role.TEAM_LEADER: frozenset({Right.FILL}),
    Role.COMMUNE_OFFICER: frozenset({Right.FILL, Right.REVIEW, Right.OVERVIEW, Right.ROSTER}),
    Role.DISTRICT_OFFICER: frozenset({Right.REVIEW, Right.OVERVIEW}),
    Role.PROVINCE_STAFF: frozenset({Right.OVERVIEW, Right.DECREES}),
    Role.PROVINCE_ADMIN: frozenset(
        {
            Right.FILL,
            Right.REVIEW,
            Right.CORRECT,
            Right.OVERVIEW,
            Right.PERIODS,
            Right.ACCOUNTS,
            Right.ROSTER,
            Right.BOUNDARIES,
            Right.DECREES,
        }
    ),
    Role.NATION_STAFF: frozenset({Right.OVERVIEW}),
}


# What somebody who is away hands over to a colleague: the work on reports, and no more of a role.
LENDABLE = frozenset({Right.FILL, Right.REVIEW, Right.OVERVIEW})


def lendable(role: Role) -> frozenset[Right]:
    """What a holder of the role can hand over; nothing where the role does no work on reports."""
    works = RIGHTS[role] & {Right.FILL, Right.REVIEW}
    return RIGHTS[role] & LENDABLE if works else frozenset()


def roles_with(right: Right) -> list[Role]:
    return [role for role, rights in RIGHTS.items() if right in rights]
