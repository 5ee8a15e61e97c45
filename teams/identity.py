"""Who is meant by a row of a sheet? Somebody in the register, or somebody new.

People of teams that the keeper does not keep are found by nothing: a code, a phone or a name of
theirs reads as one that there is not. Only that a phone or an ID number is taken is told, not by
whom: a province keeps each of them once (docs/decisions/014).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from teams.models import Membership, Person, Post
from teams.querysets import MembershipQuerySet
from units.models import Unit
from units.text import fold

OF_PERSON = ("full_name", "sex", "birth_year", "phone", "id_number",
             "consented_on", "consent_purpose")  # fmt: skip
OF_MEMBERSHIP = ("post", "is_core", "organisation")
# By which two people of one name are told apart.
OF_ONE_OF_A_NAME = ("birth_year", "phone", "id_number")

Refuse = Callable[[str, str], None]


@dataclass(slots=True)
class Known:
    """Somebody's membership, present or to come, with the person; None of somebody in no team."""

    membership: int | None
    person: int
    team: int
    since: date
    # The first day without it, where it has ended since.
    until: date | None
    values: dict[str, Any]
    # The number of the row that names this membership.
    row: int | None = None


class Former(NamedTuple):
    """Somebody with an ID number who is in no team on the day, as the last team knew the person."""

    known: Known
    # Whether that team is in the area.
    is_own: bool


class Leader(NamedTuple):
    """Who leads a team, and when; `until` None where nobody knows an end."""

    membership: int
    name: str
    since: date
    until: date | None


class Register:
    """Who is in which team on a day, or joins one later, found by what a row says of a person.

    Whoever is there on the day comes before whoever joins later.
    """

    FIELDS = ("pk", "person", "team", "valid", *OF_MEMBERSHIP,
              *(f"person__{name}" for name in OF_PERSON))  # fmt: skip

    def __init__(self, area: Unit, on: date, keeps: Callable[[int], bool]):
        self.area, self.on, self.keeps = area, on, keeps
        self.rows = Membership.objects.filter(tenant_id=area.tenant_id)
        self.members: dict[int, list[Known]] = defaultdict(list)
        self.by_code: dict[int, list[Known]] = defaultdict(list)
        self.by_id_number: dict[str, list[Known]] = defaultdict(list)
        self.by_phone: dict[str, list[Known]] = defaultdict(list)
        self.by_name: dict[tuple[str, int], Known] = {}
        for rows in (self.rows.current_on(on), self.rows.filter(valid__startswith__gt=on)):
            self._read(rows)

    def _read(self, rows: MembershipQuerySet) -> None:
        for pk, person, team, valid, *values in rows.order_by("pk").values_list(*self.FIELDS):
            named = dict(zip((*OF_MEMBERSHIP, *OF_PERSON), values, strict=True))
            self._add(Known(pk, person, team, valid.lower, valid.upper, named))

    def _add(self, known: Known) -> None:
        values = known.values
        if values["id_number"]:
            self.by_id_number[values["id_number"]].append(known)
        if values["phone"]:
            self.by_phone[values["phone"]].append(known)
        if not self.keeps(known.team):
            return
        self.members[known.team].append(known)
        self.by_code[known.person].append(known)
        if values["birth_year"]:
            self.by_name.setdefault((fold(values["full_name"]), values["birth_year"]), known)

    def of_team(self, team: int) -> list[Known]:
        return self.members.get(team, [])

    def find(self, values: dict[str, Any], team: int, refuse: Refuse) -> Known | None:
        """The membership that a row names: in its team, or else in one that the person leaves."""
        found = self.named(values, refuse)
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
        if len({known.person for known in same}) > 1:
            refuse("full_name", _("Several people of the team are called so: add the code."))
        return same[0] if same else None

    def named(self, values: dict[str, Any], refuse: Refuse) -> list[Known]:
        """Whom a row names by a code or a number, whatever its team is."""
        if code := values.get("member_code"):
            if code not in self.by_code:
                refuse(
                    "member_code",
                    _("No member of your area has the code %(code)s.") % {"code": code},
                )
            return self.by_code.get(code, [])
        if (number := values.get("id_number")) and number in self.by_id_number:
            return self._kept(self.by_id_number[number])
        name = fold(values.get("full_name") or "")
        return [
            known
            for known in self._kept(self.by_phone.get(values.get("phone") or "", []))
            if fold(known.values["full_name"]) == name
        ]

    def _kept(self, found: Iterable[Known]) -> list[Known]:
        return [known for known in found if self.keeps(known.team)]

    def owners(self, values: dict[str, Any], person: int | None) -> Iterator[tuple[str, Known]]:
        """Each key of a phone or an ID number that belongs to somebody else, and to whom."""
        for key, index in (("id_number", self.by_id_number), ("phone", self.by_phone)):
            for known in index.get(values.get(key) or "", []):
                if known.person != person:
                    yield key, known
                    break

    @cached_property
    def former(self) -> dict[str, Former]:
        """By ID number who is in no team on the day; few, and asked for by few files."""
        current = self.rows.current_on(self.on).filter(person=OuterRef("pk"))
        home = Unit.objects.under(self.area, on=self.on).filter(
            pk=OuterRef("memberships__team__unit")
        )
        people = Person.objects.filter(~Exists(current), tenant_id=self.area.tenant_id)
        people = people.exclude(id_number="").annotate(is_own=Exists(home))
        rows = people.values_list(
            "pk", "memberships__team", "memberships__valid", "is_own", *OF_PERSON
        )
        found: dict[str, Former] = {}
        for pk, team, valid, is_own, *values in rows:
            named = dict(zip(OF_PERSON, values, strict=True))
            # Whoever was never in a team left it before any day.
            since, until = (valid.lower, valid.upper) if valid else (date.min, date.min)
            former = Former(Known(None, pk, team or 0, since, until, named), is_own)
            last = found.setdefault(named["id_number"], former)
            if (until or date.max) > (last.known.until or date.max):
                found[named["id_number"]] = former
        return found

    def former_of(self, values: dict[str, Any]) -> Former | None:
        """Whose ID number a row gives, of those who are in no team on the day."""
        number = values.get("id_number")
        return self.former.get(number) if number and number not in self.by_id_number else None

    def returning(self, values: dict[str, Any]) -> Known | None:
        """The same, if the name is the same, too: then the person comes back."""
        former = self.former_of(values)
        name = fold(values.get("full_name") or "")
        return former.known if former and fold(former.known.values["full_name"]) == name else None

    def namesake(self, values: dict[str, Any]) -> Known | None:
        """Somebody of this name and year of birth who is in a team of the area."""
        born = values.get("birth_year")
        return self.by_name.get((fold(values["full_name"]), born)) if born else None

    def leaders(self, teams: Collection[int], since: date) -> dict[int, list[Leader]]:
        """Who leads each of the teams on any day from `since` on."""
        rows = self.rows.filter(post=Post.LEADER, valid__overlap=DateRange(since, None))
        found: dict[int, list[Leader]] = defaultdict(list)
        for pk, team, name, valid in rows.order_by("valid", "pk").values_list(
            "pk", "team", "person__full_name", "valid"
        ):
            if team in teams:
                found[team].append(Leader(pk, name, valid.lower, valid.upper))
        return found


def may_be_one(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two rows of one name may mean one person: nothing in both of them differs."""
    pairs = ((one.get(key), other.get(key)) for key in OF_ONE_OF_A_NAME)
    return not any(mine and theirs and mine != theirs for mine, theirs in pairs)
