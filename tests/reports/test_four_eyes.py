"""Nobody approves alone what they put into a report that was ever locked: each way round it."""

from collections.abc import Callable, Iterator
from datetime import date
from uuid import uuid4

import pytest
from django.test import override_settings
from django.utils import translation

from accounts.enrolment import renew_password
from accounts.models import User
from reports import batches, entry, review, workflow
from reports.entry import Typed
from reports.models import Report, Status
from reports.periods import lock_period, open_period
from reports.steps import STEPS
from reports.workflow import Draft, may_take
from tests.cast import Cast, Enter, ReportIn, SignIn, Undone
from tests.pages import in_english, read
from tests.reports.second import second_admin
from tests.reports.test_review import decide, names, told
from units.errors import NotAllowed

OWN = (
    "This report was locked before, and you saved or submitted its figures: somebody else has to "
    "approve it."
)
# Whoever sends figures again as this person saves and as that one submits.
SendAgain = Callable[..., Report]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def send_again(cast: Cast, enter: Enter, report_in: ReportIn) -> SendAgain:
    """`send_again(saver, submitter)` leads a report through a month that is opened again."""

    def lead(saver: User, submitter: User, *, team: str = "hg-1a") -> Report:
        report = report_in(Status.APPROVED, team=team, values={"adults": 7})
        with enter(cast.admin):
            lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
            open_period(period=cast.june, actor=cast.admin, reason="bổ sung")
            report = Report.objects.get(pk=report.pk)
            report = workflow.apply(
                report, "reopen", actor=cast.admin, version=report.version, reason="sửa"
            )
            return send(cast, report, saver, submitter)

    return lead


def send(cast: Cast, report: Report, saver: User, submitter: User) -> Report:
    report = workflow.save_draft(
        team=report.team, period=cast.june, draft=Draft({"adults": 8}), version=report.version,
        actor=saver,
    )  # fmt: skip
    return workflow.apply(report, "submit", actor=submitter, version=report.version)


def approve(report: Report, actor: User) -> Report:
    return workflow.apply(report, "approve", actor=actor, version=report.version)


# -- One report -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("saver", "submitter", "refused"),
    [
        ("admin", "admin", {"admin"}),
        ("admin", "officer", {"admin", "officer"}),
        ("officer", "admin", {"admin", "officer"}),
        ("leader", "officer", {"officer"}),
        ("officer", "leader", {"officer"}),
        ("leader", "leader", set()),
    ],
)
def test_whoever_saved_or_submitted_does_not_approve(
    saver: str, submitter: str, refused: set[str], cast: Cast, enter: Enter, undone: Undone,
    send_again: SendAgain,
) -> None:  # fmt: skip
    report = send_again(getattr(cast, saver), getattr(cast, submitter))
    found: dict[str, str] = {}
    for who in ("admin", "district_officer", "officer"):
        with enter(cast.admin), undone():
            try:
                approve(report, getattr(cast, who))
            except NotAllowed as refusal:
                found[who] = refusal.message
            stored = Report.objects.get(pk=report.pk).status
            assert stored == (Status.SUBMITTED if who in found else Status.APPROVED)
    assert found == dict.fromkeys(refused, OWN)


def test_whoever_submitted_it_before_it_came_back_does_not_approve(
    cast: Cast, enter: Enter, send_again: SendAgain
) -> None:
    """Two who take turns at it are no second person for each other's figures."""
    report = send_again(cast.admin, cast.admin)
    with enter(cast.admin):
        report = workflow.apply(
            report, "withdraw", actor=cast.officer, version=report.version, reason="xem lại"
        )
        report = send(cast, report, cast.officer, cast.officer)
        with pytest.raises(NotAllowed):
            approve(report, cast.admin)
        approve(report, cast.district_officer)


def test_saving_a_single_figure_counts(cast: Cast, enter: Enter, send_again: SendAgain) -> None:
    report = send_again(cast.leader, cast.leader)
    with enter(cast.admin):
        report = workflow.apply(
            report, "return", actor=cast.officer, version=report.version, reason="sửa"
        )
        entered = entry.enter(
            team=report.team, period=cast.june, typed={"adults": Typed("9", "8")},
            actor=cast.officer,
        )  # fmt: skip
        report = workflow.apply(
            entered.report, "submit", actor=cast.leader, version=entered.report.version
        )
        with pytest.raises(NotAllowed):
            approve(report, cast.officer)


def test_what_was_submitted_before_it_was_locked_counts_no_more(
    cast: Cast, enter: Enter, send_again: SendAgain
) -> None:
    report = send_again(cast.leader, cast.officer)
    with enter(cast.admin):
        approve(report, cast.district_officer)
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
        open_period(period=cast.june, actor=cast.admin, reason="bổ sung")
        report = Report.objects.get(pk=report.pk)
        report = workflow.apply(
            report, "reopen", actor=cast.officer, version=report.version, reason="sửa"
        )
        report = send(cast, report, cast.leader, cast.leader)
        assert approve(report, cast.officer).status == Status.APPROVED


def test_report_that_was_never_locked_is_approved_by_whoever_reviews(
    cast: Cast, enter: Enter, report_in: ReportIn, send_again: SendAgain, undone: Undone,
    django_assert_num_queries,
) -> None:  # fmt: skip
    """Also of a month that was opened again, and at no further statement."""
    send_again(cast.officer, cast.officer, team="hg-2")
    report = report_in(Status.SUBMITTED)
    assert report.updated_by == cast.admin
    with enter(cast.admin):
        assert may_take(report, STEPS["approve"], cast.admin)
        # Two for the savepoint, one each for the right, for the team, to hold the month, to move,
        # to read, to write down, and to mark.
        with undone(), django_assert_num_queries(8):
            approve(report, cast.admin)
        row = review.rows([report.pk], cast.june, cast.admin)[report.pk]
        assert row.may_be_approved


