"""What would a sheet of teams change, and how is that written?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from teams import registry
from teams.directory import PARTICULARS, SEPARATOR
from teams.establishment import SEATS, serve
from teams.gazetteer import Gazetteer, Misplaced
from teams.models import Area, Kind, Team
from teams.plans import Line, Outcome, Plan
from teams.registry import NewTeam
from units import clock
from units.models import Level, Tenant, Unit
from units.sheets.entries import Entry
from units.text import fold

AT_ONCE = 2000
# What establishing writes; the rest of what is known of a team is written after it.
OF_NEW_TEAM = ("name", "decision_number", "decided_on")


@dataclass(slots=True)
class Known:
    """An active team of the area, and since when it serves the hamlets that it does."""

    team: Team
    hamlets: list[int]
    # The last day on which anything of them began or ended: what came before it stands.
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
        self.gazetteer = Gazetteer(area, on=on)
        self.units = {unit.pk: unit for unit in Unit.objects.under(area, on=on)}
        self.known: dict[int, Known] = {}
        self.by_name: dict[str, list[Known]] = defaultdict(list)
        self.new: dict[tuple[int, str], int] = {}
        self._load()

    def _load(self) -> None:
        served: dict[int, list[Area]] = defaultdict(list)
        for part in Area.objects.filter(tenant_id=self.area.tenant_id).order_by("hamlet__code"):
            served[part.team_id].append(part)
        rows = Team.objects.filter(tenant_id=self.area.tenant_id, ending="").order_by("pk")
        for team in rows.filter(unit__in=self.units):
            parts = served[team.pk]
            days = [day for each in parts for day in (each.valid.lower, each.valid.upper) if day]
            hamlets = [each.hamlet_id for each in parts if self.on in each.valid]
            known = Known(team, hamlets, max([team.active.lower, *days]))
            self.known[team.pk] = known
            self.by_name[fold(team.name)].append(known)

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
        home = self.gazetteer.commune(typed) if typed else self.gazetteer.home()
        try:
            found = [self.gazetteer.hamlet(name, home) for name in values["hamlets"]]
        except Misplaced as refusal:
            # One name of several cannot be chosen for all of them.
            near = refusal.near if len(values["hamlets"]) == 1 else ()
            key = "hamlets" if refusal.key == "hamlet" else refusal.key
            raise Misplaced(key, str(refusal), near) from refusal
        if any(place.pk not in self.units for place in found):
            raise Misplaced("hamlets", _("You do not keep the roster of this hamlet."))
        return [self.units[pk] for pk in dict.fromkeys(place.pk for place in found)]

    def _by_code(self, values: dict[str, Any]) -> Known | None:
        """The team whose code a row gives, if it gives one. Raises Misplaced."""
        code = values.get("team_code")
        if code and code not in self.known:
            # By a code of others nothing is learnt: not even whether there is such a team.
            raise Misplaced(
                "team_code",
                _("No active team of your area has the code %(code)s.") % {"code": code},
            )
        return self.known[code] if code else None

    def _says_what_it_serves(self, known: Known, values: dict[str, Any]) -> bool:
        """Whether the names are those of its hamlets, some of which may lie in other communes."""
        names = (self.gazetteer.places[pk].name for pk in known.hamlets)
        return sorted(map(fold, names)) == sorted(map(fold, values.get("hamlets") or []))

    def _find(self, values: dict[str, Any], hamlets: list[Unit]) -> Known | None:
        """The team that a row means by its name there. Raises Misplaced."""
        named = self.by_name.get(fold(str(values.get("name") or "")), [])
        if hamlets:
            seats = {unit.pk for unit in hamlets}
            found = [each for each in named if each.team.unit_id in seats]
        else:
            seat = self._seat(values.get("commune"))
            found = [each for each in named if seat.pk in self.gazetteer.path(each.team.unit_id)]
        if len(found) > 1:
            raise Misplaced("name", _("Several teams are called so: give the code of the team."))
        return found[0] if found else None

    def _seat(self, typed: str | None) -> Unit:
        """Where an enterprise's team sits. Raises Misplaced."""
        if not typed:
            return self.area
        for unit in self.units.values():
            if unit.level <= Level.COMMUNE and typed in (unit.code, unit.name):
                return unit
        named = [unit for unit in self.units.values() if fold(unit.name) == fold(typed)]
        named = [unit for unit in named if unit.level in SEATS[Kind.ENTERPRISE]]
        if len(named) != 1:
            raise Misplaced("commune", _("“%(typed)s” is not known here.") % {"typed": typed})
        return named[0]

    # -- Somebody's team ---------------------------------------------------------------------------

    def _amend(self, line: Line, known: Known, given: dict[str, Any], hamlets: list[Unit]) -> None:
        if known.row is not None:
            line.refuse("name", _("The same team stands in row %(row)s.") % {"row": known.row})
        known.row = known.row or line.number
        team = known.team
        for key, why in _what_stands(team, given):
            line.refuse(key, why)
        self._judge(line, given)
        if self._is_taken(given.get("name", team.name), team):
            line.refuse("name", _("A team of this name is there already."))
        values = {
            key: given[key]
            for key in PARTICULARS
            if key in given and given[key] != getattr(team, key)
        }
        line.changes += [(key, getattr(team, key), value) for key, value in values.items()]
        moves = bool(hamlets) and {each.pk for each in hamlets} != set(known.hamlets)
        if moves:
            self._judge_move(line, known)
            served = [self.units[pk] for pk in known.hamlets if pk in self.units]
            line.changes.append(("hamlets", _listed(served), _listed(hamlets)))
        if values or moves:
            line.becomes(Outcome.CHANGED)
            self.plan.amendments.append(Amendment(line, team, values, hamlets if moves else None))

    def _is_taken(self, name: str, team: Team) -> bool:
        others = self.by_name.get(fold(name), [])
        return any(each.team.unit_id == team.unit_id for each in others if each.team is not team)

    def _judge_move(self, line: Line, known: Known) -> None:
        if known.team.kind != Kind.LOCAL:
            line.refuse("hamlets", _("An enterprise's team serves no hamlet."))
        if len({self.gazetteer.places[pk].parent for pk in known.hamlets}) > 1:
            line.refuse(
                "hamlets",
                _("It serves hamlets of several communes: change them on the page of the team."),
            )
        if self.on < known.settled_on:
            line.refuse(
                "hamlets",
                _("Its hamlets have changed after the day from which this file holds."),
            )

    # -- A new one ---------------------------------------------------------------------------------

    def _establish(self, line: Line, given: dict[str, Any], hamlets: list[Unit]) -> None:
        line.becomes(Outcome.NEW)
        seat = hamlets[0] if hamlets else self._seat(given.get("commune"))
        kind = given.get("kind") or (Kind.LOCAL if hamlets else Kind.ENTERPRISE)
        line.title = f"{line.title} · {seat.name}"
        if seat.level not in SEATS[Kind(kind)]:
            key = "hamlets" if kind == Kind.LOCAL else "commune"
            line.refuse(key, _("A team of this kind does not sit in a unit of this level."))
        first = self.new.setdefault((seat.pk, fold(given["name"])), line.number or 0)
        if first != line.number:
            line.refuse("name", _("The same team stands in row %(row)s.") % {"row": first})
        for key in ("ended_on", "ending"):
            if key in given:
                line.refuse(key, _("This team is not known here, so that it cannot have ended."))
        self._judge(line, given)
        since = given.get("active_since") or self.on
        if since > clock.today():
            line.refuse("active_since", _("This day is still to come."))
        if any(since not in unit.valid for unit in (seat, *hamlets)):
            line.refuse("active_since", _("Its hamlet or unit did not exist on that day."))
        shown = {key: value for key, value in given.items() if key in PARTICULARS}
        line.gives = {**shown, "kind": kind, "hamlets": _listed(hamlets), "active_since": since}
        new = NewTeam(
            given["name"], seat, Kind(kind), given.get("decision_number", ""),
            given.get("decided_on"), hamlets,
        )  # fmt: skip
        particulars = {key: value for key, value in shown.items() if key not in OF_NEW_TEAM}
        self.plan.foundings.append(Founding(line, new, since, particulars))

    def _judge(self, line: Line, given: dict[str, Any]) -> None:
        if "decided_on" in given and given["decided_on"] > clock.today():
            line.refuse("decided_on", _("This day is still to come."))


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


