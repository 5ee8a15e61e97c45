"""Teams submitting their month over HTTP, by the web server of production.

An open loop: so many submissions arrive a second, whether or not those before them are answered,
and each counts from the moment at which it was due. Afterwards the database is asked what it has.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial

from django.db import connection
from django.test import Client, override_settings

from bench import bare, generator, submissions
from bench.generator import Answer
from bench.measure import Figure, counted_statements, percentile
from bench.province import Province
from bench.server import serving
from bench.submissions import MONTH, Commune, Submission
from reports.models import Report, ReportStep, Status
from units.tenancy import scope

# In the window of the month, before its deadline.
TODAY = "2024-07-05"


@dataclass(frozen=True)
class Load:
    """How much is submitted, how fast and for how long; `within_ms` is asked of the p95.

    The search for the highest rate begins with `first` and stops at `most`.
    """

    users: Sequence[int]
    rate: int
    seconds: int
    first: int
    most: int
    step_seconds: int
    halvings: int
    within_ms: int


FULL = Load(
    users=(100, 200, 400),
    rate=60,
    seconds=60,
    first=30,
    most=4000,
    step_seconds=10,
    halvings=4,
    within_ms=500,
)
TINY = Load(
    users=(2, 4),
    rate=10,
    seconds=2,
    first=5,
    most=10,
    step_seconds=1,
    halvings=1,
    within_ms=60_000,
)


@dataclass(frozen=True)
class Outcome:
    """What became of one round. `lost` were accepted and do not stand as they were sent, `doubled`
    stand twice; `rows` is by how many the table grew."""

    accepted: int
    failed: int
    lost: int
    doubled: int
    rows: int

    def demand_right(self) -> None:
        """What failed was refused, or found too slow; but what was accepted has to be there."""
        if self.lost or self.doubled or (not self.failed and self.rows != self.accepted):
            raise AssertionError(f"What was accepted is not what is there: {self}")


def measure(provinces: Sequence[Province], load: Load) -> Iterator[Figure]:
    """The rate that is asked from each number of users; then the highest, and the bare view's."""
    communes = submissions.open_months(provinces)
    yield _statements(communes)
    with serving("cnscd_portal.wsgi:application", today=TODAY) as port:
        few = load.users[0]
        # Each process, and each thread of it, begins by reading what it keeps.
        _submit(communes, port, users=few, rate=load.rate, seconds=load.step_seconds)
        for users in load.users:
            submit = partial(_submit, communes, port, users=users, rate=load.rate)
            yield from _figures(f"load_{users}_users", *submit(seconds=load.seconds))
        best = highest(partial(_submit, communes, port, users=few, seconds=load.step_seconds), load)
    least = _bare_view(load)
    yield Figure("load_highest_rate", best, "per_s")
    yield Figure("load_bare_view_highest_rate", least, "per_s")
    yield Figure("load_highest_rate_ratio", best / least, "x")


def _figures(name: str, outcome: Outcome, answers: Sequence[Answer]) -> Iterator[Figure]:
    taken = [seconds for _, seconds, _ in answers]
    for percent in (50, 95, 99):
        yield Figure(f"{name}_p{percent}", percentile(taken, percent) * 1000, "ms")
    for what, counted in asdict(outcome).items():
        yield Figure(f"{name}_{what}", counted, "reports")


Attempt = Callable[..., tuple[Outcome, Sequence[Answer]]]


def highest(attempt: Attempt, load: Load) -> float:
    """The highest rate that holds: doubled until one does not, then between the last two."""

    def holds(rate: float) -> bool:
        outcome, answers = attempt(rate=rate)
        taken = [seconds for _, seconds, _ in answers]
        return not outcome.failed and percentile(taken, 95) * 1000 < load.within_ms

    low, high = 0.0, float(load.first)
    while high <= load.most and holds(high):
        low, high = high, high * 2
    for _ in range(load.halvings):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


