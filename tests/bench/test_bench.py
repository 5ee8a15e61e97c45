"""The bench: that it builds what it says, prints what it promises, and leaves nothing behind."""

import re
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from bench import database, nation, suite
from bench.measure import Figure, alternate, percentile
from reports.models import Period, Report
from teams.models import Team
from tests.reports.by_hand import add_up, stored
from units.models import Level, Tenant, Unit
from units.tenancy import scope

LINE = re.compile(r"[a-z][a-z0-9_]* \d+(\.\d+)? (s|ms|x|MB|rows|statements)")
SIZES = ("quang_ninh", "nation")
NAMES = {
    *(f"rollup_month_{size}" for size in SIZES),
    *(f"rollup_month_{size}_bare_sql" for size in SIZES),
    *(f"rollup_month_{size}_ratio" for size in SIZES),
    *(f"reports_on_disk_{size}" for size in SIZES),
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
}


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
    assert all(figure.value > 0 for figure in figures)
    told = capsys.readouterr()
    assert (told.out, "measuring the nation" in told.err) == ("", True)
    _demand_sums_by_hand()


def _demand_sums_by_hand() -> None:
    for tenant in Tenant.objects.filter(is_nation=False):
        with scope(tenant=tenant.pk):
            june = Period.objects.get(year=2024, month=6)
            assert stored(june) == add_up(june)
    with scope(reads_all=True):
        assert Team.objects.count() == Report.objects.count() == suite.TINY.teams
        assert Unit.objects.filter(level=Level.PROVINCE).count() == suite.TINY.provinces + 1
        generated = Report.objects.exclude(tenant__code="22").values_list("values", flat=True)
        given = [set(values) for values in generated]
        # Some are left out at random, none by all.
        assert len(set.union(*given)) == nation.FIGURES_A_REPORT
        assert max(map(len, given)) == nation.FIGURES_A_REPORT > min(map(len, given))
        assert any(None in values.values() for values in generated)


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
