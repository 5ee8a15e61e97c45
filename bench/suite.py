"""The order of things: a province alone, then the nation around it, both measured alike."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from accounts.models import User
from bench import (
    PARTS,
    approvals,
    backlog,
    dashboard,
    generic,
    load,
    months,
    nation,
    province,
    quang_ninh,
    rollup,
    roster,
)
from bench.measure import Figure, seconds
from bench.province import Province
from cnscd_portal.demo.provinces import QUANG_NINH
from cnscd_portal.demo.provinces import Province as Counts
from reports import catalogue, kept_census
from reports.rollup import unannounced
from units.models import Unit
from units.tenancy import scope

BEGAN = perf_counter()
# The front end's files may not have been built, and nobody looks at these pages.
UNBUILT = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@dataclass(frozen=True)
class Size:
    """How much is built, and how often each thing is measured.

    `provinces` are those beside Quảng Ninh, the smallest first; `teams` are those of all together.
    """

    quang_ninh: Counts
    provinces: int
    teams: int
    rounds_alone: int
    rounds_together: int
    approvals: int
    rush: approvals.Rush
    requests: int
    members: int
    members_at_once: int
    load: load.Load


FULL = Size(
    quang_ninh=QUANG_NINH,
    provinces=62,
    teams=nation.TEAMS,
    rounds_alone=15,
    rounds_together=5,
    approvals=20,
    rush=approvals.FULL,
    requests=20,
    members=QUANG_NINH.members,
    members_at_once=348_362,
    load=load.FULL,
)
FEW = replace(QUANG_NINH, hamlets=190, doubled=2, enterprises=2, members=970)
TINY = Size(
    quang_ninh=FEW,
    provinces=1,
    teams=FEW.teams + 80,
    rounds_alone=2,
    rounds_together=2,
    approvals=2,
    rush=approvals.TINY,
    requests=2,
    members=50,
    members_at_once=200,
    load=load.TINY,
)


def migrate() -> None:
    say("migrating")
    call_command("migrate", verbosity=0)


def run(size: Size, *, alone: str | None = None) -> Iterator[Figure]:
    """Build, measure, build on, measure again; figures as they come.

    Where one of the `PARTS` is asked for `alone`, the same is built, and nothing else measured.
    """
    unbuilt = override_settings(
        STORAGES={**settings.STORAGES, "staticfiles": UNBUILT},
        STATIC_ROOT=settings.BASE_DIR / "static",
    )
    with unbuilt, unannounced():
        catalogue.load()
        root, national = province.found_nation()
        say("building Quảng Ninh")
        first = quang_ninh.build(counted=size.quang_ninh)
        province.settle()
        if not alone:
            yield from measure_alone(first, size)
        provinces = [first, *build_the_others(size)]
        province.settle()
        if not alone:
            yield from measure_together(provinces, root, national, size)
        for part in [alone] if alone else PARTS:
            yield from measure_part(part, provinces, size)
    say("done")


def measure_part(part: str, provinces: Sequence[Province], size: Size) -> Iterator[Figure]:
    if part == "approvals":
        say("approving")
        yield from approvals.measure(provinces, size.rush)
    elif part == "load":
        say("submitting months")
        yield from load.measure(provinces, size.load)
    else:
        say("building two years")
        months.build(provinces)
        say("rolling two years up")
        yield from months.measure(provinces)


def build_the_others(size: Size) -> Iterator[Province]:
    plans = [plan for plan in nation.read_plans() if plan.code != quang_ninh.CODE]
    plans = sorted(plans, key=lambda plan: len(plan.communes))[: size.provinces]
    with nation.bulk_loading():
        others = nation.build(plans, teams=size.teams - size.quang_ninh.teams)
        for number, other in enumerate(others, start=1):
            say(f"built {number} of {len(plans)}: {other.tenant}")
            yield other


def measure_alone(alone: Province, size: Size) -> Iterator[Figure]:
    say("measuring Quảng Ninh alone")
    yield from rollup.month([alone], name="quang_ninh", rounds=size.rounds_alone)
    yield from rollup.year(alone, name="quang_ninh", rounds=size.rounds_alone)
    yield from rollup.approval(alone, name="quang_ninh", approvals=size.approvals)
    yield from measure_pages(alone, name="quang_ninh", requests=size.requests)
    say("importing rosters")
    yield from roster.measure(alone, members=size.members, many=size.members_at_once)
    yield measure_disk("quang_ninh")


def measure_together(
    provinces: Sequence[Province], root: Unit, national: User, size: Size
) -> Iterator[Figure]:
    """The nation; Quảng Ninh again, to see what the others cost it; and the largest of the others.

    Plans are sorted by their communes, so the last province has most of them.
    """
    say("measuring the nation")
    alone, largest = provinces[0], provinces[-1]
    yield Figure("census_kept_nation", seconds(lambda: keep_census(provinces)), "s")
    yield from rollup.month(provinces, name="nation", rounds=size.rounds_together)
    yield from generic.measure(provinces, rounds=size.rounds_together)
    yield from backlog.measure(provinces)
    yield from rollup.year(alone, name="quang_ninh_in_nation", rounds=size.rounds_alone)
    yield from rollup.year(largest, name="largest_province", rounds=size.rounds_alone)
    yield from rollup.approval(alone, name="quang_ninh_in_nation", approvals=size.approvals)
    yield from measure_pages(alone, name="quang_ninh_in_nation", requests=size.requests)
    yield from measure_pages(largest, name="largest_province", requests=size.requests)
    for page in (dashboard.overview, dashboard.progress):
        yield from page(root, reader=national, name="nation", requests=size.requests)
    yield measure_disk("nation")
    yield measure_worker("nation")


def keep_census(provinces: Sequence[Province]) -> None:
    """What workers do once after a change: count every province on the days of its months."""
    for each in provinces:
        with scope(tenant=each.tenant.pk):
            kept_census.keep(each.tenant.pk)


def measure_pages(where: Province, *, name: str, requests: int) -> Iterator[Figure]:
    """The overview of the province and of one of its communes, to those whose work it is."""
    say(f"asking for pages of {where.tenant}")
    for page in (dashboard.overview, dashboard.progress):
        yield from page(where.unit, reader=where.staff, name=name, requests=requests)
    yield from dashboard.overview(
        where.commune, reader=where.officer, name=f"commune_of_{name}", requests=requests
    )


def measure_disk(name: str) -> Figure:
    """How much the month's reports fill, with their indexes."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_total_relation_size('reports_report')")
        (size,) = cursor.fetchone()
    return Figure(f"reports_on_disk_{name}", size / 2**20, "MB")


def measure_worker(name: str) -> Figure:
    """How much memory a worker needs to go through every province at night."""
    say("running a worker's nightly round")
    _seconds, peak = months.rebuild()
    return Figure(f"worker_memory_peak_{name}", peak, "MB")


def say(progress: str) -> None:
    print(f"{perf_counter() - BEGAN:6.1f} s  {progress}", file=sys.stderr, flush=True)
