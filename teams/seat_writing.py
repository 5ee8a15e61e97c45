"""Writing the plan of committees and their seats: a handful of statements, whatever its size."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django.db.backends.postgresql.psycopg_any import DateRange

from teams import steering
from teams.models import Committee, Seat, SteeringPost
from teams.seat_differences import OF_COMMITTEE, Arrival, Body, Change, Departure, Steering
from teams.steering import NewCommittee
from units import bulk

COMMITTEE = {
    "id": "bigint", "unit": "bigint", "name": "text", "decision_number": "text",
    "decided_on": "date", "since": "date",
}  # fmt: skip
SEAT = {
    "id": "bigint", "committee": "bigint", "full_name": "text", "search": "text",
    "sort_key": "text", "post": "text", "office": "text", "phone": "text", "since": "date",
    "until": "date",
}  # fmt: skip

INSERT_COMMITTEES = """
insert into teams_committee (id, tenant_id, unit_id, name, decision_number, decided_on, valid)
select id, %s, unit, name, decision_number, decided_on, daterange(since, null)
from new_committees
"""
UPDATE_COMMITTEES = """
update teams_committee committee
set name = staged.name, decision_number = staged.decision_number, decided_on = staged.decided_on
from known_committees staged where committee.id = staged.id
"""
INSERT_SEATS = """
insert into teams_seat (tenant_id, committee_id, full_name, search, sort_key, post, office, phone,
                        valid)
select %s, committee, full_name, search, sort_key, post, office, phone, daterange(since, until)
from new_seats
"""
UPDATE_SEATS = """
update teams_seat seat
set full_name = staged.full_name, search = staged.search, sort_key = staged.sort_key,
    post = staged.post, office = staged.office, phone = staged.phone,
    valid = daterange(staged.since, staged.until)
from known_seats staged where seat.id = staged.id
"""


def write(plan: Steering, *, tenant: int, on: date) -> None:
    """Bring the committees to what the plan says, as of `on`; in the caller's transaction.

    Ends come first, and who takes the place of a head comes last: there is one at a time.
    """
    _amend(plan)
    never_were = [each.seat.pk for each in plan.departures if each.never_was]
    Seat.objects.filter(pk__in=never_were).delete()
    left = [each for each in plan.departures if not each.never_was]
    for departure in left:
        departure.seat.valid = DateRange(departure.seat.valid.lower, departure.until)
    deeds: list[Departure | Change] = [*left, *plan.changes]
    heads = {each.seat.pk for each in deeds if each.seat.post == SteeringPost.HEAD}
    turned = [steering.turn(change.seat, change.official, on) for change in plan.changes]
    kept = [each.seat for each in deeds]
    promoted = {each.pk for each in kept if each.post == SteeringPost.HEAD} - heads
    _update_seats(each for each in kept if each.pk not in promoted)
    _update_seats(each for each in kept if each.pk in promoted)
    _set_up(plan.arrivals, tenant)
    begun = [
        *filter(None, turned),
        *(steering.unsaved_seat(_committee(each), each.official, each.valid)
          for each in plan.arrivals),
    ]  # fmt: skip
    bulk.run(INSERT_SEATS, "new_seats", SEAT, [_seat(each) for each in begun], tenant)


def _amend(plan: Steering) -> None:
    for amendment in plan.amendments:
        for key, value in amendment.values.items():
            setattr(amendment.committee, key, value)
    rows = [_row(each.committee) for each in plan.amendments]
    bulk.run(UPDATE_COMMITTEES, "known_committees", COMMITTEE, rows)


def _update_seats(seats: Iterable[Seat]) -> None:
    bulk.run(UPDATE_SEATS, "known_seats", SEAT, [_seat(each) for each in seats])


def _set_up(arrivals: Iterable[Arrival], tenant: int) -> None:
    """Set up the committees that there are not yet, each from the first day of somebody in it."""
    first_days: dict[int, date] = {}
    bodies: dict[int, Body] = {}
    for each in arrivals:
        if each.body.known is None:
            pk = each.body.unit.pk
            bodies[pk] = each.body
            first_days[pk] = min(each.since, first_days.get(pk, each.since))
    for pk, body in zip(bulk.next_ids(Committee, len(bodies)), bodies.values(), strict=True):
        new = NewCommittee(unit=body.unit, since=first_days[body.unit.pk], **body.told)
        body.known = steering.unsaved_committee(new)
        body.known.pk = pk
    rows = [_row(_known(body)) for body in bodies.values()]
    bulk.run(INSERT_COMMITTEES, "new_committees", COMMITTEE, rows, tenant)


def _row(committee: Committee) -> list[Any]:
    told = [getattr(committee, key) for key in OF_COMMITTEE]
    return [committee.pk, committee.unit_id, *told, committee.valid.lower]


def _seat(seat: Seat) -> list[Any]:
    return [
        seat.pk, seat.committee_id, seat.full_name, seat.search, seat.sort_key, str(seat.post),
        seat.office, seat.phone, seat.valid.lower, seat.valid.upper,
    ]  # fmt: skip


def _committee(arrival: Arrival) -> Committee:
    return _known(arrival.body)


def _known(body: Body) -> Committee:
    """By now all are set up."""
    return cast(Committee, body.known)
