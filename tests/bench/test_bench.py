"""The bench: that it builds what it says, prints what it promises, and leaves nothing behind."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Thread
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from bench import database, load, nation, suite
from bench.generator import Answer, Browser, generate
from bench.measure import Figure, alternate, percentile
from bench.submissions import post
from reports.models import DirtyTotal, Period, Report, ReportStep, Status
from teams.models import Team
from tests.reports.by_hand import add_up, stored
from units.models import Level, Tenant, Unit
from units.tenancy import scope

LINE = re.compile(r"[a-z][a-z0-9_]* \d+(\.\d+)? (s|ms|x|MB|rows|statements|reports|per_s)")
SIZES = ("quang_ninh", "nation")
NAMES = {
    *(f"rollup_month_{size}" for size in SIZES),
    *(f"rollup_month_{size}_bare_sql" for size in SIZES),
    *(f"rollup_month_{size}_ratio" for size in SIZES),
    *(f"reports_on_disk_{size}" for size in SIZES),
    "census_kept_nation",
    *(f"sweep_backlog_{workers}_workers" for workers in (1, 2, 4)),
    *("generic_store_month", "generic_on_disk_month"),
    *(f"generic_sum_month{whose}" for whose in ("", "_ours_written")),
    *(f"generic_read_year_largest_province{whose}" for whose in ("", "_ours")),
    "worker_memory_peak_nation",
    *(
        f"import_{what}"
        for what in (
            *("members", "preview", "commit", "same_file_again"),
            *("stock_preview_and_commit", "stock_ratio"),
            *("alone_members", "alone_preview_and_commit", "alone_memory_peak", "alone_row_ratio"),
        )
    ),
    *(
        f"totals_of_a_year_{where}{what}"
        for where in ("quang_ninh", "quang_ninh_in_nation", "largest_province")
        for what in ("", "_rows")
    ),
    *(
        f"sweep_after_{what}"
        for where in ("quang_ninh", "quang_ninh_in_nation")
        for what in (
            f"one_approval_{where}_p50",
            f"one_approval_{where}_p95",
            f"one_approval_{where}_statements",
            f"every_mark_{where}_statements",
        )
    ),
    *(
        f"{page}_{what}"
        for page in (
            *("overview_nation", "progress_nation"),
            *(
                f"{page}_{where}"
                for where in ("quang_ninh", "quang_ninh_in_nation", "largest_province")
                for page in ("overview", "progress", "overview_commune_of")
            ),
        )
        for what in ("statements", "p50", "p95")
    ),
    *(
        f"load_{users}_users_{what}"
        for users in suite.TINY.load.users
        for what in (
            *("p50", "p95", "p99"),
            *("accepted", "failed", "lost", "doubled", "rows"),
        )
    ),
    *(f"approvals_{what}" for what in ("accepted", "failed")),
    *(f"approval_{what}_p{part}" for what in ("answered", "in_totals") for part in (50, 95, 99)),
    *(f"rollup_{count}_months_nation{what}" for count in (6, 24) for what in ("", "_memory_peak")),
    *("rollup_month_of_24_ratio", "rollup_24_months_memory_ratio"),
    *("load_submission_statements", "load_highest_rate", "load_bare_view_highest_rate"),
    "load_highest_rate_ratio",
}
# Nothing of it is there where all is well.
NONE = re.compile("load_.*_(failed|lost|doubled)|approvals_failed")


@pytest.mark.django_db(transaction=True)
def test_bench_measures_a_nation_that_adds_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}")
    # Its worker is a process of its own and reads the environment.
    monkeypatch.setenv("DATABASE_URL", own.geturl())
    # The cast stands in the way of the bench's own provinces.
    call_command("flush", interactive=False, verbosity=0)
    figures = list(suite.run(suite.TINY))
    lines = [str(figure) for figure in figures]
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert sorted(figure.name for figure in figures) == sorted(NAMES)
    assert [f for f in figures if (f.value > 0) == bool(NONE.fullmatch(f.name))] == []
    told = capsys.readouterr()
    assert (told.out, "measuring the nation" in told.err) == ("", True)
    _demand_sums_by_hand()
    _demand_whole_submissions()


def _demand_sums_by_hand() -> None:
    for tenant in Tenant.objects.filter(is_nation=False):
        with scope(tenant=tenant.pk):
            june = Period.objects.get(year=2024, month=6)
            assert stored(june) == add_up(june)
    with scope(reads_all=True):
        built = Report.objects.filter(period__year=2024, period__month=6)
        assert Team.objects.count() == built.count() == suite.TINY.teams
        assert Unit.objects.filter(level=Level.PROVINCE).count() == suite.TINY.provinces + 1
        generated = built.exclude(tenant__code="22").values_list("values", flat=True)
        given = [set(values) for values in generated]
        # Some are left out at random, none by all.
        assert len(set.union(*given)) == nation.FIGURES_A_REPORT
        assert max(map(len, given)) == nation.FIGURES_A_REPORT > min(map(len, given))
        assert any(None in values.values() for values in generated)


def _demand_whole_submissions() -> None:
    """Each has its figures, its step, its trail with who it was, and its mark."""
    with scope(reads_all=True):
        sent = Report.objects.filter(period__year=2024, period__month=7)
        # Two before, to count statements; those to warm up; each number of users; and the search.
        assert sent.count() == 2 + 10 + 2 * 20 + 5 + 10 + 15
        assert set(sent.values_list("status", flat=True)) == {Status.SUBMITTED}
        assert all(sent.values_list("values", flat=True))
        steps = ReportStep.objects.filter(report__in=sent)
        assert Counter(steps.values_list("report", "by")) == Counter(
            sent.values_list("pk", "updated_by")
        )
        trail = Report.pgh_event_model.objects.filter(pgh_obj__in=sent)
        doers = Counter(trail.values_list("pgh_obj", "pgh_context__user"))
        assert doers == dict.fromkeys(sent.values_list("pk", "updated_by"), 2)
        marked = DirtyTotal.objects.filter(period__month=7).values("unit")
        assert not sent.exclude(unit__in=marked).exists()


def test_what_was_accepted_and_is_not_there_ends_the_bench() -> None:
    right = {"accepted": 9, "failed": 1, "lost": 0, "doubled": 0, "rows": 9}
    load.Outcome(**right).demand_right()
    # It was stored, and the answer was lost on its way.
    load.Outcome(**right | {"rows": 10}).demand_right()
    for wrong in ({"lost": 1}, {"doubled": 1}, {"failed": 0, "rows": 8}):
        with pytest.raises(AssertionError, match="not what is there"):
            load.Outcome(**right | wrong).demand_right()


def test_highest_rate_is_searched_between_what_holds_and_what_does_not() -> None:
    tried: list[float] = []

    def attempt(*, rate: float) -> tuple[load.Outcome, list[Answer]]:
        tried.append(rate)
        failed = int(rate > 170)
        slow = 0.6 if rate > 150 else 0.1
        return load.Outcome(10, failed, 0, 0, 10), [(302, slow, "")] * 10

    search = replace(load.FULL, first=30, halvings=3)
    assert load.highest(attempt, search) == 150
    assert tried == [30, 60, 120, 240, 180, 150, 165]


class Server(ThreadingHTTPServer):
    """Answers nobody until as many requests are there as it waits for; none means a hang-up."""

    def __init__(self, requests: int) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.all_there = Barrier(requests) if requests else None


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        if self.server.all_there is None:
            self.close_connection = True
            return
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.all_there.wait(timeout=30)
        self.send_response(302)
        self.send_header("Location", "/x/")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *said: object) -> None:
        """Nobody looks."""


@contextmanager
def answering(requests: int) -> Iterator[int]:
    with Server(requests) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_generator_waits_for_no_answer_and_counts_from_when_a_request_was_due() -> None:
    with answering(10) as port:
        requests = [post("/", "said")] * 10
        answers = asyncio.run(generate(port, rate=20, users=2, requests=requests))
    assert {(status, leads_to) for status, _, leads_to in answers} == {(302, "/x/")}
    taken = [seconds for _, seconds, _ in answers]
    # The first one waited for the last, which was due nine twentieths of a second later.
    assert taken[0] > 0.4
    assert taken == sorted(taken, reverse=True)


def test_generator_keeps_connections() -> None:
    with answering(1) as port:
        browser = Browser(port)

        async def send_twice() -> list[tuple[int, str]]:
            answers = [await browser.send(post("/", "said").encode()) for _ in range(2)]
            assert len(browser.idle) == 1
            await browser.close()
            return answers

        assert asyncio.run(send_twice()) == [(302, "/x/")] * 2


def test_generator_says_where_no_answer_came() -> None:
    with answering(0) as port:
        answers = asyncio.run(generate(port, rate=20, users=1, requests=[post("/", "said")] * 2))
    assert [status for status, _, _ in answers] == [0, 0]


def test_bench_at_full_size_is_the_nation() -> None:
    plans = nation.read_plans()
    assert len(plans) == suite.FULL.provinces + 1 == 63
    assert sum(len(plan.communes) for plan in plans) == 10_599
    assert (suite.FULL.teams, suite.FULL.quang_ninh.teams) == (74_422, 1_473)


@pytest.fixture
def beside(db: None) -> tuple[str, str]:
    """The address of the tests' database, and the name of the bench's beside it."""
    own = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}")
    return own.geturl(), f"{connection.settings_dict['NAME']}_bench"


def test_bench_drops_its_database_even_when_it_fails(beside: tuple[str, str]) -> None:
    url, name = beside

    def exists() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_database where datname = %s", [name])
            return cursor.fetchone() == (1,)

    def fail() -> None:
        with database.fresh(url) as own:
            assert (urlsplit(own).path, exists()) == (f"/{name}", True)
            # Somebody still looks on: it is dropped all the same.
            psycopg2.connect(own).close()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert not exists()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.123456, "0.123"),
        (2.5, "2.5"),
        (1234.5, "1234"),
        (3, "3"),
        (1000, "1000"),
        (12.34, "12.3"),
    ],
)
def test_figure_is_written_with_three_digits_at_least(value: float, written: str) -> None:
    assert str(Figure("name", value, "unit")) == f"name {written} unit"


def test_measured_in_turn_after_one_round_to_warm_up() -> None:
    done: list[str] = []
    actions = {"a": lambda: done.append("a"), "b": lambda: done.append("b")}
    taken = alternate(actions, rounds=2)
    assert (done, {name: len(times) for name, times in taken.items()}) == (
        ["a", "b"] * 3,
        {"a": 2, "b": 2},
    )
    assert percentile([1, 2, 3, 4, 5], 50) == 3
