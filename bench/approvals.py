"""How soon an approval is in its province's totals, while many arrive: over HTTP, with the web
server and the worker of production.

An open loop, as of the load. Meanwhile somebody else asks again and again what the totals of all
provinces count; an approval is in them once its province counts one more.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from urllib.parse import urlencode
from uuid import uuid4

from django.db import connection
from django.urls import reverse

from bench import generator
from bench.measure import Figure, percentile
from bench.province import Province
from bench.server import serving, working
from bench.submissions import post, signed_in
from cnscd_portal.demo import chance
from reports import rollup
from reports.models import Report, Status, Total
from units.tenancy import scope

# In the window of the month that was built, before its deadline.
TODAY = "2024-06-10"
LOOK_EVERY_SECONDS = 0.05
GIVE_UP_SECONDS = 120
# By then the generator has started.
START_SECONDS = 2
FOUND = 302


@dataclass(frozen=True)
class Rush:
    """How many a second and for how long, after so many that wake the processes up."""

    rate: int
    seconds: int
    warm_up: int


FULL = Rush(rate=50, seconds=60, warm_up=200)
TINY = Rush(rate=10, seconds=1, warm_up=4)


@dataclass(frozen=True)
class Approval:
    tenant_id: int
    request: str


@dataclass(frozen=True)
class Taken:
    """Seconds since each approval was due: until it was answered, and until the totals had it."""

    answered: Sequence[float]
    in_totals: Sequence[float]


def measure(provinces: Sequence[Province], rush: Rush) -> Iterator[Figure]:
    asked = _take_back(provinces, rush.warm_up + rush.rate * rush.seconds)
    with serving("cnscd_portal.wsgi:application", today=TODAY) as port, working(today=TODAY):
        _approve(asked[: rush.warm_up], port, provinces, rush.rate)
        taken = _approve(asked[rush.warm_up :], port, provinces, rush.rate)
    yield Figure("approvals_accepted", len(taken.in_totals), "reports")
    yield Figure("approvals_failed", len(taken.answered) - len(taken.in_totals), "reports")
    for name, waited in (("answered", taken.answered), ("in_totals", taken.in_totals)):
        for percent in (50, 95, 99):
            yield Figure(f"approval_{name}_p{percent}", percentile(waited, percent) * 1000, "ms")


def _take_back(provinces: Sequence[Province], count: int) -> list[Approval]:
    """Let reports all over the nation wait for their approval again; the administrators' requests
    for it."""
    months = [each.month for each in provinces]
    with scope(reads_all=True):
        approved = Report.objects.filter(period__in=months, status=Status.APPROVED)
        chosen = chance.of("approvals", count).sample(list(approved.order_by("pk")), k=count)
    signed = {}
    for each in provinces:
        theirs = [report for report in chosen if report.tenant_id == each.tenant.pk]
        with scope(tenant=each.tenant.pk):
            waiting = Report.objects.filter(pk__in=[report.pk for report in theirs])
            waiting.update(status=Status.SUBMITTED)
            rollup.mark_dirty(theirs)
            rollup.sweep(each.tenant.pk)
            signed[each.tenant.pk] = signed_in(each.admin)
    return [_approval(report, *signed[report.tenant_id]) for report in chosen]


def _approval(report: Report, cookies: str, token: str) -> Approval:
    said = {"csrfmiddlewaretoken": token, "version": report.version, "key": uuid4()}
    path = reverse("take-step", args=[report.pk, "approve"])
    return Approval(report.tenant_id, post(path, urlencode(said), f"Cookie: {cookies}"))


def _approve(
    asked: Sequence[Approval], port: int, provinces: Sequence[Province], rate: int
) -> Taken:
    began = time.monotonic() + START_SECONDS
    with watching(provinces) as watch:
        requests = [each.request for each in asked]
        answers = generator.send(port, requests, users=len(provinces), rate=rate, began=began)
        due = defaultdict(list)
        for number, (status, _, _) in enumerate(answers):
            if status == FOUND:
                due[asked[number].tenant_id].append(began + number / rate)
        watch.wait_for({tenant_id: len(theirs) for tenant_id, theirs in due.items()})
    in_totals = [
        seen - at
        for tenant_id, theirs in due.items()
        for seen, at in zip(watch.seen[tenant_id], theirs, strict=False)
    ]
    return Taken([seconds for _, seconds, _ in answers], in_totals)


class Watch:
    """When each province's totals counted one more, by the clock that the generator goes by."""

    def __init__(self, provinces: Sequence[Province]) -> None:
        self._units = [each.unit.pk for each in provinces]
        self._months = [each.month.pk for each in provinces]
        self._counted = self._count()
        self.seen: defaultdict[int, list[float]] = defaultdict(list)

    def look(self) -> None:
        counted, now = self._count(), time.monotonic()
        for tenant_id, count in counted.items():
            self.seen[tenant_id] += [now] * (count - self._counted[tenant_id])
        self._counted = counted

    def wait_for(self, accepted: dict[int, int]) -> None:
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while any(len(self.seen[tenant_id]) < count for tenant_id, count in accepted.items()):
            if time.monotonic() > deadline:
                raise AssertionError("What was approved is not in the totals.")
            time.sleep(LOOK_EVERY_SECONDS)

    def _count(self) -> dict[int, int]:
        with scope(reads_all=True):
            totals = Total.objects.filter(unit__in=self._units, period__in=self._months)
            return dict(totals.values_list("tenant", "approved"))


@contextmanager
def watching(provinces: Sequence[Province]) -> Iterator[Watch]:
    watch, ended = Watch(provinces), Event()

    def look_on() -> None:
        while not ended.wait(LOOK_EVERY_SECONDS):
            watch.look()
        connection.close()

    eye = Thread(target=look_on)
    eye.start()
    try:
        yield watch
    finally:
        ended.set()
        eye.join()