# -- Writing --------------------------------------------------------------------------------------


def write(plan: Directory, *, tenant: int, on: date) -> None:
    """Bring the teams to what the plan says, as of `on`; in the caller's transaction."""
    _establish_all(plan.foundings, Tenant.objects.get(pk=tenant))
    changed: list[Team] = []
    for amendment in plan.amendments:
        for key, value in amendment.values.items():
            setattr(amendment.team, key, value)
        changed += [amendment.team] if amendment.values else []
        if amendment.hamlets is not None:
            serve(amendment.team, amendment.hamlets, on)
    Team.objects.bulk_update(changed, PARTICULARS, batch_size=AT_ONCE)


def _establish_all(foundings: Iterable[Founding], tenant: Tenant) -> None:
    in_order = sorted(foundings, key=lambda each: each.since)
    told: list[Team] = []
    for since, group in groupby(in_order, key=lambda each: each.since):
        together = list(group)
        teams = registry.establish_teams(
            tenant=tenant, teams=[each.new for each in together], since=since
        )
        for team, founding in zip(teams, together, strict=True):
            for key, value in founding.particulars.items():
                setattr(team, key, value)
            told += [team] if founding.particulars else []
    Team.objects.bulk_update(told, PARTICULARS, batch_size=AT_ONCE)
