"""A figure that was sent back wants an answer: another number, or a word."""

from typing import Any

import pytest

from reports import batches, remarks, unfinished, workflow
from reports.models import Report, Status
from reports.workflow import Draft
from tests.cast import Cast, Enter, ReportIn
from units.errors import InvalidFigures

VALUES = {"adults": 5, "households": 7}
ASKED = "explain.untouched.adults"
WORD = {"untouched.adults": "Đã kiểm tra, số đúng"}


@pytest.fixture
def returned(cast: Cast, enter: Enter, report_in: ReportIn) -> Report:
    report = report_in(Status.SUBMITTED, values=VALUES)
    with enter(cast.officer):
        return send_back(cast, report)


def send_back(cast: Cast, report: Report, **said: Any) -> Report:
    return workflow.apply(
        report, "return", actor=cast.officer, version=report.version, reason="xem lại",
        remarks=said or {"adults": "Có đúng không?"},
    )  # fmt: skip


def mend(cast: Cast, report: Report, draft: Draft) -> Report:
    saved = workflow.save_draft(
        team=cast.teams["hg-1a"], period=cast.june, draft=draft, version=report.version,
        actor=cast.leader,
    )  # fmt: skip
    return workflow.apply(saved, "submit", actor=cast.leader, version=saved.version)


def test_untouched_figure_is_not_sent_again_silently(
    returned: Report, cast: Cast, enter: Enter
) -> None:
    with enter(cast.leader):
        with pytest.raises(InvalidFigures) as refused:
            workflow.apply(returned, "submit", actor=cast.leader, version=returned.version)
        assert list(refused.value.errors) == [ASKED]
        # Whatever else was changed says nothing of the figure in question.
        with pytest.raises(InvalidFigures):
            mend(cast, returned, Draft({"adults": 5, "households": 8}))


@pytest.mark.parametrize(
    "draft",
    [
        Draft({"adults": 6, "households": 7}),
        Draft({"adults": None, "households": 7}),
        Draft({"households": 7}),
        Draft(VALUES, explanations=WORD),
    ],
    ids=["another number", "not applicable", "not reported", "a word"],
)
def test_answered_figure_is_sent_again(
    draft: Draft, returned: Report, cast: Cast, enter: Enter
) -> None:
    with enter(cast.leader):
        sent = mend(cast, returned, draft)
    assert (sent.status, sent.explanations) == (Status.SUBMITTED, draft.explanations)


def test_figure_that_is_sent_back_twice_wants_a_second_word(
    returned: Report, cast: Cast, enter: Enter
) -> None:
    with enter(cast.leader):
        sent = mend(cast, returned, Draft(VALUES, explanations=WORD))
    with enter(cast.officer):
        again = send_back(cast, sent)
        assert again.explanations == {}
        with pytest.raises(InvalidFigures):
            workflow.apply(again, "submit", actor=cast.officer, version=again.version)


def test_return_of_many_forgets_the_word_too(returned: Report, cast: Cast, enter: Enter) -> None:
    other = {"adults": "Xem lại"}
    with enter(cast.leader):
        sent = mend(cast, returned, Draft(VALUES, explanations=WORD))
    with enter(cast.officer):
        batches.return_many(reports=[sent], reason="xem lại", remarks=other, actor=cast.officer)
        assert Report.objects.get(pk=sent.pk).explanations == {}


def test_return_without_a_remark_asks_for_nothing(
    cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report = report_in(Status.RETURNED, values=VALUES)
    with enter(cast.leader):
        sent = workflow.apply(report, "submit", actor=cast.leader, version=report.version)
    assert sent.status == Status.SUBMITTED


def test_last_return_is_the_one_to_answer(returned: Report, cast: Cast, enter: Enter) -> None:
    with enter(cast.leader):
        sent = mend(cast, returned, Draft({"adults": 6, "households": 7}))
    with enter(cast.officer):
        send_back(cast, sent, households="Thiếu")
        team = cast.teams["hg-1a"].pk
        last = remarks.last_sent_back([team, cast.teams["hg-2"].pk], cast.june)
        assert last == {
            team: remarks.SentBack({"households": "Thiếu"}, {"adults": 6, "households": 7})
        }


def test_report_that_is_reopened_is_sent_back_as_well(
    cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report = report_in(Status.APPROVED, values=VALUES)
    team = cast.teams["hg-1a"].pk
    with enter(cast.officer):
        reopened = workflow.apply(
            report, "reopen", actor=cast.officer, version=report.version,
            remarks={"households": "Thiếu"},
        )  # fmt: skip
        sent_back = {team: remarks.SentBack({"households": "Thiếu"}, VALUES)}
        assert remarks.last_sent_back([team], cast.june) == sent_back
        step = remarks.last_step(reopened)
        assert (step.name, step.remarks) == ("reopen", {"households": "Thiếu"})
    with enter(cast.admin):
        (found,) = unfinished.sent_back_to(cast.admin)
    assert [(each.code, remark) for each, remark in found.remarks] == [("households", "Thiếu")]


def test_other_province_sees_no_return(returned: Report, cast: Cast, enter: Enter) -> None:
    with enter(cast.stranger):
        assert remarks.last_sent_back([cast.teams["hg-1a"].pk], cast.june) == {}
