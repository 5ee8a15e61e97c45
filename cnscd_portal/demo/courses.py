"""What becomes of each team's report in a month: sent in when, reviewed when, with what outcome."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from functools import cache
from random import Random
from typing import TypeVar

from django.utils import timezone

from cnscd_portal.demo import chance, texts
from cnscd_portal.demo.establishment import Crew
from cnscd_portal.demo.provinces import BACH_DANG, HONG_GAI
from cnscd_portal.demo.texts import OBJECTIONS, Objection
from reports.models import Period

T = TypeVar("T")
Offset = tuple[int, str]


class Fate(Enum):
    """How far a report has come by the demo's day."""

    NOTHING = auto()
    DRAFT = auto()
    SUBMITTED = auto()
    RETURNED = auto()
    # Sent in again after it had been returned.
    AMENDED = auto()
    APPROVED = auto()


SENT_FATES = {Fate.SUBMITTED, Fate.RETURNED, Fate.AMENDED, Fate.APPROVED}
REVIEWED_FATES = {Fate.RETURNED, Fate.AMENDED, Fate.APPROVED}

# The demo's day is 10/6/2024: nothing that it shows has happened later than the evening before.
YESTERDAY = date(2024, 6, 9)
OPEN_MONTH = (2024, 6)

# Days before (-) and after the teams' deadline, and the hour. Many reports share a moment, for a
# moment is one call of the bulk functions; the open month, which people look at, has more of them.
SENT_IN = ((-4, "15:05"), (-2, "10:40"), (-1, "20:15"), (0, "16:50"))
SENT_IN_LATE = ((2, "08:45"),)
REVIEWED = ((-2, "09:40"), (0, "17:20"), (3, "15:45"))
SENT_IN_NOW = (
    (-5, "09:20"), (-4, "15:05"), (-3, "10:40"), (-2, "20:15"), (-1, "09:30"), (-1, "16:50"),
    (0, "11:15"), (0, "19:45"),
)  # fmt: skip
REVIEWED_NOW = ((-3, "15:30"), (-2, "09:40"), (-1, "17:05"), (0, "15:20"))
LATE = 0.07

# How the communes of a month that is still running are doing, and the fates in those underway.
UNDERWAY = {
    "22": {"complete": 0.27, "underway": 0.51, "nothing": 0.22},
    "30": {"complete": 0.08, "underway": 0.36, "nothing": 0.56},
}
FATES_UNDERWAY = {
    Fate.APPROVED: 0.42,
    Fate.SUBMITTED: 0.18,
    Fate.RETURNED: 0.06,
    Fate.AMENDED: 0.02,
    Fate.DRAFT: 0.05,
    Fate.NOTHING: 0.27,
}
# Hải Dương's May was due a few days ago: some communes are late with all or part of it.
MAY_OF_HAI_DUONG = {"complete": 0.91, "underway": 0.06, "nothing": 0.03}


@dataclass(frozen=True)
class Course:
    crew: Crew
    fate: Fate
    sent_at: datetime
    reviewed_at: datetime
    difficulty: str
    proposal: str
    # Why it was returned; None where it was not.
    objection: Objection | None = None

    @property
    def amended_at(self) -> datetime:
        """The team looks at what was returned on the same evening."""
        return timezone.localtime(self.reviewed_at).replace(hour=20, minute=30)


# Team by team, June in the two wards whose officers have accounts. The first team of Hồng Gai has
# not begun: its leader has an account, too.
TOLD = {
    HONG_GAI: (
        Fate.NOTHING, Fate.APPROVED, Fate.APPROVED, Fate.SUBMITTED,
        Fate.RETURNED, Fate.AMENDED, Fate.APPROVED, Fate.DRAFT,
    ),
    BACH_DANG: (
        Fate.DRAFT, Fate.APPROVED, Fate.SUBMITTED, Fate.RETURNED,
        Fate.APPROVED, Fate.SUBMITTED, Fate.NOTHING,
    ),
}  # fmt: skip


def of_month(period: Period, province: str, crews: Iterable[Crew]) -> list[Course]:
    month = (period.year, period.month)
    if month == OPEN_MONTH:
        return [_under_way(crew, period, UNDERWAY[province]) for crew in crews]
    if month == (2024, 5) and province == "30":
        return [_past(crew, period, _fate(crew, period, MAY_OF_HAI_DUONG)) for crew in crews]
    return [_past(crew, period, Fate.APPROVED) for crew in crews]


def _past(crew: Crew, period: Period, fate: Fate) -> Course:
    draw = chance.of("course", crew.spot.key, period)
    sent = draw.choice(SENT_IN_LATE if draw.random() < LATE else SENT_IN)
    if crew.spot.area in TOLD:
        # One moment for a whole ward, whose officer has calls of their own.
        sent = SENT_IN[-1]
    reviewed = next(each for each in REVIEWED if each > sent)
    return _course(crew, fate, period.team_due_on, sent, reviewed, draw)


def _under_way(crew: Crew, period: Period, moods: dict[str, float]) -> Course:
    draw = chance.of("course", crew.spot.key, period)
    sent = draw.choice(SENT_IN_NOW)
    if crew.spot.area in TOLD:
        fate = TOLD[crew.spot.area][crew.spot.number - 1]
        # In good time, so that what was returned can have been sent in anew.
        sent = SENT_IN_NOW[crew.spot.number % 4]
    else:
        fate = _fate(crew, period, moods)
    if fate in REVIEWED_FATES:
        # What came in after an officer's last round is still waiting.
        sent = min(sent, SENT_IN_NOW[5])
    reviewed = next((each for each in REVIEWED_NOW if each > sent), REVIEWED_NOW[-1])
    return _course(crew, fate, min(period.team_due_on, YESTERDAY), sent, reviewed, draw)


def _fate(crew: Crew, period: Period, moods: dict[str, float]) -> Fate:
    mood = _weighted(chance.of("mood", crew.spot.area, period), moods)
    if mood == "complete":
        return Fate.APPROVED
    if mood == "nothing":
        return Fate.NOTHING
    return _weighted(chance.of("fate", crew.spot.key, period), FATES_UNDERWAY)


def _course(
    crew: Crew, fate: Fate, deadline: date, sent: Offset, reviewed: Offset, draw: Random
) -> Course:
    difficulty, proposal = texts.words(crew.spot, draw, often=crew.spot.area in TOLD)
    course = Course(
        crew=crew,
        fate=fate,
        sent_at=_moment(deadline, sent),
        reviewed_at=_moment(deadline, reviewed),
        difficulty=difficulty,
        proposal=proposal,
    )
    if fate in {Fate.RETURNED, Fate.AMENDED}:
        # Neighbours are told different things.
        objection = OBJECTIONS[crew.spot.number % len(OBJECTIONS)]
        return replace(course, objection=objection)
    return course


@cache
def _moment(deadline: date, offset: Offset) -> datetime:
    days, hour = offset
    return moment(deadline + timedelta(days=days), hour)


def moment(day: date, hour: str) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(hour)))


def _weighted(draw: Random, weights: dict[T, float]) -> T:
    return draw.choices(list(weights), list(weights.values()))[0]
