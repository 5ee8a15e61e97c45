"""What would a sheet of steering committees change? The plan of an import: nothing is written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from teams import seating
from teams.models import Committee, Seat
from teams.places import Misplaced, Places
from teams.plans import Line, Outcome, Plan
from teams.seating import STEERED, Bench, Official
from units import clock
from units.models import Unit
from units.sheets.entries import Entry
from units.text import fold

OF_COMMITTEE = ("name", "decision_number", "decided_on")
OF_SEAT = ("full_name", "post", "office", "phone")


@dataclass
class Body:
    """A committee as the sheet finds it, or begins it where `known` is None."""

    unit: Unit
    known: Committee | None
    # All that the unit has had, and everybody who has sat in the known one.
    committees: list[Committee]
    seats: list[Seat]
    # Who sits in it on the day of the file, by name.
    sitting: dict[str, list[Seat]]
    changes_later: bool
    # Of the row that speaks of it first.
    row: int | None = None
    told: dict[str, Any] = field(default_factory=dict)
    deeds: list["Deed"] = field(default_factory=list)


@dataclass(slots=True)
class Arrival:
    """A seat that would begin."""

    line: Line
    body: Body
    official: Official
    since: date

    @property
    def valid(self) -> DateRange:
        return DateRange(self.since, self.body.known.valid.upper if self.body.known else None)


@dataclass(slots=True)
class Change:
    """What would be said anew of a seat."""

    line: Line
    seat: Seat
    official: Official


@dataclass(slots=True)
class Departure:
    line: Line
    seat: Seat
    until: date

    @property
    def never_was(self) -> bool:
        return bool(self.until == self.seat.valid.lower)


@dataclass(slots=True)
class Amendment:
    """The name or the decision of a committee, put right."""

    line: Line
    committee: Committee
    values: dict[str, Any]


Deed = Arrival | Change | Departure


@dataclass
class Steering(Plan):
    arrivals: list[Arrival] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    departures: list[Departure] = field(default_factory=list)
    amendments: list[Amendment] = field(default_factory=list)


def compare(
    entries: Iterable[Entry],
    area: Unit,
    *,
    on: date,
    is_complete: bool = False,
) -> Steering:
    """Hold a sheet against the committees of the area as of a day.

    With `is_complete`, whoever sits in a committee of the sheet and is not in the sheet leaves it.
    """
    comparison = Comparison(area, on)
    for entry in entries:
        comparison.take(entry)
    return comparison.finish(is_complete=is_complete)


class Comparison:
    def __init__(self, area: Unit, on: date):
        self.on = on
        self.plan = Steering()
        self.places = Places(area, on=on)
        units = Unit.objects.under(area, on=on).filter(level__in=STEERED)
        self.units = {unit.pk: unit for unit in units}
        self.bodies: dict[int, Body] = {}
        self.committees: dict[int, list[Committee]] = defaultdict(list)
        self.seats: dict[int, list[Seat]] = defaultdict(list)
        self._load(area)
        # Who is named by which row, and in which row somebody new stands first.
        self.new: dict[tuple[int, str, str], int | None] = {}
        self.rows: dict[int, int | None] = {}

    def _load(self, area: Unit) -> None:
        committees = Committee.objects.filter(tenant_id=area.tenant_id).order_by("valid")
        by_pk = {each.pk: each for each in committees}
        for each in by_pk.values():
            self.committees[each.unit_id].append(each)
        for seat in Seat.objects.filter(tenant_id=area.tenant_id).order_by("pk"):
            seat.committee = by_pk[seat.committee_id]
            self.seats[seat.committee_id].append(seat)

    def take(self, entry: Entry) -> None:
        line = Line(entry.number, str(entry.values.get("full_name") or ""))
        self.plan.lines.append(line)
        for key, why in entry.problems.items():
            line.refuse(key, why)
        if "unit" in entry.problems and not entry.values.get("unit_code"):
            return
        try:
            body = self._body(self._unit(entry.values))
            line.title = f"{line.title} · {body.unit.name}"
            self._judge_days(line, body, entry.given)
            self._amend(line, body, entry.given)
            if entry.values.get("full_name"):
                self._seat(line, body, entry.given)
        except Misplaced as refusal:
            line.refuse(refusal.key, str(refusal), refusal.near)

    def _unit(self, values: dict[str, Any]) -> Unit:
        """The unit that a row names, by code or by name. Raises Misplaced."""
        code, name, level = (values.get(key) for key in ("unit_code", "unit", "level"))
        key, typed = ("unit_code", code) if code else ("unit", str(name or ""))
        return self.units[self.places.unit(typed, key=key, levels=[level] if level else STEERED).pk]

    def _body(self, unit: Unit) -> Body:
        if unit.pk not in self.bodies:
            committees = self.committees[unit.pk]
            known = next((each for each in committees if self.on in each.valid), None)
            seats = self.seats[known.pk] if known else []
            sitting: dict[str, list[Seat]] = defaultdict(list)
            for seat in seats:
                if self.on in seat.valid:
                    sitting[fold(seat.full_name)].append(seat)
            began = [*map(seating.first_day, committees), *map(seating.first_day, seats)]
            later = any(day > self.on for day in began)
            self.bodies[unit.pk] = Body(unit, known, committees, seats, sitting, later)
        return self.bodies[unit.pk]

    def _judge_days(self, line: Line, body: Body, given: dict[str, Any]) -> None:
        if body.changes_later:
            said = _("Its committee has changed after the day from which this file holds.")
            line.refuse("unit", said)
        line.refuse_if("decided_on", clock.why_to_come(given.get("decided_on")))

    # -- The committee -----------------------------------------------------------------------------

    def _amend(self, line: Line, body: Body, given: dict[str, Any]) -> None:
        """What the rows of a committee say of it: the first says it, and the others agree."""
        refused = {problem.key for problem in line.problems}
        told = {key: given[key] for key in OF_COMMITTEE if key in given and key not in refused}
        if body.row is None:
            body.row, body.told = line.number, told
            if body.known is not None:
                self._put_right(line, body.known, told)
            return
        for key, value in told.items():
            if body.told.setdefault(key, value) != value:
                line.refuse(
                    key, _("Row %(row)s says otherwise of this committee.") % {"row": body.row}
                )

    def _put_right(self, line: Line, known: Committee, told: dict[str, Any]) -> None:
        values = {key: value for key, value in told.items() if value != getattr(known, key)}
        line.changes += [(key, getattr(known, key), value) for key, value in values.items()]
        if values:
            line.becomes(Outcome.CHANGED)
            self.plan.amendments.append(Amendment(line, known, values))

    # -- Who sits in it ----------------------------------------------------------------------------

    def _seat(self, line: Line, body: Body, given: dict[str, Any]) -> None:
        seat = self._find(line, body, given)
        if seat is None:
            self._arrive(line, body, given)
            return
        if seat.pk in self.rows:
            row = self.rows[seat.pk]
            line.refuse("full_name", _("The same person stands in row %(row)s.") % {"row": row})
        self.rows.setdefault(seat.pk, line.number)
        if "until" in given:
            for key in _new_in(given, seat):
                line.refuse(key, _("Whoever leaves keeps what stands here: change it before."))
            self._leave(line, body, seat, given["until"])
        else:
            self._stay(line, body, seat, given)

    def _find(self, line: Line, body: Body, given: dict[str, Any]) -> Seat | None:
        """Whoever is called so in the committee; of several, the one of that phone or office.

        Raises Misplaced where that are several still: none of them is missing in the sheet.
        """
        found = body.sitting.get(fold(given["full_name"]), [])
        for key in ("phone", "office"):
            if len(found) > 1 and key in given:
                found = [seat for seat in found if getattr(seat, key) == given[key]] or found
        if len(found) > 1:
            for seat in found:
                self.rows.setdefault(seat.pk, line.number)
            said = _("Several people of the committee are called so: add the phone.")
            raise Misplaced("full_name", said)
        return found[0] if found else None

    def _arrive(self, line: Line, body: Body, given: dict[str, Any]) -> None:
        line.becomes(Outcome.NEW)
        told = {key: given[key] for key in OF_SEAT if key in given}
        official = Official(**told)
        since = given.get("since") or self.on
        self._judge_arrival(line, body, since)
        if "until" in given:
            line.refuse("until", _("Somebody who does not sit in it cannot leave it."))
        begins = {key: given[key] for key in OF_COMMITTEE if key in given}
        is_first = body.known is None and body.row == line.number
        line.gives = {**(begins if is_first else {}), **told, "since": since}
        same = (body.unit.pk, fold(official.full_name), fold(official.office))
        first = self.new.setdefault(same, line.number)
        if first != line.number:
            line.refuse("full_name", _("The same person stands in row %(row)s.") % {"row": first})
        arrival = Arrival(line, body, official, since)
        body.deeds.append(arrival)
        self.plan.arrivals.append(arrival)

    def _judge_arrival(self, line: Line, body: Body, since: date) -> None:
        if body.known is None:
            line.refuse_if("since", seating.why_not_set_up(body.unit, since, body.committees))
            return
        line.refuse_if("unit", seating.why_not_standing(body.known))
        line.refuse_if("since", seating.why_not_seated_since(body.known, since))

    def _stay(self, line: Line, body: Body, seat: Seat, given: dict[str, Any]) -> None:
        values = _new_in(given, seat)
        if not values:
            return
        line.becomes(Outcome.CHANGED)
        line.changes += [(key, getattr(seat, key), value) for key, value in values.items()]
        line.refuse_if("full_name", seating.why_not_sitting(seat))
        change = Change(line, seat, replace(seating.official_of(seat), **values))
        line.refuse_if("post", seating.why_not_changed(seat, change.official, self.on))
        body.deeds.append(change)
        self.plan.changes.append(change)

    def _leave(self, line: Line, body: Body, seat: Seat, until: date) -> None:
        if until == seat.valid.upper:
            return
        line.becomes(Outcome.LEAVES)
        line.refuse_if("until", seating.why_not_sitting(seat))
        line.refuse_if("until", seating.why_not_left(seat, seat.committee, until))
        line.changes.append(("until", seat.valid.upper, until))
        departure = Departure(line, seat, until)
        if departure.never_was:
            line.notes.append(_("The seat began on that very day: it is taken away."))
        body.deeds.append(departure)
        self.plan.departures.append(departure)

    # -- All of them together ----------------------------------------------------------------------

    def finish(self, *, is_complete: bool) -> Steering:
        for body in self.bodies.values():
            if is_complete:
                self._dismiss_the_missing(body)
            # Who is refused another post keeps the one that there is, so that nobody else takes it.
            while displaced := list(self._displaced(body)):
                for line, key, why in displaced:
                    line.refuse(key, why)
        return self.plan

    def _dismiss_the_missing(self, body: Body) -> None:
        for seat in body.seats:
            if self.on in seat.valid and seat.pk not in self.rows:
                line = Line(None, f"{seat.full_name} · {body.unit.name}")
                self.plan.lines.append(line)
                self.rows[seat.pk] = None
                self._leave(line, body, seat, self.on)

    def _displaced(self, body: Body) -> Iterator[tuple[Line, str, str]]:
        """Those whose place somebody has, with the reason. Whatever goes on as it was comes first,
        and then the file row by row."""
        deeds = [each for each in body.deeds if each.line.outcome != Outcome.REFUSED]
        bench = Bench()
        moved = {each.seat.pk for each in deeds if not isinstance(each, Arrival)}
        for seat in body.seats:
            if seat.pk not in moved:
                bench.take(seating.official_of(seat), seat.valid, self.rows.get(seat.pk))
        for deed in sorted(deeds, key=_turn_of):
            pieces = self._pieces(deed)
            if pieces and not isinstance(deed, Departure):
                key, why = bench.why_not(*pieces[-1])
                if why:
                    yield deed.line, key, why
                    continue
            for official, valid in pieces:
                bench.take(official, valid, deed.line.number)

    def _pieces(self, deed: Deed) -> list[tuple[Official, DateRange]]:
        """Who would sit there when, by the time."""
        if isinstance(deed, Arrival):
            return [(deed.official, deed.valid)]
        if isinstance(deed, Change):
            return seating.terms(deed.seat, deed.official, self.on)
        until = DateRange(deed.seat.valid.lower, deed.until)
        return [] if deed.never_was else [(seating.official_of(deed.seat), until)]


def _turn_of(deed: Deed) -> tuple[bool, int]:
    """Whoever leaves, or keeps the post, has a place already."""
    keeps = isinstance(deed, Departure) or (
        isinstance(deed, Change) and deed.official.post == deed.seat.post
    )
    return not keeps, deed.line.number or 0


def _new_in(given: dict[str, Any], seat: Seat) -> dict[str, Any]:
    told = {key: given[key] for key in OF_SEAT if key in given}
    return {key: value for key, value in told.items() if value != getattr(seat, key)}
