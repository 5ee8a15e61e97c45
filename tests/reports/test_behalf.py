"""On whose behalf a report was written and led on."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts import delegation
from accounts.models import Grant, User
from reports import batches, trace, workflow
from reports.models import Report, Status
from reports.workflow import Draft
from tests.accounts.lending import lend
from tests.cast import Cast, Enter, ReportIn

TODAY = date(2024, 6, 10)


@pytest.fixture(autouse=True)
def _in_quang_ninh(cast: Cast, enter: Enter, settings: Settings) -> Iterator[None]:
    settings.BUSINESS_DATE = TODAY
    with enter(cast.admin):
        yield


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def save(cast: Cast, team: str, actor: User, *, version: int = 0, adults: int = 5) -> Report:
    return workflow.save_draft(
        team=cast.teams[team], period=cast.june, draft=Draft({"adults": adults}), version=version,
        actor=again(actor),
    )  # fmt: skip


def told(report: Report) -> list[tuple[str, str, str]]:
    """What, by whom, for whom; the oldest first."""
    return [
        (
            entry.step.name if entry.step else "save",
            entry.by.username if entry.by else "",
            entry.on_behalf_of.username if entry.on_behalf_of else "",
        )
        for entry in reversed(trace.history(Report.objects.get(pk=report.pk)))
    ]


def test_history_says_for_whom_somebody_saved_submitted_and_approved(cast: Cast) -> None:
    lend(cast.officer, cast.neighbour)
    report = save(cast, "hg-2", cast.neighbour)
    report = workflow.apply(report, "submit", actor=again(cast.neighbour), version=report.version)
    batches.approve_many(reports=[report], actor=again(cast.neighbour))
    assert told(report) == [
        ("save", "qn.neighbour", "qn.officer"),
        ("submit", "qn.neighbour", "qn.officer"),
        ("approve", "qn.neighbour", "qn.officer"),
    ]
    assert [entry.on_behalf_of for entry in trace.steps_of(report)] == [cast.officer] * 2


def test_what_is_done_by_ones_own_right_is_ones_own(cast: Cast, report_in: ReportIn) -> None:
    """The officer of the district reviews by right, and enters figures for the commune."""
    lend(cast.officer, cast.district_officer)
    report = save(cast, "hg-2", cast.district_officer)
    actor = again(cast.district_officer)
    report = workflow.apply(report, "submit", actor=actor, version=report.version)
    workflow.apply(report, "approve", actor=actor, version=report.version)
    assert [behalf for _, _, behalf in told(report)] == ["qn.officer", "qn.officer", ""]
    # And elsewhere the neighbour's own commune stays their own.
    lend(cast.officer, cast.neighbour, since=TODAY + timedelta(days=1))
    assert told(save(cast, "bd-1", cast.neighbour)) == [("save", "qn.neighbour", "")]


def test_it_is_told_of_the_days_alone(cast: Cast, settings: Settings) -> None:
    row = lend(cast.officer, cast.staff, until=TODAY + timedelta(days=2))
    report = save(cast, "hg-2", cast.staff)
    settings.BUSINESS_DATE = TODAY + timedelta(days=1)
    delegation.end(delegation=row, actor=again(cast.officer))
    Grant.objects.create(
        user=cast.staff, unit=cast.units["06691"], role="commune_officer", tenant=cast.province
    )
    settings.BUSINESS_DATE = TODAY + timedelta(days=2)
    save(cast, "hg-2", cast.staff, version=report.version, adults=6)
    assert [behalf for _, _, behalf in told(report)] == ["qn.officer", ""]
    # The past stays as it was, whoever loses which role since.
    Grant.objects.filter(user__in=[cast.staff, cast.officer]).delete()
    assert [behalf for _, _, behalf in told(report)] == ["qn.officer", ""]


def test_leader_is_stood_in_for_in_their_own_team_alone(cast: Cast) -> None:
    """Two teams share the hamlet on which the role is held."""
    lend(cast.leader, cast.staff)
    report = save(cast, "hg-1a", cast.staff)
    assert told(report) == [("save", "qn.staff", "qn.leader")]
    Grant.objects.create(
        user=cast.staff, unit=cast.units["06691"], role="commune_officer", tenant=cast.province
    )
    assert told(save(cast, "hg-1b", cast.staff)) == [("save", "qn.staff", "")]


def test_history_asks_as_often_for_one_delegation_as_for_three(
    cast: Cast, report_in: ReportIn
) -> None:
    report = report_in(Status.DRAFT, team="hg-2")
    asked = []
    for day in range(3):
        lend(cast.officer, cast.staff, since=TODAY + timedelta(days=day))
        if day == 0:
            report = save(cast, "hg-2", cast.staff, version=report.version)
        with CaptureQueriesContext(connection) as queries:
            trace.history(Report.objects.get(pk=report.pk))
        asked.append(len(queries))
    assert len(set(asked)) == 1
