"""What one click approved is undone by another, as long as nothing happened to it since."""

from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from reports import trace, workflow
from reports.models import Notice, Report, Status
from reports.periods import lock_period
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.pages import Node, in_english, read
from tests.reports.views.desk import toasts

KEY = "0b5b34d2-8e9d-4f7a-a5b5-3d2f6c1f9a10"
TEAMS = ("hg-1a", "hg-1b", "hg-2")


@pytest.fixture
def officer(cast: Cast, client_of: SignIn) -> Client:
    return in_english(client_of(cast.officer))


@pytest.fixture
def queue(cast: Cast) -> str:
    return f"/months/2024-06/units/{cast.units['06691'].pk}/queue/"


@pytest.fixture
def approved(queue: str, officer: Client, report_in: ReportIn) -> Node:
    """The page after a click that approved all three."""
    reports = [report_in(Status.SUBMITTED, team=name) for name in TEAMS]
    told = {f"seen-{report.pk}": report.version for report in reports}
    chosen = {"report": [report.pk for report in reports], "key": KEY}
    return read(officer.post(queue, {**told, **chosen}, follow=True))


def undo(client: Client, queue: str, page: Node, **typed: Any) -> HttpResponse:
    form = page.form(f"{queue}undo/").filled()
    return client.post(f"{queue}undo/", {**form, **typed}, follow=True)


def states(cast: Cast, enter: Enter) -> list[str]:
    with enter(cast.national):
        return list(Report.objects.order_by("team__name").values_list("status", flat=True))


def test_undone_reports_wait_again_and_nobody_has_to_mend(
    cast: Cast, enter: Enter, officer: Client, queue: str, approved: Node
) -> None:
    assert "3 reports are approved. Undo" in toasts(approved)
    assert "#undo" in approved.one(class_="toasts").links
    assert approved.one("input", id="undo").attributes["value"] == "Approved by mistake"
    with enter(cast.officer):
        sent = list(Report.objects.values_list("submitted_at", flat=True))
    page = read(undo(officer, queue, approved, reason=" Nhầm  xã "))
    assert "3 approvals are undone: the reports wait again." in toasts(page)
    assert page.one(class_="lead").text.startswith("3 waiting")
    assert states(cast, enter) == ["submitted"] * 3
    with enter(cast.admin):
        assert list(Report.objects.values_list("submitted_at", flat=True)) == sent
        assert not Notice.objects.exists()
        last = trace.history(Report.objects.get(team=cast.teams["hg-1a"]))[0]
    assert last.step is not None
    assert (last.step.name, last.reason, last.by) == ("revoke", "Nhầm xã", cast.officer)


def test_second_click_finds_it_undone(
    cast: Cast, enter: Enter, officer: Client, queue: str, approved: Node
) -> None:
    for _ in range(2):
        assert "3 approvals are undone" in toasts(read(undo(officer, queue, approved)))
    with enter(cast.officer):
        assert {report.steps.count() for report in Report.objects.all()} == {3}


def test_what_happened_to_since_is_named_and_left(
    cast: Cast, enter: Enter, officer: Client, queue: str, approved: Node
) -> None:
    with enter(cast.admin):
        reopened = Report.objects.get(team=cast.teams["hg-1a"])
        workflow.apply(reopened, "reopen", actor=cast.admin, version=reopened.version, reason="sai")
        corrected = Report.objects.get(team=cast.teams["hg-1b"])
        workflow.correct(
            report=corrected, values={"adults": 1}, version=corrected.version, reason="sai",
            actor=cast.admin,
        )  # fmt: skip
    said = toasts(read(undo(officer, queue, approved)))
    assert "1 approval is undone: the report waits again." in said
    assert "Tổ hg-1a: The report is returned by now" in said
    assert "Tổ hg-1b: The report was changed after you had opened it." in said
    assert states(cast, enter) == ["returned", "approved", "submitted"]


def test_locked_month_takes_nothing_back(
    cast: Cast, enter: Enter, officer: Client, queue: str, approved: Node
) -> None:
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
    assert "đã báo cáo Bộ" in toasts(read(undo(officer, queue, approved)))
    assert states(cast, enter) == ["locked"] * 3


def test_only_ones_own_click_is_undone_and_with_a_reason(
    cast: Cast, enter: Enter, officer: Client, client_of: SignIn, queue: str, approved: Node
) -> None:
    another = in_english(client_of(cast.district_officer))
    assert "There is nothing to undo." in toasts(read(undo(another, queue, approved)))
    assert undo(officer, queue, approved, reason=" ").status_code == 409
    assert undo(client_of(cast.neighbour), queue, approved).status_code == 404
    assert states(cast, enter) == ["approved"] * 3


def test_page_offers_no_undo_of_what_is_undone(officer: Client, queue: str, approved: Node) -> None:
    undo(officer, queue, approved)
    assert read(officer.get(f"{queue}?done={UUID(KEY)}")).all(class_="decided") == []
