"""Who is meant by a row of a sheet? Somebody in the register, or somebody new."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from teams.models import Membership, Person
from units.models import Unit
from units.text import fold

OF_PERSON = ("full_name", "sex", "birth_year", "phone", "id_number",
             "consented_on", "consent_purpose")  # fmt: skip
OF_MEMBERSHIP = ("post", "is_core", "organisation")

Refuse = Callable[[str, str], None]


@dataclass(slots=True)
class Known:
    """Somebody's present membership, with the person."""

    membership: int
    person: int
    team: int
    since: date
    # The first day without it, where it has ended since.
    until: date | None
    values: dict[str, Any]
    # The number of the row that names this membership.
    row: int | None = None
    leaves: bool = False


class Register:
    """Who is in which team on a day, found by what a row says of a person."""

    FIELDS = ("pk", "person", "team", "valid", *OF_MEMBERSHIP,
              *(f"person__{name}" for name in OF_PERSON))  # fmt: skip

    def __init__(self, area: Unit, on: date):
        self.members: dict[int, list[Known]] = defaultdict(list)
        self.by_code: dict[int, list[Known]] = defaultdict(list)
        self.by_id_number: dict[str, list[Known]] = defaultdict(list)
        self.by_phone: dict[str, list[Known]] = defaultdict(list)
        self.by_name: set[tuple[str, int]] = set()
        rows = Membership.objects.filter(tenant_id=area.tenant_id).current_on(on)
        for pk, person, team, valid, *values in rows.order_by("pk").values_list(*self.FIELDS):
            named = dict(zip((*OF_MEMBERSHIP, *OF_PERSON), values, strict=True))
            self._add(Known(pk, person, team, valid.lower, valid.upper, named))
        numbered = Person.objects.filter(tenant_id=area.tenant_id).exclude(id_number="")
        self.id_numbers = dict(numbered.values_list("id_number", "pk"))

    def _add(self, known: Known) -> None:
        values = known.values
        self.members[known.team].append(known)
        self.by_code[known.person].append(known)
        if values["id_number"]:
            self.by_id_number[values["id_number"]].append(known)
        if values["phone"]:
            self.by_phone[values["phone"]].append(known)
        if values["birth_year"]:
            self.by_name.add((fold(values["full_name"]), values["birth_year"]))

    def of_team(self, team: int) -> list[Known]:
        return self.members.get(team, [])

    def find(self, values: dict[str, Any], team: int, refuse: Refuse) -> Known | None:
        """The membership that a row names: in its team, or else in one that the person leaves."""
        found = self._candidates(values, refuse)
        here = [known for known in found if known.team == team]
        if here or found:
            return (here or found)[0]
        name, born = fold(values["full_name"]), values.get("birth_year")
        same = [
            known
            for known in self.of_team(team)
            if fold(known.values["full_name"]) == name
            and (not born or known.values["birth_year"] in (None, born))
        ]
        if len(same) > 1:
            refuse("full_name", _("Several people of the team are called so: add the code."))
        return same[0] if same else None

    def _candidates(self, values: dict[str, Any], refuse: Refuse) -> list[Known]:
        if code := values.get("member_code"):
            if code not in self.by_code:
                refuse("member_code", _("No member has the code %(code)s.") % {"code": code})
            return self.by_code.get(code, [])
        if (number := values.get("id_number")) and number in self.by_id_number:
            return self.by_id_number[number]
        name = fold(values["full_name"])
        return [
            known
            for known in self.by_phone.get(values.get("phone") or "", [])
            if fold(known.values["full_name"]) == name
        ]

    def taken(self, values: dict[str, Any], person: int | None) -> tuple[str, Known] | None:
        """The key of a phone or an ID number that belongs to somebody else, and to whom."""
        for key, index in (("id_number", self.by_id_number), ("phone", self.by_phone)):
            for known in index.get(values.get(key) or "", []):
                if known.person != person:
                    return key, known
        return None

    def is_of_the_past(self, values: dict[str, Any], person: int | None) -> bool:
        """Whether the ID number is that of somebody else, who is in no team on the day."""
        number = values.get("id_number") or ""
        owner = self.id_numbers.get(number)
        return owner not in (None, person) and number not in self.by_id_number

    def has_namesake(self, values: dict[str, Any]) -> bool:
        """Whether anybody of this name and year of birth is in the register."""
        return (fold(values["full_name"]), values.get("birth_year")) in self.by_name
