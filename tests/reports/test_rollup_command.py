"""`manage.py rollup`: how the totals stand, and a rebuild, for whoever runs the server."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from reports import runs
from reports.models import Report, Total
from tests.cast import Cast, Enter
from tests.reports.by_hand import stored
from tests.reports.june import TOTALS


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("rollup", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def swept(reported: dict[str, Report], cast: Cast, enter: Enter) -> Cast:
    with enter(cast.admin):
        runs.sweep(cast.province.pk)
    return cast


def falsify(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Total.objects.filter(unit=cast.units["06691"]).update(
            values={"adults": 999, "households": 0, "residents": None}
        )


@pytest.mark.django_db
def test_status_of_every_province_is_told_by_default(swept: Cast) -> None:
    lines = said().splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        "22 Quảng Ninh", "30 Hải Dương",
    ]  # fmt: skip
    assert "  marks waiting: 0" in lines
    assert next(line for line in lines if "11 marks" in line).startswith("  last sweep: ")
    assert "  last difference: none" in lines


@pytest.mark.parametrize("arguments", [["--tenant", "22"], ["status", "--tenant", "22"]])
def test_status_of_one_province_names_the_oldest_mark(
    arguments: list[str], reported: dict[str, Report], cast: Cast
) -> None:
    told = said(*arguments)
    assert "Hải Dương" not in told
    assert "marks waiting: 11, the oldest for " in told
    assert ", 06/2024" in told


@pytest.mark.parametrize("span", [["--month", "2024-06"], ["--year", "2024"], ["--all"]])
def test_rebuild_ends_with_1_where_a_total_was_wrong(
    span: list[str], swept: Cast, enter: Enter, capsys: pytest.CaptureFixture[str]
) -> None:
    falsify(swept, enter)
    with pytest.raises(CommandError, match="Totals that were wrong: 1") as error:
        call_command("rollup", "rebuild", *span, "--tenant", "22")
    assert error.value.returncode == 1
    told = capsys.readouterr().out
    assert "Quảng Ninh: 1 of 1 months of " in told
    assert "Phường Hồng Gai, 06/2024, " in told
    assert ": 999 became 15" in told
    with enter(swept.admin):
        assert stored(swept.june) == TOTALS
    assert "0 totals were wrong" in said("rebuild", *span, "--tenant", "22")
    assert "1 of 1 months, 1 totals were wrong" in said("--tenant", "22")


def test_rebuild_goes_through_every_province(swept: Cast) -> None:
    told = said("rebuild", "--year", "2024").splitlines()
    assert [line.split(":")[0] for line in told] == ["Quảng Ninh", "Hải Dương"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--tenant", "99"], "There is no province 99."),
        (["--tenant", "00"], "There is no province 00."),
        (["rebuild", "--tenant", "22"], "--month --year --all is required"),
        (["rebuild", "--month", "2024"], "'2024' is no month: write 2024-06"),
        (["rebuild", "--month", "2024-13"], "'2024-13' is no month: write 2024-06"),
        (["rebuild", "--year", "24"], "'24' is no year: write 2024"),
        (["rebuild", "--year", "2024", "--all"], "not allowed with argument --year"),
        (["rebuild", "--year", "2031"], "No such month was opened: there is nothing to rebuild."),
        (["mend"], "invalid choice: 'mend'"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(arguments: list[str], why: str, cast: Cast) -> None:
    with pytest.raises(CommandError) as error:
        said(*arguments)
    assert why in str(error.value)


def test_rebuild_is_refused_where_one_is_under_way(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        runs.ask(tenant=cast.province, actor=cast.admin)
    with pytest.raises(CommandError, match="Quảng Ninh: A rebuild of all months is under way") as e:
        said("rebuild", "--all", "--tenant", "22")
    assert e.value.returncode == 2


def test_rebuild_of_every_province_passes_by_the_one_that_is_busy(
    swept: Cast, enter: Enter, capsys: pytest.CaptureFixture[str]
) -> None:
    falsify(swept, enter)
    with enter(swept.stranger):
        runs.ask(tenant=swept.other, actor=swept.stranger)
    with pytest.raises(CommandError) as error:
        call_command("rollup", "rebuild", "--all")
    assert error.value.returncode == 1
    told = str(error.value).splitlines()
    assert told[0] == "Totals that were wrong: 1. They are right again now."
    assert told[1].startswith("Hải Dương: A rebuild of all months is under way")


def test_rebuild_on_the_server_calls_no_worker(
    cast: Cast, enter: Enter, django_capture_on_commit_callbacks: Any
) -> None:
    called: list[tuple[int, int]] = []
    runs.on_work(lambda run, tenant: called.append((run, tenant)))
    with django_capture_on_commit_callbacks(execute=True):
        said("rebuild", "--all", "--tenant", "22")
    assert called == []
    with enter(cast.admin), django_capture_on_commit_callbacks(execute=True):
        run = runs.ask(tenant=cast.province, actor=cast.admin)
    assert called == [(run.pk, cast.province.pk)]


def test_rebuild_that_a_worker_took_is_said_to_be(
    cast: Cast, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "work", lambda *run, tell: None)
    with pytest.raises(CommandError, match="a worker was faster"):
        said("rebuild", "--all", "--tenant", "22")
