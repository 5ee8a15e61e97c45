"""What is seen of a report that is not handed in, by those who do not write it."""

import pytest

from reports.models import Status
from reports.periods import DECREE_09, lay_out, open_period
from reports.workflow import Draft, apply, save_draft
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.reports.views.desk import Desk


def test_draft_says_to_a_reviewer_that_it_is_there_and_no_more(
    leader: Desk, officer: Desk, cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    reviewer = Desk(cast, client_of(cast.district_officer), enter)
    leader.type("submit", adults="4711", difficulties="Mạng yếu")
    assert reviewer.look().row("Adults")[1] == "4,711"
    officer.press("return", reason="Xem lại số người lớn")
    leader.type(adults="4712")
    page = reviewer.look()
    assert "returned" in page.one(class_="lead").text
    assert "The team is at work on this report." in page.one(class_="empty").text
    history = page.one(class_="history").text
    assert "Xem lại số người lớn" in history
    for secret in ("4,711", "4,712", "Mạng yếu"):
        assert secret not in page.text
        assert secret in officer.look().text


@pytest.mark.parametrize("who", ["staff", "national"])
@pytest.mark.parametrize(
    ("status", "state", "said"),
    [
        (Status.DRAFT, "not submitted", "Nothing is submitted for this month yet."),
        (Status.RETURNED, "returned", "The report was sent, and returned; the team is mending it."),
    ],
)
def test_report_that_is_not_handed_in_is_none_to_whoever_only_looks_on(
    status: Status,
    state: str,
    said: str,
    who: str,
    cast: Cast,
    client_of: SignIn,
    enter: Enter,
    report_in: ReportIn,
) -> None:
    report_in(status, values={"adults": 4711})
    page = Desk(cast, client_of(getattr(cast, who)), enter).look()
    assert page.one(class_="lead").text.endswith(f"· {state}")
    assert page.one(class_="empty").text.startswith(said)
    assert page.all(class_="history") == []
    assert "4,711" not in page.text


def test_month_before_is_shown_to_whoever_may_read_it(
    leader: Desk, cast: Cast, client_of: SignIn, enter: Enter, report_in: ReportIn
) -> None:
    report_in(Status.APPROVED, values={"adults": 5})
    with enter(cast.admin):
        may = lay_out(tenant=cast.province, year=2024, month=5, by=DECREE_09)
        may.save()
        open_period(period=may, actor=cast.admin)
        report = save_draft(
            team=cast.teams["hg-1a"], period=may, draft=Draft({"adults": 4711}), version=0,
            actor=cast.leader,
        )  # fmt: skip
    reviewer, staff = (
        Desk(cast, client_of(user), enter) for user in (cast.district_officer, cast.staff)
    )

    def told() -> list[str]:
        return [desk.look().row("Adults")[3] for desk in (leader, reviewer, staff)]

    assert told() == ["4,711", "–", "–"]
    with enter(cast.admin):
        apply(report, "submit", actor=cast.leader, version=report.version)
    assert told() == ["4,711"] * 3
