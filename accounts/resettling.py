"""Roles on units that end go to their successors; where that is no matter of course, a person
decides."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Delegation, Grant
from accounts.roles import Role
from units import outlook
from units.models import Level, Unit
from units.outlook import ENDS, Fate, Lot, Outlook, Question, Reform

# What somebody becomes who held another level's role on a unit that ends.
ROLE_AT = {Level.COMMUNE: Role.COMMUNE_OFFICER, Level.PROVINCE: Role.PROVINCE_STAFF}


class GrantMover(outlook.Mover):
    tracked = (Delegation, Grant)

    def counted(self, outlook: Outlook) -> list[tuple[str, int]]:
        people = _grants(outlook.ending).values("user").distinct().count()
        return [(_("accounts whose role moves or ends"), people)]

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
                f"{grant.user} ({grant.user.username}) · {grant.get_role_display()} · {grant.unit}",
                (*outlook.choices(_codes(outlook, open_to[grant.unit_id])), (ENDS, _("role ends"))),
            )
            for grant in rows.select_related("user", "unit").order_by("unit__code", "user")
        ]

    def move(self, reform: Reform) -> None:
        held = set(Grant.objects.values_list("user", "unit", "role"))
        for grant in _grants(reform.outlook.ending).select_related("unit").order_by("pk"):
            to = _goes_to(reform, grant)
            role = _role(grant, to) if to else ""
            if to is None or (grant.user_id, to.pk, role) in held:
                grant.delete()
                continue
            held.add((grant.user_id, to.pk, role))
            _lend_on(grant, to, role)
            grant.unit, grant.role = to, role
            grant.save(update_fields=["unit", "role"])


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


def _role(grant: Grant, to: Unit) -> str:
    if grant.role == Role.TEAM_LEADER or grant.unit.level == to.level:
        return grant.role
    return ROLE_AT[Level(to.level)]


def _lend_on(grant: Grant, to: Unit, role: str) -> None:
    """What is lent of the role goes along, as long as the role is the same."""
    if role == grant.role:
        Delegation.objects.not_over().filter(
            giver=grant.user_id, unit=grant.unit_id, role=grant.role
        ).update(unit=to)