# -- Another account of the same person -----------------------------------------------------------


def test_account_that_got_its_password_from_the_other_is_no_second_person(
    cast: Cast, enter: Enter, send_again: SendAgain, undone: Undone
) -> None:
    with enter(cast.admin):
        renew_password(user=cast.officer, actor=cast.admin)
    report = send_again(cast.officer, cast.officer)
    with enter(cast.admin):
        with pytest.raises(NotAllowed, match=r"^Since 11/05/2024 one of you and Cán bộ officer"):
            approve(report, cast.admin)
        with undone():
            approve(report, cast.district_officer)
        # By a third account, whose password came from the same administrator.
        renew_password(user=cast.district_officer, actor=cast.admin)
        with pytest.raises(NotAllowed, match="one administrator has done so for both"):
            approve(report, cast.district_officer)


def test_it_is_no_matter_in_which_of_the_two_directions(
    cast: Cast, enter: Enter, send_again: SendAgain
) -> None:
    second = second_admin(cast, enter)
    with enter(cast.admin):
        renew_password(user=second, actor=cast.admin)
    report = send_again(cast.admin, cast.leader)
    with enter(cast.admin), pytest.raises(NotAllowed, match=r"^Since 11/05/2024"):
        approve(report, second)


def test_password_of_long_ago_is_forgotten(cast: Cast, enter: Enter, send_again: SendAgain) -> None:
    with enter(cast.admin), override_settings(BUSINESS_DATE=date(2024, 5, 10)):
        renew_password(user=cast.officer, actor=cast.admin)
    report = send_again(cast.officer, cast.officer)
    with enter(cast.admin):
        assert approve(report, cast.admin).status == Status.APPROVED


# -- Many at once ---------------------------------------------------------------------------------


def test_list_names_it_and_approves_the_rest(
    cast: Cast, enter: Enter, report_in: ReportIn, send_again: SendAgain
) -> None:
    own = send_again(cast.officer, cast.officer)
    new = report_in(Status.SUBMITTED, team="hg-2")
    with enter(cast.admin):
        reviewed = decide(cast, [own, new], cast.officer)
        assert names(reviewed.approved) == ["hg-2"]
        assert told(reviewed) == {"hg-1a": OWN}
        # It can be returned by the same person all the same.
        again = decide(cast, [own], cast.officer, chosen=[], reasons={own.pk: "sai"}, key=uuid4())
        assert names(again.returned) == ["hg-1a"]


def test_batch_leaves_it_as_it_is(
    cast: Cast, enter: Enter, report_in: ReportIn, send_again: SendAgain
) -> None:
    reports = [send_again(cast.admin, cast.officer), report_in(Status.SUBMITTED, team="hg-2")]
    with enter(cast.admin):
        for who, count in (("admin", 1), ("officer", 0), ("district_officer", 1)):
            assert batches.approve_many(reports=reports, actor=getattr(cast, who)) == count


# -- Pages and the API ----------------------------------------------------------------------------


def test_page_and_queue_say_who_cannot_and_offer_no_button(
    cast: Cast, send_again: SendAgain, client_of: SignIn, report_in: ReportIn
) -> None:
    report = send_again(cast.officer, cast.leader)
    report_in(Status.SUBMITTED, team="hg-2")
    page, queue = f"/months/2024-06/teams/{report.team_id}/", "/months/2024-06/units/{}/queue/"
    queue = queue.format(cast.units["06691"].pk)
    step = f"/reports/{report.pk}/steps/approve/"
    for who in ("officer", "district_officer"):
        client = in_english(client_of(getattr(cast, who)))
        shown, listed = read(client.get(page)), read(client.get(queue))
        refused = who == "officer"
        assert (OWN in shown.text, OWN in listed.text) == (refused, refused)
        buttons = shown.all("button", formaction=step)
        ticks = listed.all("input", name="report")
        assert (len(buttons), len(ticks)) == ((0, 1) if refused else (1, 2))
        # It can be returned in either case.
        assert shown.all("form", id="step-return")
        assert listed.all("input", name=f"reason-{report.pk}")


def test_forged_click_is_refused(
    cast: Cast, enter: Enter, send_again: SendAgain, client_of: SignIn
) -> None:
    report = send_again(cast.officer, cast.leader)
    client = in_english(client_of(cast.officer))
    asked = {"version": report.version, "key": str(uuid4())}
    address = f"/reports/{report.pk}/steps/approve/"
    response = client.post(address, asked)
    assert response.status_code == 403
    assert OWN in read(response).text
    response = client.post(f"/api/v1{address}", asked, content_type="application/json")
    assert (response.status_code, response.json()["detail"]) == (403, OWN)
    queue = f"/months/2024-06/units/{cast.units['06691'].pk}/queue/"
    told = {f"seen-{report.pk}": report.version, "report": report.pk, "key": str(uuid4())}
    response = client.post(queue, told)
    assert response.status_code == 409
    assert f"Tổ hg-1a : {OWN}" in read(response).text
    with enter(cast.admin):
        assert Report.objects.get(pk=report.pk).status == Status.SUBMITTED


def test_refusal_is_said_in_vietnamese(cast: Cast, enter: Enter, send_again: SendAgain) -> None:
    report = send_again(cast.officer, cast.leader)
    with (
        enter(cast.admin),
        translation.override("vi"),
        pytest.raises(NotAllowed, match=r"đã từng bị khóa .* phải do người khác phê duyệt"),
    ):
        approve(report, cast.officer)
