"""The order of things: a province alone, then the nation around it, both measured alike."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from time import perf_counter

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from accounts.models import User
from bench import dashboard, nation, province, quang_ninh, rollup
from bench.measure import Figure
from bench.province import Province
from reports import catalogue
from reports.rollup import unannounced
from units.models import Unit

BEGAN = perf_counter()
# The front end's files may not have been built, and nobody looks at these pages.
UNBUILT = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def run() -> Iterator[Figure]:
    """Build, measure, build on, measure again; figures as they come."""
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": UNBUILT}), unannounced():
        say("migrating")
        call_command("migrate", verbosity=0)
        catalogue.load()
        root, national = province.found_nation()
        say("building Quảng Ninh")
        alone = quang_ninh.build(root)
        province.settle()
        yield from measure_alone(alone)
        provinces = [alone, *build_the_others(root)]
        province.settle()
        yield from measure_together(provinces, root, national)
    connection.close()


def build_the_others(root: Unit) -> Iterator[Province]:
    plans = [plan for plan in nation.read_plans() if plan.code != quang_ninh.CODE]
    with nation.bulk_loading():
        others = nation.build(plans, nation=root, teams=nation.TEAMS - quang_ninh.TEAMS)
        for number, other in enumerate(others, start=1):
            say(f"built {number} of {len(plans)}: {other.tenant}")
            yield other


def measure_alone(alone: Province) -> Iterator[Figure]:
    say("measuring Quảng Ninh alone")
    yield from rollup.month([alone], name="quang_ninh", rounds=15)
    yield from rollup.approval(alone, name="quang_ninh")
    yield from dashboard.overview(alone.unit, reader=alone.staff, name="quang_ninh")
    yield from measure_size("quang_ninh")


def measure_together(provinces: Sequence[Province], root: Unit, national: User) -> Iterator[Figure]:
    say("measuring the nation")
    alone, *others = provinces
    largest = max(others, key=dashboard.count_communes)
    yield from rollup.month(provinces, name="nation", rounds=5)
    yield from rollup.approval(alone, name="in_nation")
    yield from dashboard.overview(alone.unit, reader=alone.staff, name="in_nation")
    yield from dashboard.overview(largest.unit, reader=largest.staff, name="largest_province")
    yield from dashboard.overview(root, reader=national, name="nation")
    yield from measure_size("nation")


def measure_size(name: str) -> Iterator[Figure]:
    """How much the month's reports fill, and what a worker needs to go through them."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_total_relation_size('reports_report')")
        (size,) = cursor.fetchone()
    yield Figure(f"reports_on_disk_{name}", size / 2**20, "MB")
    say("running a worker's nightly round")
    worker = subprocess.run(
        [sys.executable, "-m", "bench.worker"], check=True, stdout=subprocess.PIPE, text=True
    )
    yield Figure(f"worker_memory_peak_{name}", float(worker.stdout), "MB")


def say(progress: str) -> None:
    print(f"{perf_counter() - BEGAN:6.1f} s  {progress}", file=sys.stderr, flush=True)