# -- The portal -----------------------------------------------------------------------------------


def _submit(
    communes: Iterator[Commune], port: int, *, users: int, rate: float, seconds: int
) -> tuple[Outcome, Sequence[Answer]]:
    asked = submissions.prepare(communes, users=users, count=round(rate * seconds))
    before = _count_reports()
    answers = generator.send(port, [each.request for each in asked], users=users, rate=rate)
    # Whoever reviews a commune is led to it; a page that says why not is no acceptance.
    accepted = [
        each
        for each, (status, _, leads_to) in zip(asked, answers, strict=True)
        if status == 302 and "/units/" in leads_to
    ]
    lost, doubled = _compare(asked, accepted)
    outcome = Outcome(
        accepted=len(accepted),
        failed=len(asked) - len(accepted),
        lost=lost,
        doubled=doubled,
        rows=_count_reports() - before,
    )
    outcome.demand_right()
    return outcome, answers


def _compare(asked: Sequence[Submission], accepted: Sequence[Submission]) -> tuple[int, int]:
    """How many accepted reports do not stand as they were sent, and how many stand twice."""
    year, month = MONTH
    teams = [each.team for each in asked]
    with scope(reads_all=True):
        reports = Report.objects.filter(team__in=teams, period__year=year, period__month=month)
        sent = list(reports.filter(status=Status.SUBMITTED).values_list("team", "values"))
        steps = Counter(
            ReportStep.objects.filter(report__in=reports).values_list("report__team", flat=True)
        )
    stored = dict(sent)
    lost = sum(stored.get(each.team) != each.values or not steps[each.team] for each in accepted)
    return lost, steps.total() - len(steps) + len(sent) - len(stored)


def _count_reports() -> int:
    year, month = MONTH
    with scope(reads_all=True):
        return Report.objects.filter(period__year=year, period__month=month).count()


def _statements(communes: Iterator[Commune]) -> Figure:
    """Those of one submission, by themselves; a transaction's beginning and end do not count."""
    first, second = submissions.prepare(communes, users=1, count=2)
    client = Client()
    with override_settings(BUSINESS_DATE=date.fromisoformat(TODAY), ALLOWED_HOSTS=["testserver"]):
        _post(client, first)
        with counted_statements() as statements:
            _post(client, second)
    return Figure("load_submission_statements", len(statements), "statements")


def _post(client: Client, submission: Submission) -> None:
    client.cookies.load(submission.cookies)
    form = "application/x-www-form-urlencoded"
    answer = client.post(submission.path, submission.body, content_type=form, secure=True)
    if answer.status_code != 302:
        raise RuntimeError(f"{submission.path} answered {answer.status_code}")


# -- The bare view --------------------------------------------------------------------------------


def _bare_view(load: Load) -> float:
    """The highest rate of a view that inserts one document, as long as a report's figures."""
    document = json.dumps({f"figure_number_{number:02}": 1000 + number for number in range(20)})
    request = submissions.post("/", document, kind="json")

    def insert(*, rate: float) -> tuple[Outcome, Sequence[Answer]]:
        asked = round(rate * load.step_seconds)
        before = _count_inserted()
        answers = generator.send(port, [request] * asked, users=load.users[0], rate=rate)
        accepted = sum(status == 204 for status, _, _ in answers)
        rows = _count_inserted() - before
        outcome = Outcome(accepted, asked - accepted, max(0, accepted - rows), 0, rows)
        outcome.demand_right()
        return outcome, answers

    with _table(), serving("bench.bare:serve", "--factory", today=TODAY) as port:
        insert(rate=load.rate)
        return highest(insert, load)


@contextmanager
def _table() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(bare.TABLE)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(bare.DROP)


def _count_inserted() -> int:
    with connection.cursor() as cursor:
        cursor.execute(bare.COUNT)
        (rows,) = cursor.fetchone()
    return rows
