"""What would a sheet of teams change? The plan of an import: nothing is written here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from teams import establishment
from teams.directory import PARTICULARS, SEPARATOR
from teams.models import Area, Kind, Team
from teams.places import Misplaced, Places
from teams.plans import Line, Outcome, Plan
from teams.registry import NewTeam
from units import clock
from units.models import Unit
from units.sheets.entries import Entry
from units.text import fold

# What establishing writes; the rest of what is known of a team is written after it.
OF_NEW_TEAM = ("name", "decision_number", "decided_on")


@dataclass(slots=True)
class KnownTeam:
    """An active team of the area, and since when it serves the hamlets that it does."""

    team: Team
    hamlets: list[int]
    # What came before stands.
    settled_on: date
    row: int | None = None


@dataclass(slots=True)
class Founding:
    """A team that would be established."""

    line: Line
    new: NewTeam
    since: date
    particulars: dict[str, Any]


@dataclass(slots=True)
class Amendment:
    """What would change of a team; `hamlets` None where it goes on serving the same."""

    line: Line
    team: Team
    values: dict[str, Any]
    hamlets: list[Unit] | None


@dataclass
class Directory(Plan):
    foundings: list[Founding] = field(default_factory=list)
    amendments: list[Amendment] = field(default_factory=list)


def compare(
    entries: Iterable[Entry],
    area: Unit,
    *,
    on: date,
    is_complete: bool = False,
) -> Directory:
    """Hold a sheet of teams against those of the area on a day.

    A team that the sheet leaves out stays, even of a list that `is_complete`: how a team ends, and
    what becomes of its people, is decided one by one.
    """
    comparison = Comparison(area, on)
    for entry in entries:
        comparison.take(entry)
    return comparison.plan


class Comparison:
    def __init__(self, area: Unit, on: date):
        self.on = on
        self.area = area
        self.plan = Directory()
        self.places = Places(area, on=on)
        self.units = {unit.pk: unit for unit in Unit.objects.under(area, on=on)}
        self.known: dict[int, KnownTeam] = {}
        self.by_name: dict[str, list[KnownTeam]] = defaultdict(list)
        self.new: dict[tuple[int, str], int] = {}
        self._load()

    def _load(self) -> None:
        served: dict[int, list[Area]] = defaultdict(list)
        for part in Area.objects.filter(tenant_id=self.area.tenant_id).order_by("hamlet__code"):
            served[part.team_id].append(part)
        rows = Team.objects.filter(tenant_id=self.area.tenant_id, ending="").order_by("pk")
        for team in rows.filter(unit__in=self.units):
            parts = served[team.pk]
            hamlets = [each.hamlet_id for each in parts if self.on in each.valid]
            known = KnownTeam(team, hamlets, establishment.settled_on(team, parts))
            self.known[team.pk] = known
            self.by_name[fold(team.name)].append(known)

    @cached_property
    def people(self) -> Mapping[int, int]:
        return establishment.people_of(known.team for known in self.known.values())

    def take(self, entry: Entry) -> None:
        line = Line(entry.number, str(entry.values.get("name") or ""))
        self.plan.lines.append(line)
        for key, why in entry.problems.items():
            line.refuse(key, why)
        try:
            known = self._by_code(entry.values)
            stays = known is not None and self._says_what_it_serves(known, entry.values)
            hamlets = [] if stays else self._hamlets(entry.values)
            known = known or self._find(entry.values, hamlets)
            if known is not None:
                self._amend(line, known, entry.given, hamlets)
            elif entry.values.get("name"):
                self._establish(line, entry.given, hamlets)
        except Misplaced as refusal:
            line.refuse(refusal.key, str(refusal), refusal.near)

    def _hamlets(self, values: dict[str, Any]) -> list[Unit]:
        """Those that the row names, each once. Raises Misplaced."""
        if not values.get("hamlets"):
            return []
        typed = values.get("commune")
        home = self.places.commune(typed) if typed else self.places.home()
        try:
            found = [self.places.hamlet(name, home) for name in values["hamlets"]]
        except Misplaced as refusal:
            # One name of several cannot be chosen for all of them.
            near = refusal.near if len(values["hamlets"]) == 1 else ()
            key = "hamlets" if refusal.key == "hamlet" else refusal.key
            raise Misplaced(key, str(refusal), near) from refusal
        if any(place.pk not in self.units for place in found):
            raise Misplaced("hamlets", _("You do not keep the roster of this hamlet."))
        return [self.units[pk] for pk in dict.fromkeys(place.pk for place in found)]

    def _by_code(self, values: dict[str, Any]) -> KnownTeam | None:
        """The team whose code a row gives, if it gives one. Raises Misplaced."""
        code = values.get("team_code")
        if code and code not in self.known:
            # By a code of others nothing is learnt: not even whether there is such a team.
            raise Misplaced(
                "team_code",
                _("No active team of your area has the code %(code)s.") % {"code": code},
            )
        return self.known[code] if code else None

    def _says_what_it_serves(self, known: KnownTeam, values: dict[str, Any]) -> bool:
        """Whether the names are those of its hamlets, some of which may lie in other communes."""
        names = (self.places.by_pk[pk].name for pk in known.hamlets)
        return sorted(map(fold, names)) == sorted(map(fold, values.get("hamlets") or []))

    def _find(self, values: dict[str, Any], hamlets: list[Unit]) -> KnownTeam | None:
        """The team that a row means by its name there. Raises Misplaced."""
        named = self.by_name.get(fold(str(values.get("name") or "")), [])
        if hamlets:
            seats = {unit.pk for unit in hamlets}
            found = [each for each in named if each.team.unit_id in seats]
        else:
            seat = self._seat(values.get("commune"))
            found = [each for each in named if seat.pk in self.places.path(each.team.unit_id)]
        if len(found) > 1:
            raise Misplaced("name", _("Several teams are called so: give the code of the team."))
        return found[0] if found else None

    def _seat(self, typed: str | None) -> Unit:
        """Where an enterprise's team sits, or in which unit a team is. Raises Misplaced."""
        return self.units[self.places.unit(typed, key="commune").pk] if typed else self.area

    # -- Somebody's team ---------------------------------------------------------------------------

    def _amend(
        self, line: Line, known: KnownTeam, given: dict[str, Any], hamlets: list[Unit]
    ) -> None:
        if known.row is not None:
            line.refuse("name", _("The same team stands in row %(row)s.") % {"row": known.row})
        known.row = known.row or line.number
        team = known.team
        for key, why in _what_stands(team, given):
            line.refuse(key, why)
        line.refuse_if("decided_on", clock.why_to_come(given.get("decided_on")))
        free_data = establishment.why_not_free_data(team, given, self.people)
        line.refuse_if("members_with_free_data", free_data)
        if given.get("name", team.name) != team.name:
            self._judge_name(line, team, given["name"])
        values = {
            key: given[key]
            for key in PARTICULARS
            if key in given and given[key] != getattr(team, key)
        }
        line.changes += [(key, getattr(team, key), value) for key, value in values.items()]
        moves = bool(hamlets) and {each.pk for each in hamlets} != set(known.hamlets)
        if moves:
            self._judge_move(line, known, hamlets)
            served = [self.units[pk] for pk in known.hamlets if pk in self.units]
            line.changes.append(("hamlets", _listed(served), _listed(hamlets)))
        if values or moves:
            line.becomes(Outcome.CHANGED)
            self.plan.amendments.append(Amendment(line, team, values, hamlets if moves else None))

    def _judge_name(self, line: Line, team: Team, name: str) -> None:
        named = (each.team for each in self.by_name.get(fold(name), []))
        others = [each.name for each in named if each is not team and each.unit_id == team.unit_id]
        line.refuse_if("name", establishment.why_not_name(name, others))
        self._claim(line, team.unit_id, name)

    def _claim(self, line: Line, seat: int, name: str) -> None:
        """A name that nobody has there yet is given to one team only."""
        first = self.new.setdefault((seat, fold(name)), line.number or 0)
        if first != line.number:
            line.refuse("name", _("The same team stands in row %(row)s.") % {"row": first})

    def _judge_move(self, line: Line, known: KnownTeam, hamlets: list[Unit]) -> None:
        kind = Kind(known.team.kind)
        line.refuse_if("hamlets", establishment.why_not_hamlets(kind, hamlets))
        if len({self.places.by_pk[pk].parent for pk in known.hamlets}) > 1:
            line.refuse(
                "hamlets",
                _("It serves hamlets of several communes: change them on the page of the team."),
            )
        line.refuse_if("hamlets", establishment.why_not_served_since(known.settled_on, self.on))

    # -- A new one ---------------------------------------------------------------------------------

    def _establish(self, line: Line, given: dict[str, Any], hamlets: list[Unit]) -> None:
        line.becomes(Outcome.NEW)
        seat = hamlets[0] if hamlets else self._seat(given.get("commune"))
        kind = Kind(given.get("kind") or _usual_kind(seat))
        line.title = f"{line.title} · {seat.name}"
        line.refuse_if("hamlets", establishment.why_not_hamlets(kind, hamlets))
        if bool(hamlets) == (kind == Kind.LOCAL):
            line.refuse_if("commune", establishment.why_not_seat(kind, seat))
        self._claim(line, seat.pk, given["name"])
        for key in ("ended_on", "ending"):
            if key in given:
                line.refuse(key, _("This team is not known here, so that it cannot have ended."))
        line.refuse_if("decided_on", clock.why_to_come(given.get("decided_on")))
        since = given.get("active_since") or self.on
        line.refuse_if("active_since", clock.why_to_come(since))
        for unit in dict.fromkeys((seat, *hamlets)):
            line.refuse_if("active_since", establishment.why_not_there(unit, since))
        shown = {key: value for key, value in given.items() if key in PARTICULARS}
        line.gives = {**shown, "kind": kind, "hamlets": _listed(hamlets), "active_since": since}
        new = NewTeam(
            given["name"], seat, kind, given.get("decision_number", ""),
            given.get("decided_on"), hamlets,
        )  # fmt: skip
        particulars = {key: value for key, value in shown.items() if key not in OF_NEW_TEAM}
        self.plan.foundings.append(Founding(line, new, since, particulars))


def _usual_kind(seat: Unit) -> Kind:
    """Of a team that sits there, where nobody says it: enterprises sit high up."""
    return (
        Kind.ENTERPRISE if seat.level in establishment.HOME_LEVELS[Kind.ENTERPRISE] else Kind.LOCAL
    )


def _what_stands(team: Team, given: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """What a sheet does not change of a team, with the reason."""
    if given.get("kind", team.kind) != team.kind:
        yield "kind", _("The kind of a team stays as it was.")
    if given.get("active_since", team.active.lower) != team.active.lower:
        yield "active_since", _("The day on which a team began stays as it was.")
    for key in ("ended_on", "ending"):
        if key in given:
            yield key, _("A team is merged or dissolved on its own page, with all that follows.")


def _listed(hamlets: Iterable[Unit]) -> str:
    return f"{SEPARATOR} ".join(unit.name for unit in hamlets)
