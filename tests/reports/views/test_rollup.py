"""The page that tells how the totals are kept, and the rebuild that is asked for there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reports import runs
from reports.models import DirtyTotal, Report, RollupRun, Total
from tests.cast import Cast, Enter, SignIn
from tests.pages import in_english, read
from tests.reports.views.renaming import DAY
from units import clock
from units.models import Tenant

PAGE = "/administration/rollup/"
REBUILD = f"{PAGE}rebuild/"
PROGRESS = f"{PAGE}progress/"


@pytest.fixture
def admin(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.admin))


@pytest.fixture
def national(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.national))


def test_nothing_waits_and_nothing_ran_yet(admin: Client) -> None:
    page = read(admin.get(PAGE))
    assert "the totals hold all approved reports" in page.text
    assert "The first comparison runs tonight." in page.text
    assert "The first report that is approved asks for one." in page.text
    assert not page.all("div", id="rebuild")


def test_backlog_is_told_with_its_oldest_mark(
    admin: Client, reported: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        mark = DirtyTotal.objects.filter(unit=cast.units["hg-2"]).latest("pk")
        DirtyTotal.objects.filter(pk=mark.pk).update(
            marked_at=timezone.now() - timedelta(minutes=4, seconds=30)
        )
    page = read(admin.get(PAGE)).text
    assert "the oldest for 4 min 30 s: Khu phố 2, 06/2024" in page
    assert "Totals stand still" not in page


def test_totals_that_stand_still_are_an_alarm(
    admin: Client, reported: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        DirtyTotal.objects.update(marked_at=timezone.now() - timedelta(hours=3))
    [alarm] = read(admin.get(PAGE)).all("div", role="alert")
    assert alarm.text.startswith("Totals stand still: a mark has waited for 3 h 0 min")


def test_runs_and_the_last_difference_are_told(
    admin: Client, reported: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        runs.sweep(cast.province.pk)
        Total.objects.filter(unit=cast.units["06691"]).update(approved=7, gave={"households": 1})
        runs.compare_open_months(cast.province.pk)
        runs.compare_open_months(cast.province.pk)
    page = read(admin.get(PAGE))
    assert page.rows()[1:3] == [
        ["Phường Hồng Gai", "06/2024", "of the month", "Reports approved", "7", "2"],
        ["Phường Hồng Gai", "06/2024", "of the month", "Adults: teams that gave it", "–", "2"],
    ]
    told = page.text
    assert "found 1 total that did not follow from its reports" in told
    assert "Nightly comparison" in told
    assert "1 total was wrong" in told
    assert "no difference" in told
    assert "Sweep of marks" in told


def test_difference_says_among_whose_units_and_names_those_that_have_ended(
    renamed: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(renamed.admin):
        runs.restate(renamed.province.pk, on=DAY, period_ids=[renamed.june.pk])
        for unit in ("06691", "new"):
            Total.objects.filter(unit=renamed.units[unit]).update(approved=7)
        runs.compare_open_months(renamed.province.pk)
    page = read(in_english(client_of(renamed.admin)).get(PAGE))
    assert page.rows()[1:3] == [
        ["Phường Hồng Gai", "06/2024", "of the month", "Reports approved", "7", "2"],
        ["Phường Tên Mới", "06/2024", "as they stand since 01/07/2024", "Reports approved", "7",
         "2"],
    ]  # fmt: skip
    # That a month was computed under today's units is a run, too, and is told once.
    [row] = [row for row in page.rows() if "Months under today's units" in row]
    assert (row[2], row[4]) == ("1/1", "done")


def test_province_that_became_part_of_another_is_none(
    national: Client, cast: Cast, enter: Enter
) -> None:
    Tenant.objects.filter(pk=cast.other.pk).update(
        merged_into=cast.province, merged_on=clock.today()
    )
    assert "Hải Dương" not in read(national.get(PAGE)).text


def test_rebuild_is_offered_by_month_year_and_all(admin: Client) -> None:
    form = read(admin.get(PAGE)).form(REBUILD)
    assert [(option.attributes["value"], option.text) for option in form.all("option")] == [
        ("all", "All months"), ("2024", "The year 2024"), ("2024-06", "Month 06/2024"),
    ]  # fmt: skip
    assert "No report changes" in form.text


def test_rebuild_is_asked_for_once(admin: Client, cast: Cast, enter: Enter) -> None:
    assert admin.post(REBUILD, {"span": "2024-06"})["Location"] == PAGE
    page = read(admin.get(PAGE))
    assert "A rebuild of month 06/2024 waits for a worker" in page.text
    assert "0 of 1 months" in page.text
    assert f"Asked for by {cast.admin}" in page.text
    assert not page.all("form", action=REBUILD)
    refused = admin.post(REBUILD, {"span": "all"})
    assert refused.status_code == 409
    [alert] = read(refused).all("div", role="alert")
    assert f"A rebuild of month 06/2024 is under way, asked for by {cast.admin} at" in alert.text
    with enter(cast.admin):
        assert RollupRun.objects.count() == 1


@pytest.mark.parametrize("span", ["", "2023", "2024-07", "2024-13", "\x00", "ALL"])
def test_nothing_is_rebuilt_that_was_not_offered(
    span: str, admin: Client, cast: Cast, enter: Enter
) -> None:
    assert admin.post(REBUILD, {"span": span}).status_code == 422
    with enter(cast.admin):
        assert not RollupRun.objects.exists()


def test_progress_is_shown_until_it_is_done(admin: Client, cast: Cast, enter: Enter) -> None:
    admin.post(REBUILD, {"span": "all"})
    part = read(admin.get(PROGRESS))
    assert part.one("progress").attributes["max"] == "1"
    with enter(cast.admin):
        runs.work(*runs.waiting()[0])
    answer = admin.get(PROGRESS)
    assert (answer.content, answer["HX-Refresh"]) == (b"", "true")
    page = read(admin.get(PAGE)).text
    assert "Rebuild: all months" in page
    assert "no difference" in page


@pytest.mark.parametrize("ended", [False, True])
def test_interrupted_rebuild_is_told_and_can_be_asked_for_again(
    ended: bool, admin: Client, cast: Cast, enter: Enter
) -> None:
    now = clock.now()
    with enter(cast.admin):
        RollupRun.objects.create(
            tenant=cast.province, kind="rebuild", asked_at=now, started_at=now, done=1, of=3,
            ended_at=now if ended else None,
        )  # fmt: skip
    page = read(admin.get(PAGE))
    assert "The rebuild of all months was interrupted after 1 of 3 months." in page.text
    assert ("ask for it again." in page.text) == ended or "you can also ask" in page.text
    assert admin.get(PROGRESS)["HX-Refresh"] == "true"
    assert admin.post(REBUILD, page.form(REBUILD).filled()).status_code == 302


def test_failure_is_told(admin: Client, cast: Cast, enter: Enter) -> None:
    now = clock.now()
    with enter(cast.admin):
        RollupRun.objects.create(
            tenant=cast.province, kind="nightly", asked_at=now, started_at=now, ended_at=now, of=2,
            failure="OperationalError: deadlock detected",
        )  # fmt: skip
    assert "OperationalError: deadlock detected" in read(admin.get(PAGE)).text


def test_nation_sees_every_province_side_by_side_and_asks_for_nothing(
    national: Client, reported: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    with enter(cast.stranger):
        runs.sweep(cast.other.pk)
        Total.objects.filter(unit=cast.units["30"]).update(expected=9)
        runs.compare_open_months(cast.other.pk)
    page = read(national.get(PAGE))
    quang_ninh, hai_duong = page.row("Quảng Ninh"), page.row("Hải Dương")
    assert quang_ninh[1] == "11"
    assert quang_ninh[2].endswith("Tỉnh Quảng Ninh · 06/2024")
    assert quang_ninh[3:] == ["–"] * 4
    assert hai_duong[1:3] == ["0", "–"]
    assert hai_duong[4].endswith("1 total was wrong")
    assert hai_duong[6].endswith("Tỉnh Hải Dương · 06/2024 · reports expected: 9 → 3")
    assert not page.all("form", action=REBUILD)
    assert national.post(REBUILD, {"span": "all"}).status_code == 403


def test_administrator_sees_nothing_of_another_province(
    admin: Client, cast: Cast, enter: Enter
) -> None:
    with enter(cast.stranger):
        Total.objects.filter(unit=cast.units["30"]).update(expected=9)
        runs.compare_open_months(cast.other.pk)
        runs.ask(tenant=cast.other, actor=cast.stranger)
    page = read(admin.get(PAGE)).text
    assert "Hải Dương" not in page
    assert "total was wrong" not in page
    assert "waits for a worker" not in page


def test_page_of_the_nation_asks_no_more_for_more_provinces_that_ran(
    national: Client, reported: dict[str, Report], cast: Cast, enter: Enter
) -> None:
    counts = []
    for actor in (cast.admin, cast.stranger):
        with enter(actor):
            runs.sweep(actor.tenant_id)
            Total.objects.filter(tenant=actor.tenant).update(expected=9)
            runs.compare_open_months(actor.tenant_id)
        with CaptureQueriesContext(connection) as asked:
            national.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]
