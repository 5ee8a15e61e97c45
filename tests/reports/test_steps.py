"""What each step of a report asks for: a reason, an open month, figures, the version seen."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from pytest_django import Settings

from reports import batches, catalogue, workflow
from reports.models import Indicator, Report, Status
from reports.periods import lock_period
from reports.steps import STEPS, needs_reason
from reports.workflow import Draft
from tests.cast import Cast, Enter, ReportIn
from tests.reports.taking import take
from units.errors import InvalidFigures, NotPossibleNow, StaleEdit

DRAFT, SUBMITTED, RETURNED = Status.DRAFT, Status.SUBMITTED, Status.RETURNED
APPROVED, LOCKED = Status.APPROVED, Status.LOCKED


@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("return", SUBMITTED),
        ("reopen", APPROVED),
        ("correct", APPROVED),
        ("propose", LOCKED),
        ("reject", LOCKED),
    ],
)
def test_step_back_asks_for_a_reason(
    name: str, status: Status, reason: str, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report = report_in(status)
    with enter(cast.admin):
        with pytest.raises(NotPossibleNow):
            take(name, report, cast.admin, reason=reason)
        assert Report.objects.get(pk=report.pk).version == report.version


@pytest.mark.parametrize("who", ["leader", "officer", "admin"])
@pytest.mark.parametrize("author", ["leader", "officer"])
def test_withdraw_asks_everybody_but_the_author_for_a_reason(
    who: str, author: str, cast: Cast, enter: Enter
) -> None:
    actor = getattr(cast, who)
    with enter(cast.admin):
        report = workflow.submit_draft(
            team=cast.teams["hg-1a"], period=cast.june, draft=Draft({"adults": 5}), version=0,
            key=uuid4(), actor=getattr(cast, author),
        )  # fmt: skip
        assert needs_reason(STEPS["withdraw"], report, actor) == (who != author)
        if who != author:
            with pytest.raises(NotPossibleNow):
                take("withdraw", report, actor, reason=" ")
        reason = "" if who == author else "vì sao"
        assert take("withdraw", report, actor, reason=reason).status == DRAFT
        assert report.steps.last().reason == reason


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"reason": "sai"}, "You wrote a reason: return the report, or clear it."),
        (
            {"remarks": {"adults": "sai"}},
            "You wrote remarks: return the report, or clear them.",
        ),
    ],
)
def test_approve_refuses_what_was_written_for_a_return(
    words: dict[str, Any], why: str, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report = report_in(SUBMITTED)
    with enter(cast.officer), translation.override("en"):
        with pytest.raises(NotPossibleNow, match=why):
            take("approve", report, cast.officer, **words)
        assert Report.objects.get(pk=report.pk).status == SUBMITTED


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("submit", DRAFT),
        ("withdraw", SUBMITTED),
        ("approve", SUBMITTED),
        ("return", SUBMITTED),
        ("reopen", APPROVED),
        ("correct", APPROVED),
        ("propose", LOCKED),
    ],
)
@pytest.mark.parametrize("behind", [-1, 1])
def test_step_on_figures_that_have_changed_shows_theirs(
    behind: int, name: str, status: Status, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report = report_in(status, values={"adults": 7, "households": None})
    with enter(cast.admin):
        with pytest.raises(StaleEdit) as refusal:
            take(name, report, cast.admin, version=report.version + behind)
        assert refusal.value.theirs == {"adults": 7, "households": None}
        assert Report.objects.get(pk=report.pk).status == status


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("submit", DRAFT),
        ("submit", RETURNED),
        ("withdraw", SUBMITTED),
        ("approve", SUBMITTED),
        ("return", SUBMITTED),
        ("reopen", APPROVED),
    ],
)
def test_step_needs_an_open_month(
    name: str, status: Status, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report = report_in(status)
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
        report = Report.objects.get(pk=report.pk)
        with pytest.raises(NotPossibleNow):
            take(name, report, cast.admin)


def test_submit_waits_for_the_first_day_of_the_window(
    cast: Cast, enter: Enter, report_in: ReportIn, settings: Settings
) -> None:
    report = report_in(DRAFT)
    settings.BUSINESS_DATE = cast.june.starts_on - timedelta(days=1)
    with enter(cast.leader):
        # A month that was opened early takes drafts.
        report = workflow.save_draft(
            team=report.team, period=report.period, draft=Draft({"adults": 6}),
            version=report.version, actor=cast.leader,
        )  # fmt: skip
        assert workflow.available(report, cast.leader) == []
        with pytest.raises(NotPossibleNow, match="15/05/2024"):
            take("submit", report, cast.leader)
        with pytest.raises(NotPossibleNow, match="15/05/2024"):
            workflow.submit_draft(
                team=report.team, period=report.period, draft=Draft({"adults": 7}),
                version=report.version, key=uuid4(), actor=cast.leader,
            )  # fmt: skip
        assert Report.objects.get(pk=report.pk).values == {"adults": 6}
        settings.BUSINESS_DATE = cast.june.starts_on
        assert [step.name for step in workflow.available(report, cast.leader)] == ["submit"]
        assert take("submit", report, cast.leader).status == SUBMITTED


def test_submit_many_waits_for_the_first_day_of_the_window(cast: Cast, enter: Enter) -> None:
    early = datetime(2024, 5, 14, 23, 59, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    documents = [(cast.teams["hg-1a"], Draft({"adults": 5}))]
    with enter(cast.admin):
        with pytest.raises(NotPossibleNow, match="15/05/2024"):
            batches.submit_many(period=cast.june, documents=documents, actor=cast.admin, at=early)
        on_time = early + timedelta(minutes=1)
        batches.submit_many(period=cast.june, documents=documents, actor=cast.admin, at=on_time)


def test_submit_refuses_an_empty_report(cast: Cast, enter: Enter, report_in: ReportIn) -> None:
    report = report_in(DRAFT, values={})
    with enter(cast.leader), pytest.raises(NotPossibleNow):
        take("submit", report, cast.leader)


@pytest.fixture
def _edited() -> Iterator[None]:
    """What a test did to the catalogue is rolled back; nobody may go on with what it read."""
    yield
    catalogue.read_anew()


@pytest.mark.usefixtures("_edited")
def test_submit_checks_the_figures_once_more(cast: Cast, enter: Enter, report_in: ReportIn) -> None:
    report = report_in(DRAFT, values={"adults": 7})
    Indicator.objects.filter(code="adults").update(maximum=5)
    catalogue.read_anew()
    with enter(cast.leader), pytest.raises(InvalidFigures) as refusal:
        take("submit", report, cast.leader)
    assert list(refusal.value.errors) == ["adults"]
