"""Roles on units that end go to their successors; where that is no matter of course, a person
decides."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Delegation, Grant, User
from accounts.roles import Role
from units import clock, outlook
from units.fates import Fate, Lot, described
from units.models import Decree, Level, Unit
from units.outlook import ENDS, Kind, Outlook, Question, Reform, Tally

# For so many days a person is told on their own page what a decree did to their roles.
NEWS = 30
# What somebody becomes who held another level's role on a unit that ends.
ROLE_AT = {Level.COMMUNE: Role.COMMUNE_OFFICER, Level.PROVINCE: Role.PROVINCE_STAFF}
ROLES = Kind(
    "roles",
    gettext_lazy("accounts whose role moves or ends"),
    (
        gettext_lazy("Account"),
        gettext_lazy("Role before"),
        gettext_lazy("Unit before"),
        gettext_lazy("Role from then on"),
        gettext_lazy("Unit from then on"),
    ),
)


class GrantMover(outlook.Mover):
    tracked = (Delegation, Grant)
    kinds = (ROLES,)

    def counted(self, outlook: Outlook) -> list[Tally]:
        lots = {lot.unit.pk: lot for lot in outlook.ending}
        grants = _grants(lots.values()).select_related("unit").order_by("unit__code", "user")
        rows = [_told(outlook, grant, lots[grant.unit_id]) for grant in grants]
        return [Tally(ROLES, len({row[0] for row in rows}), rows)]

    def read(self, kind: Kind, rows: list[list[Any]]) -> list[list[Any]]:
        """Whoever's account is gone has no name any more."""
        people = User.objects.in_bulk({row[0] for row in rows})
        return [
            [_named(people.get(who)), _role_label(role), before, _role_label(new), after]
            for who, role, before, new, after in rows
        ]

    def asked(self, outlook: Outlook) -> list[Question]:
        """Of districts that end, and of communes that are split; a team's leader follows it."""
        open_to = {
            lot.unit.pk: lot for lot in outlook.ending if lot.fate in (Fate.ABOLISHED, Fate.SPLIT)
        }
        rows = _grants(open_to.values()).exclude(role=Role.TEAM_LEADER)
        return [
            Question(
                _key(grant),
                _("Roles on districts that end and on communes that are split"),
                " · ".join(
                    (
                        _named(grant.user),
                        grant.get_role_display(),
                        described(open_to[grant.unit_id].unit),
                    )
                ),
                (*outlook.choices(_codes(outlook, open_to[grant.unit_id])), (ENDS, _("role ends"))),
            )
            for grant in rows.select_related("user", "unit").order_by("unit__code", "user")
        ]

    def move(self, reform: Reform) -> None:
        held = set(Grant.objects.values_list("user", "unit", "role"))
        for grant in _grants(reform.outlook.ending).select_related("unit").order_by("pk"):
            to = _goes_to(reform, grant)
            role = _role(grant, to.level) if to else ""
            if to is None or (grant.user_id, to.pk, role) in held:
                grant.delete()
                continue
            held.add((grant.user_id, to.pk, role))
            _lend_on(grant, to, role)
            grant.unit, grant.role = to, role
            grant.save(update_fields=["unit", "role"])


def moves_of(user: User) -> list[dict[str, Any]]:
    """What decrees of the last days did to the person's roles: for their own page."""
    recent = Decree.objects.visible_to(user).filter(
        state=Decree.State.APPLIED, applied_at__gte=clock.now() - timedelta(days=NEWS)
    )
    told = recent.values_list("name", "effective_on", f"record__tallies__{ROLES.key}")
    return [
        {
            "decree": name,
            "day": day,
            "before": f"{_role_label(role)}, {unit}",
            "after": f"{_role_label(new)}, {at}" if at else "",
        }
        for name, day, tally in told
        for who, role, unit, new, at in (tally or [0, []])[1]
        if who == user.pk
    ]


def _grants(lots: Iterable[Lot]) -> QuerySet[Any]:
    return Grant.objects.filter(unit__in=[lot.unit.pk for lot in lots])


def _key(grant: Grant) -> str:
    return f"grant-{grant.pk}"


def _codes(outlook: Outlook, lot: Lot) -> list[str]:
    """Of a commune its parts; of a district the communes in its place, then the province."""
    if lot.heirs:
        return list(lot.heirs)
    below = [each for each in outlook.lots if each.parent == lot.unit.code]
    return [*sorted({code for each in below for code in each.heirs}), outlook.province.code]


def _goes_to(reform: Reform, grant: Grant) -> Unit | None:
    asked = {each.key: each for each in reform.outlook.questions}
    if question := asked.get(_key(grant)):
        return reform.by_code.get(question.answer(reform.outlook.decree.decisions))
    return reform.heirs[grant.unit_id]


def _told(outlook: Outlook, grant: Grant, lot: Lot) -> list[Any]:
    """[whose, role and unit before, role and unit from then on], "" for what ends or is still to be
    decided."""
    asked = {each.key: each for each in outlook.questions}
    if question := asked.get(_key(grant)):
        code = question.answer(outlook.decree.decisions)
    else:
        code = "" if outlook.is_open(lot) else outlook.main_heir(lot) or outlook.province.code
    if code not in outlook.names:
        return [grant.user_id, grant.role, grant.unit.name, code and ENDS, ""]
    role = _role(grant, outlook.level_of(code))
    return [grant.user_id, grant.role, grant.unit.name, role, outlook.names[code]]


def _named(user: User | None) -> str:
    return f"{user} ({user.username})" if user else "–"


def _role_label(role: str) -> str:
    return str(_("role ends") if role == ENDS else dict(Role.choices).get(role, _("not decided")))


def _role(grant: Grant, level: int) -> str:
    if grant.role == Role.TEAM_LEADER or grant.unit.level == level:
        return grant.role
    return ROLE_AT[Level(level)]


def _lend_on(grant: Grant, to: Unit, role: str) -> None:
    """What is lent of the role goes along, as long as the role is the same."""
    if role == grant.role:
        Delegation.objects.not_over().filter(
            giver=grant.user_id, unit=grant.unit_id, role=grant.role
        ).update(unit=to)
