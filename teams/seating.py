"""What has to hold of a steering committee and of who sits in it, wherever it is said.

Each `why_not_…` returns the sentence that speaks against it, and "" where nothing does: pages raise
it, and sheets write it to its cell.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple, cast

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from teams.models import Committee, Seat, SteeringPost
from units import clock
from units.models import Level, Unit
from units.text import normalise

# The nation's is none of the portal's business, and a hamlet has its team.
STEERED = (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)
# Posts that one person holds at a time.
SOLE = (SteeringPost.HEAD, SteeringPost.STANDING_DEPUTY)


@dataclass(frozen=True)
class Official:
    """Somebody who sits in a committee, mostly for an office held outside of it."""

    full_name: str
    post: SteeringPost = SteeringPost.MEMBER
    office: str = ""
    phone: str = ""


class Taken(NamedTuple):
    official: Official
    valid: DateRange
    # That of the sheet which says so.
    row: int | None


# -- Days -----------------------------------------------------------------------------------------


def why_not_set_up(unit: Unit, since: date, others: Iterable[Committee]) -> str:
    """`others` are all that the unit has, or has had: it has one committee at a time."""
    if since not in unit.valid:
        return _("%(unit)s does not exist on that day.") % {"unit": unit.name}
    for each in others:
        if each.valid.upper is None or each.valid.upper > since:
            said = _("%(unit)s has one since %(day)s, “%(name)s”: end that one first.")
            day = clock.written(first_day(each))
            return said % {"unit": unit.name, "day": day, "name": each.name}
    return clock.why_to_come(since)


def why_not_ended(committee: Committee, until: date) -> str:
    """`until` is the first day without it."""
    since, upper = first_day(committee), committee.valid.upper
    if until <= since:
        said = _("The committee stands since %(day)s: it cannot end by then.")
        return said % {"day": clock.written(since)}
    if upper and until > upper:
        return _("The committee ends on %(day)s.") % {"day": clock.written(upper)}
    return ""


def why_not_standing(committee: Committee) -> str:
    """Once it has ended."""
    if day := ended_on(committee):
        said = _("“%(name)s” has ended on %(day)s: what was stays as it is.")
        return said % {"name": committee.name, "day": clock.written(day)}
    return ""


def why_not_sitting(seat: Seat) -> str:
    """Once it is one of the past."""
    if day := ended_on(seat):
        said = _("%(name)s has left this seat on %(day)s: what was stays as it is.")
        return said % {"name": seat.full_name, "day": clock.written(day)}
    return ""


def why_not_seated_since(committee: Committee, since: date) -> str:
    """Nobody sits in a committee that does not stand, nor by a day to come."""
    if since not in committee.valid:
        said = _("The committee stands since %(day)s; nobody sits in it on that day.")
        return said % {"day": clock.written(first_day(committee))}
    return clock.why_to_come(since)


def why_not_changed(seat: Seat, official: Official, on: date) -> str:
    """A name or a phone is put right whenever it was wrong; another post or office has a day."""
    if not _turns(seat, official):
        return ""
    return clock.why_to_come(on) if on in seat.valid else _does_not_hold(seat)


def why_not_left(seat: Seat, committee: Committee, until: date) -> str:
    """`until` is the first day without; a seat may end on its first day, and then never was."""
    last = committee.valid.upper
    return _does_not_hold(seat) if until < first_day(seat) or (last and until > last) else ""


def _does_not_hold(seat: Seat) -> str:
    said = _("This seat begins on %(day)s and does not hold on the day that you name.")
    return said % {"day": clock.written(first_day(seat))}


def first_day(row: Committee | Seat | Taken) -> date:
    """The day on which it began: none of them is without one."""
    return cast(date, row.valid.lower)


def ended_on(row: Committee | Seat) -> date | None:
    """The first day without it, once that has come; None for what goes on."""
    upper = row.valid.upper
    return upper if upper and upper <= clock.today() else None


def terms(seat: Seat, official: Official, on: date) -> list[tuple[Official, DateRange]]:
    """What a seat is once `official` is said of it as of a day: in one piece, or in two.

    Another post or office begins on the day and leaves the past as it was; what began on that very
    day, and a name or a phone, is put right in its place.
    """
    since, upper = first_day(seat), seat.valid.upper
    if since >= on or not _turns(seat, official):
        return [(official, seat.valid)]
    before = replace(official, post=SteeringPost(seat.post), office=seat.office)
    return [(before, DateRange(since, on)), (official, DateRange(on, upper))]


def _turns(seat: Seat, official: Official) -> bool:
    return (official.post, normalise(official.office)) != (seat.post, seat.office)


def official_of(seat: Seat) -> Official:
    return Official(seat.full_name, SteeringPost(seat.post), seat.office, seat.phone)


# -- Places ---------------------------------------------------------------------------------------


class Bench:
    """The seats of one committee as they are taken one by one: nobody sits beside himself, and head
    and standing deputy are one person at a time."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, ...], list[Taken]] = defaultdict(list)

    def take(self, official: Official, valid: DateRange, row: int | None = None) -> None:
        for _key, place in _places(official):
            self._taken[place].append(Taken(official, valid, row))

    def why_not(self, official: Official, valid: DateRange) -> tuple[str, str]:
        """(the key of what is wrong, the sentence), ("", "") where the place is free."""
        for key, place in _places(official):
            for other in self._taken[place]:
                if _overlap(valid, other.valid):
                    return key, _why_taken(key, other)
        return "", ""


def _places(official: Official) -> list[tuple[str, tuple[str, ...]]]:
    """What only one person can have, each with the key under which that is told."""
    places = [("post", (str(official.post),))] if official.post in SOLE else []
    name_and_office = normalise(official.full_name), normalise(official.office)
    return [*places, ("full_name", name_and_office)]


def _overlap(one: Any, other: Any) -> bool:
    return not (
        (one.upper and one.upper <= other.lower) or (other.upper and other.upper <= one.lower)
    )


def _why_taken(key: str, other: Taken) -> str:
    if key == "full_name":
        said = _("Somebody of this name and office sits in the committee already.")
    elif other.valid.upper:
        said = _("%(name)s is %(post)s from %(since)s until %(until)s: change or end that first.")
    else:
        said = _("%(name)s is %(post)s since %(since)s: change or end that first.")
    told = {
        "name": other.official.full_name,
        "post": SteeringPost(other.official.post).label,
        "since": clock.written(first_day(other)),
        "until": clock.written(other.valid.upper) if other.valid.upper else "",
    }
    see = _("See row %(row)s.") % {"row": other.row} if other.row else ""
    return f"{said % told} {see}".strip()
