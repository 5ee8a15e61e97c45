"""What would a sheet of steering committees change, and how is that written?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from teams import steering
from teams.gazetteer import Misplaced
from teams.models import Committee, Seat, SteeringPost
from teams.plans import Line, Outcome, Plan
from teams.steering import STEERED, NewCommittee, Official
from units import clock
from units.models import Unit
from units.sheets.entries import Entry
from units.text import fold

AT_ONCE = 2000
OF_COMMITTEE = ("name", "decision_number", "decided_on")
OF_SEAT = ("full_name", "post", "office", "phone")
# What holds from a day on; a name or a phone is put right in its place.
DATED = ("post", "office")


@dataclass
class Body:
    """A committee as the sheet finds it, or begins it where `known` is None."""

    unit: Unit
    known: Committee | None
    seats: list[Seat] = field(default_factory=list)
    # Of the row that speaks of it first.
    row: int | None = None
    told: dict[str, Any] = field(default_factory=dict)
    heads: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Arrival:
    """A seat that would begin."""

    line: Line
    body: Body
    official: Official
    since: date


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


@dataclass(slots=True)
class Amendment:
    """The name or the decision of a committee, put right."""

    line: Line
    committee: Committee
    values: dict[str, Any]


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
        self.units = list(Unit.objects.under(area, on=on).filter(level__in=STEERED))
        self.bodies: dict[int, Body] = {}
        seats: dict[int, list[Seat]] = defaultdict(list)
        for seat in Seat.objects.filter(tenant_id=area.tenant_id).current_on(on).order_by("pk"):
            seats[seat.committee_id].append(seat)
        standing = Committee.objects.filter(tenant_id=area.tenant_id, valid__on=on)
        self.known = {each.unit_id: (each, seats[each.pk]) for each in standing}
        # A committee or a seat that begins later would be overlooked: units where one does.
        self.later = _units_of_later(area, on)
        # Who is named by which row, and in which row somebody new stands first.
        self.new: dict[tuple[int, str, str], int | None] = {}
        self.rows: dict[int, int | None] = {}

    def take(self, entry: Entry) -> None:
        line = Line(entry.number, str(entry.values.get("full_name") or ""))
        self.plan.lines.append(line)
        for key, why in entry.problems.items():
            line.refuse(key, why)
        try:
            unit = self._unit(entry.values)
        except Misplaced as refusal:
            line.refuse(refusal.key, str(refusal))
            return
        line.title = f"{line.title} · {unit.name}"
        if unit.pk in self.later:
            line.refuse(
                "unit",
                _("Its committee has changed after the day from which this file holds."),
            )
        body = self.bodies.get(unit.pk) or self._body(unit)
        self._judge_days(line, entry.given)
        self._amend(line, body, entry.given)
        if entry.values.get("full_name"):
            self._seat(line, body, entry.given)

    def _unit(self, values: dict[str, Any]) -> Unit:
        """The unit that a row names, by code or by name. Raises Misplaced."""
        code, name, level = (values.get(key) for key in ("unit_code", "unit", "level"))
        found = [
            unit
            for unit in self.units
            if level in (None, unit.level)
            and (unit.code == code if code else fold(unit.name) == fold(str(name or "")))
        ]
        if len(found) == 1:
            return found[0]
        key, typed = ("unit_code", code) if code else ("unit", name)
        if found:
            raise Misplaced(key, _("Several units are called so: give level and code, too."))
        raise Misplaced(
            key, _("“%(typed)s” is no unit of your area that has a committee.") % {"typed": typed}
        )

    def _body(self, unit: Unit) -> Body:
        known, seats = self.known.get(unit.pk, (None, []))
        body = self.bodies[unit.pk] = Body(unit, known, seats)
        return body

    def _judge_days(self, line: Line, given: dict[str, Any]) -> None:
        for key in ("decided_on", "since"):
            if key in given and given[key] > clock.today():
                line.refuse(key, _("This day is still to come."))

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
        self.rows[seat.pk] = line.number
        if "until" in given:
            self._leave(line, seat, given["until"])
        else:
            self._stay(line, body, seat, given)

    def _find(self, line: Line, body: Body, given: dict[str, Any]) -> Seat | None:
        """Whoever is called so in the committee; of several, the one of that phone or office."""
        called = fold(given["full_name"])
        found = [seat for seat in body.seats if fold(seat.full_name) == called]
        for key in ("phone", "office"):
            if len(found) > 1 and key in given:
                found = [seat for seat in found if getattr(seat, key) == given[key]] or found
        if len(found) > 1:
            line.refuse(
                "full_name", _("Several people of the committee are called so: add the phone.")
            )
        return found[0] if found else None

    def _arrive(self, line: Line, body: Body, given: dict[str, Any]) -> None:
        line.becomes(Outcome.NEW)
        official = Official(**{key: given[key] for key in OF_SEAT if key in given})
        since = given.get("since") or self.on
        if body.known is not None and since not in body.known.valid:
            line.refuse("since", _("The committee does not stand on that day."))
        if "until" in given:
            line.refuse("until", _("Somebody who does not sit in it cannot leave it."))
        begins = {key: given[key] for key in OF_COMMITTEE if key in given}
        is_first = body.known is None and body.row == line.number
        line.gives = {
            **(begins if is_first else {}),
            **{key: given[key] for key in OF_SEAT if key in given},
            "since": since,
        }
        same = (body.unit.pk, fold(official.full_name), fold(official.office))
        first = self.new.setdefault(same, line.number)
        if first != line.number:
            line.refuse("full_name", _("The same person stands in row %(row)s.") % {"row": first})
        self._head(line, body, official.post)
        self.plan.arrivals.append(Arrival(line, body, official, since))

    def _stay(self, line: Line, body: Body, seat: Seat, given: dict[str, Any]) -> None:
        told = {key: given[key] for key in OF_SEAT if key in given}
        values = {key: value for key, value in told.items() if value != getattr(seat, key)}
        line.changes += [(key, getattr(seat, key), value) for key, value in values.items()]
        official = replace(_official(seat), **values)
        self._head(line, body, official.post)
        if values:
            line.becomes(Outcome.CHANGED)
            self.plan.changes.append(Change(line, seat, official))

    def _leave(self, line: Line, seat: Seat, until: date) -> None:
        if until == seat.valid.upper:
            return
        line.becomes(Outcome.LEAVES)
        if until <= steering.first_day(seat):
            line.refuse("until", _("Nobody leaves before the day of joining."))
        line.changes.append(("until", seat.valid.upper, until))
        self.plan.departures.append(Departure(line, seat, until))

    def _head(self, line: Line, body: Body, post: str) -> None:
        if post == SteeringPost.HEAD:
            body.heads.append(line)

    def finish(self, *, is_complete: bool) -> Steering:
        for body in self.bodies.values():
            if is_complete:
                self._dismiss_the_missing(body)
            self._demand_one_head(body)
        return self.plan

    def _dismiss_the_missing(self, body: Body) -> None:
        for seat in body.seats:
            if seat.pk not in self.rows:
                line = Line(None, f"{seat.full_name} · {body.unit.name}")
                self.plan.lines.append(line)
                self.rows[seat.pk] = None
                self._leave(line, seat, self.on)

    def _demand_one_head(self, body: Body) -> None:
        """The first of the file, unless somebody heads it of whom the file says nothing."""
        present = [
            seat
            for seat in body.seats
            if seat.post == SteeringPost.HEAD and seat.pk not in self.rows
        ]
        for line in body.heads[1:]:
            line.refuse(
                "post",
                _("The committee would have two heads: see row %(row)s.")
                % {"row": body.heads[0].number},
            )
        for line in body.heads[:1] if present else []:
            line.refuse(
                "post",
                _("%(name)s heads the committee: give that person another post, too.")
                % {"name": present[0].full_name},
            )


def _units_of_later(area: Unit, on: date) -> set[int]:
    """The units whose committee, or somebody in it, begins after the day."""
    later = {"tenant_id": area.tenant_id, "valid__startswith__gt": on}
    seats = Seat.objects.filter(**later).values_list("committee__unit", flat=True)
    return {*Committee.objects.filter(**later).values_list("unit", flat=True), *seats}


def _official(seat: Seat) -> Official:
    return Official(seat.full_name, SteeringPost(seat.post), seat.office, seat.phone)


# -- Writing --------------------------------------------------------------------------------------


def write(plan: Steering, *, tenant: int, on: date) -> None:
    """Bring the committees to what the plan says, as of `on`; in the caller's transaction.

    Ends come first: a committee has one head at a time.
    """
    for amendment in plan.amendments:
        for key, value in amendment.values.items():
            setattr(amendment.committee, key, value)
    Committee.objects.bulk_update(
        [each.committee for each in plan.amendments], OF_COMMITTEE, batch_size=AT_ONCE
    )
    for departure in plan.departures:
        departure.seat.valid = DateRange(departure.seat.valid.lower, departure.until)
    begun = [each for change in plan.changes if (each := _changed(change, on))]
    kept = [each.seat for each in plan.departures] + [each.seat for each in plan.changes]
    # Whoever stops heading it makes room for who begins.
    kept.sort(key=lambda seat: seat.post == SteeringPost.HEAD and not seat.valid.upper)
    for seat in kept:
        seat.save()
    _found(plan.arrivals)
    begun += [
        steering.unsaved_seat(
            _committee(each), each.official, DateRange(each.since, _committee(each).valid.upper)
        )
        for each in plan.arrivals
    ]
    Seat.objects.bulk_create(begun, batch_size=AT_ONCE)


def _changed(change: Change, on: date) -> Seat | None:
    """Rewrites the seat; where another post or office begins later than it, returns its new one."""
    seat, official = change.seat, change.official
    before = _official(seat)
    stays = all(getattr(official, key) == getattr(before, key) for key in DATED)
    if stays or steering.first_day(seat) >= on:
        steering.rewrite(seat, official, seat.valid)
        return None
    goes_on = steering.unsaved_seat(seat.committee, official, DateRange(on, seat.valid.upper))
    ended = replace(official, post=before.post, office=before.office)
    steering.rewrite(seat, ended, DateRange(seat.valid.lower, on))
    return goes_on


def _found(arrivals: Iterable[Arrival]) -> None:
    """Set up the committees that there are not yet, each from the first day of somebody in it."""
    first_days: dict[int, date] = {}
    bodies: dict[int, Body] = {}
    for each in arrivals:
        if each.body.known is None:
            pk = each.body.unit.pk
            bodies[pk] = each.body
            first_days[pk] = min(each.since, first_days.get(pk, each.since))
    rows = Committee.objects.bulk_create(
        [
            steering.unsaved_committee(
                NewCommittee(unit=body.unit, since=first_days[pk], **body.told)
            )
            for pk, body in bodies.items()
        ],
        batch_size=AT_ONCE,
    )
    for body, committee in zip(bodies.values(), rows, strict=True):
        body.known = committee


def _committee(arrival: Arrival) -> Committee:
    """That of the arrival: by now all are set up."""
    return cast(Committee, arrival.body.known)
