"""What becomes of each team's report in a month: sent in when, reviewed when, with what outcome."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from random import Random
from typing import TypeVar

from django.utils import timezone

from cnscd_portal.demo import chance
from cnscd_portal.demo.establishment import Crew
from cnscd_portal.demo.texts import OBJECTIONS, Objection
from cnscd_portal.demo.provinces import BACH_DANG, HONG_GAI
from reports.models import Period


T = TypeVar("T")


class Fate(Enum):
    """How far a report has come by the demo's day."""

    NOTHING = auto()
    DRAFT = auto()
    SUBMITTED = auto()
    RETURNED = auto()
    APPROVED = auto()


# The demo's day is 10/6/2024: nothing that it shows has happened later than the evening before.
YESTERDAY = date(2024, 6, 9)
OPEN_MONTH = (2024, 6)

# Days before (-) and after the teams' deadline, and the hour. Many reports share a moment, for a
# moment is one call of the bulk functions.
SENT_IN = (
    (-5, "09:20"), (-4, "15:05"), (-3, "10:40"), (-2, "20:15"), (-1, "09:30"), (-1, "16:50"),
    (0, "11:15"), (0, "19:45"),
)  # fmt: skip
SENT_IN_LATE = ((1, "08:45"), (3, "14:10"))
REVIEWED = (
    (-3, "15:30"), (-2, "09:40"), (-1, "17:05"), (0, "15:20"), (1, "10:10"), (2, "15:45"),
    (4, "09:25"),
)  # fmt: skip
LATE = 0.07

# How the communes of a month that is still running are doing, and the fates in those underway.
UNDERWAY = {
    "22": {"complete": 0.27, "underway": 0.51, "nothing": 0.22},
    "30": {"complete": 0.08, "underway": 0.36, "nothing": 0.56},
}
FATES_UNDERWAY = {
    Fate.APPROVED: 0.42,
    Fate.SUBMITTED: 0.2,
    Fate.RETURNED: 0.06,
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
    objection: Objection

    @property
    def reason(self) -> str:
        """Why the report was returned; empty where it was not."""
        return self.objection.reason if self.fate is Fate.RETURNED else ""


# Team by team, June in the two wards whose officers have accounts. The first team of Hồng Gai has
# not begun: its leader has an account, too.
TOLD = {
    HONG_GAI: (
        Fate.NOTHING, Fate.APPROVED, Fate.APPROVED, Fate.SUBMITTED,
        Fate.RETURNED, Fate.SUBMITTED, Fate.APPROVED, Fate.DRAFT,
    ),
    BACH_DANG: (
        Fate.DRAFT, Fate.APPROVED, Fate.SUBMITTED, Fate.RETURNED,
        Fate.APPROVED, Fate.SUBMITTED, Fate.NOTHING,
    ),
}  # fmt: skip


def of_month(period: Period, province: str, crews: Iterable[Crew]) -> list[Course]:
    month = (period.year, period.month)
    if month == OPEN_MONTH:
        moods = UNDERWAY[province]
    elif month == (2024, 5) and province == "30":
        moods = MAY_OF_HAI_DUONG
    else:
        moods = {"complete": 1.0}
    deadline = min(period.team_due_on, YESTERDAY)
    return [_course(crew, period, _fate(crew, period, moods), deadline) for crew in crews]


def _fate(crew: Crew, period: Period, moods: dict[str, float]) -> Fate:
    if moods is UNDERWAY["22"] and crew.spot.area in TOLD:
        return TOLD[crew.spot.area][crew.spot.number - 1]
    mood = _weighted(chance.of("mood", crew.spot.area, period.key), moods)
    if mood == "complete":
        return Fate.APPROVED
    if mood == "nothing":
        return Fate.NOTHING
    return _weighted(chance.of("fate", crew.spot.key, period.key), FATES_UNDERWAY)


def _course(crew: Crew, period: Period, fate: Fate, deadline: date) -> Course:
    draw = chance.of("course", crew.spot.key, period.key)
    late = draw.random() < LATE and deadline < YESTERDAY
    sent = draw.choice(SENT_IN_LATE if late else SENT_IN)
    if crew.spot.area in TOLD:
        # In good time, so that what was returned can have been sent in anew.
        sent = SENT_IN[crew.spot.number % 4]
    # An officer looks at what came in by the next round; whatever came after the last one waits.
    rounds = [each for each in REVIEWED if each > sent]
    possible = [each for each in rounds if deadline < YESTERDAY or each[0] <= 0]
    if fate in {Fate.APPROVED, Fate.RETURNED} and not possible:
        sent, possible = SENT_IN[0], list(REVIEWED[:4])
    return Course(
        crew=crew,
        fate=fate,
        sent_at=_moment(deadline, sent),
        reviewed_at=_moment(deadline, (possible or rounds)[0]),
        objection=draw.choice(OBJECTIONS),
    )


def _moment(deadline: date, offset: tuple[int, str]) -> datetime:
    days, hour = offset
    return moment(deadline + timedelta(days=days), hour)


def moment(day: date, hour: str) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(hour)))


def _weighted(draw: Random, weights: dict[T, float]) -> T:
    return draw.choices(list(weights), list(weights.values()))[0]
