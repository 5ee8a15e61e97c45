"""More time for a commune or a team: what it moves, for whom, and until when."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from reports import batches, entry, extensions, overview, trace, workflow
from reports.entry import Typed
from reports.models import Extension, Period, Report, Status
from reports.periods import is_writable, lock_period
from reports.workflow import Draft
from tests.cast import Cast, Enter, ReportIn
from units.errors import InvalidEntry, NotAllowed, NotPossibleNow

UNTIL = date(2024, 6, 20)


def extend(cast: Cast, **given: Any) -> Extension:
    asked = {
        "period": cast.june, "unit": cast.units["06691"], "until": UNTIL, "reason": " bão số 3 ",
        "actor": cast.admin,
    }  # fmt: skip
    return extensions.extend(**{**asked, **given})


def for_team(cast: Cast, name: str, **given: Any) -> Extension:
    team = cast.teams[name]
    return extend(cast, unit=team.unit, team=team, **given)


def lock(cast: Cast) -> Period:
    lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
    return cast.june


def test_commune_with_more_time_writes_in_a_locked_month(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        extend(cast)
        lock(cast)
        open_to = [name for name, team in cast.teams.items() if is_writable(cast.june, team)]
        assert open_to[:3] == ["hg-1a", "hg-1b", "hg-2"]
        assert not {"bd-1", "ct-1", "viettel", "vnpt"} & set(open_to)
        assert not is_writable(cast.june)
        assert not is_writable(cast.june, cast.teams["hg-1a"], cast.teams["bd-1"])
        assert not is_writable(cast.june, None)


def test_more_time_ends_two_months_after_the_deadline(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        # June is due on 09/06, so that today is later.
        assert extend(cast, until=date(2024, 8, 11)).until == date(2024, 8, 11)
        for late in (date(2024, 8, 12), date(2099, 12, 31)):
            with pytest.raises(InvalidEntry) as refusal:
                extend(cast, until=late)
            assert refusal.value.errors == {
                "until": ["Thời gian gia hạn kết thúc muộn nhất vào ngày 11/08/2024, sau 62 ngày."]
            }


def test_reason_is_kept_as_it_is_read(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        assert extend(cast, reason="bão\u202e số\x07 3\u200b").reason == "bão số 3"
        with pytest.raises(InvalidEntry) as refusal:
            extend(cast, reason="\u200b\u202e")
        assert refusal.value.errors == {"reason": ["Nêu lý do gia hạn."]}


def test_team_with_more_time_is_alone_in_it(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        for_team(cast, "hg-1a")
        lock(cast)
        assert is_writable(cast.june, cast.teams["hg-1a"])
        assert not is_writable(cast.june, cast.teams["hg-1b"])


def test_report_is_written_sent_and_approved_in_more_time(cast: Cast, enter: Enter) -> None:
    team = cast.teams["hg-1a"]
    with enter(cast.officer):
        pass
    with enter(cast.admin):
        extend(cast)
        lock(cast)
    with enter(cast.officer):
        entered = entry.enter(
            team=team, period=cast.june, typed={"adults": Typed("5")}, actor=cast.officer
        )
        assert entered.report is not None
        saved = workflow.save_draft(
            team=team, period=cast.june, draft=Draft({"adults": 6}),
            version=entered.report.version, actor=cast.officer,
        )  # fmt: skip
        sent = workflow.apply(saved, "submit", actor=cast.officer, version=saved.version)
        assert [each.name for each in workflow.available(sent, cast.officer)] == [
            "approve", "return", "withdraw",
        ]  # fmt: skip
        assert batches.approve_many(reports=[sent], actor=cast.officer) == 1
        assert workflow.available(Report.objects.get(pk=sent.pk), cast.officer) != []
    with enter(cast.neighbour), pytest.raises(NotPossibleNow):
        workflow.save_draft(
            team=cast.teams["bd-1"], period=cast.june, draft=Draft({"adults": 6}), version=0,
            actor=cast.neighbour,
        )  # fmt: skip


def test_reports_of_others_stay_as_they_are_in_a_locked_month(
    cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    reports = [report_in(Status.SUBMITTED, team=name) for name in ("hg-1a", "bd-1")]
    with enter(cast.admin):
        for_team(cast, "hg-1a")
        lock(cast)
        assert batches.approve_many(reports=reports, actor=cast.admin) == 1
        assert [each.status for each in Report.objects.order_by("pk")] == ["approved", "submitted"]


def test_more_time_ends_with_its_day(cast: Cast, enter: Enter, settings: Settings) -> None:
    with enter(cast.admin):
        extend(cast)
        lock(cast)
        settings.BUSINESS_DATE = UNTIL
        assert is_writable(cast.june, cast.teams["hg-1a"])
        settings.BUSINESS_DATE = date(2024, 6, 21)
        assert not is_writable(cast.june, cast.teams["hg-1a"])


def test_more_time_is_taken_back(cast: Cast, enter: Enter, settings: Settings) -> None:
    with enter(cast.admin):
        extension = extend(cast)
        lock(cast)
        settings.BUSINESS_DATE = date(2024, 6, 15)
        extensions.end(extension=extension, actor=cast.admin)
        assert not is_writable(cast.june, cast.teams["hg-1a"])
        # What was sent while it held was in time.
        team = cast.teams["hg-1a"]
        assert extensions.of_teams(cast.june, [team]) == {team.pk: date(2024, 6, 15)}
        with pytest.raises(NotPossibleNow):
            extensions.end(extension=extension, actor=cast.admin)


@pytest.mark.parametrize(
    ("sent_on", "days", "days_of_others"), [(10, 0, 1), (20, 0, 11), (21, 1, 12)]
)
def test_lateness_is_counted_from_the_later_deadline(
    sent_on: int, days: int, days_of_others: int, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    at = datetime(2024, 6, sent_on, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    reports = [report_in(Status.DRAFT, team=name) for name in ("hg-1a", "hg-1b")]
    with enter(cast.admin):
        for report in reports:
            workflow.apply(report, "submit", actor=cast.admin, version=report.version, at=at)
        for_team(cast, "hg-1a")
        picture = overview.draw(cast.units["06691"], year=2024, month=6, user=cast.admin)
        parts = {part.team.name: part for part in picture.teams}
        assert parts["Tổ hg-1a"].days_late == days
        assert parts["Tổ hg-1b"].days_late == days_of_others
        assert parts["Tổ hg-1a"].due_on == UNTIL
        assert parts["Tổ hg-1b"].due_on == cast.june.team_due_on
        for report, expected in zip(reports, (days, days_of_others), strict=True):
            assert trace.history(Report.objects.get(pk=report.pk))[0].days_late == expected


def test_latest_of_several_counts(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        extend(cast)
        for_team(cast, "hg-1a", until=date(2024, 6, 18))
        for_team(cast, "hg-2", until=date(2024, 6, 25))
        found = extensions.of_teams(cast.june, cast.teams.values())
        assert {name: found.get(team.pk) for name, team in cast.teams.items()} == {
            "hg-1a": UNTIL, "hg-1b": UNTIL, "hg-2": date(2024, 6, 25),
            **dict.fromkeys(
                ["bd-1", "bd-2", "ct-1", "ct-2", "viettel", "vnpt", "pl-1", "pl-2", "mobifone"]
            ),
        }  # fmt: skip
        assert extensions.of_unit(cast.june, cast.units["06691"]) == UNTIL
        assert extensions.of_unit(cast.june, cast.units["06688"]) is None


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"until": date(2024, 6, 9)}, "until"),
        ({"until": date(2024, 6, 7)}, "until"),
        ({"reason": "  "}, "reason"),
    ],
)
def test_what_gives_nobody_more_time_is_refused(
    given: dict[str, Any], refused: str, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        with pytest.raises(InvalidEntry) as refusal:
            extend(cast, **given)
        assert list(refusal.value.errors) == [refused]


@pytest.mark.parametrize("code", ["22", "193", "hg-1", "10507"])
def test_more_time_is_for_a_commune_of_the_province(code: str, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin), pytest.raises(InvalidEntry):
        extend(cast, unit=cast.units[code])


def test_month_that_was_never_opened_needs_no_more_time(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Period.objects.filter(pk=cast.june.pk).update(state=Period.State.UNOPENED)
        cast.june.refresh_from_db()
        with pytest.raises(InvalidEntry):
            extend(cast)


@pytest.mark.parametrize("who", ["leader", "officer", "district_officer", "staff", "stranger"])
def test_more_time_is_the_administrators_to_give(who: str, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        extension = extend(cast)
    actor = getattr(cast, who)
    with enter(actor):
        with pytest.raises(NotAllowed):
            extend(cast, actor=actor)
        with pytest.raises(NotAllowed):
            extensions.end(extension=extension, actor=actor)


def test_more_time_is_seen_where_its_unit_is(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        extend(cast)
    with enter(cast.national):
        seen = {
            who: Extension.objects.visible_to(getattr(cast, who)).count()
            for who in ("admin", "officer", "neighbour", "stranger", "national")
        }
    assert seen == {"admin": 1, "officer": 1, "neighbour": 0, "stranger": 0, "national": 1}
