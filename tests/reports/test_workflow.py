"""The life of a report: every state, step and role, and what each step leaves."""

from datetime import datetime
from itertools import product
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from reports import workflow
from reports.models import DirtyTotal, Report, ReportStep, Status
from reports.periods import lock_period
from reports.steps import STEPS
from tests.cast import Cast, Enter, ReportIn, Undone
from tests.reports.second import second_admin
from tests.reports.taking import take
from units.errors import InvalidFigures, NotAllowed, NotPossibleNow

DRAFT, SUBMITTED, RETURNED = Status.DRAFT, Status.SUBMITTED, Status.RETURNED
APPROVED, LOCKED = Status.APPROVED, Status.LOCKED

# Written out by hand, beside the tables of `reports.steps` and `accounts.roles`: from where,
# to where, and who takes the step on the report of a hamlet's team.
BY_HAND = {
    "submit": ({DRAFT, RETURNED}, SUBMITTED, {"leader", "officer", "admin"}),
    "withdraw": ({SUBMITTED}, DRAFT, {"leader", "officer", "admin"}),
    "approve": ({SUBMITTED}, APPROVED, {"officer", "district_officer", "admin"}),
    "return": ({SUBMITTED}, RETURNED, {"officer", "district_officer", "admin"}),
    "reopen": ({APPROVED}, RETURNED, {"officer", "district_officer", "admin"}),
    "revoke": ({APPROVED}, SUBMITTED, {"officer", "district_officer", "admin"}),
    "correct": ({APPROVED}, None, {"admin"}),
    "propose": ({LOCKED}, None, {"admin"}),
    # What somebody else proposed; see `test_corrections` for what one proposed oneself.
    "confirm": ({LOCKED, APPROVED}, None, {"admin"}),
    "reject": (set(Status), None, {"admin"}),
    "lock": ({APPROVED}, LOCKED, {"admin"}),
    "unlock": ({LOCKED}, APPROVED, {"admin"}),
}
BUTTONS = {
    "leader": {DRAFT: ["submit"], SUBMITTED: ["withdraw"], RETURNED: ["submit"]},
    "officer": {
        DRAFT: ["submit"],
        SUBMITTED: ["approve", "return", "withdraw"],
        RETURNED: ["submit"],
        APPROVED: ["reopen"],
    },
    "admin": {
        DRAFT: ["submit"],
        SUBMITTED: ["approve", "return", "withdraw"],
        RETURNED: ["submit"],
        APPROVED: ["reopen"],
    },
    "district_officer": {SUBMITTED: ["approve", "return"], APPROVED: ["reopen"]},
    "neighbour": {},
    "staff": {},
    "stranger": {},
    "national": {},
}


def known(user: User, enter: Enter) -> User:
    """With the grants at hand, so that only the first wall decides under another's scope."""
    with enter(user):
        assert user.held_grants
    return user


# -- Every state, step and role -----------------------------------------------------------------


def test_steps_are_those_written_out_by_hand() -> None:
    assert set(STEPS) == set(BY_HAND)


@pytest.mark.parametrize("status", Status)
def test_steps_that_can_be_taken(
    status: Status, cast: Cast, enter: Enter, report_in: ReportIn, undone: Undone
) -> None:
    people = {who: known(getattr(cast, who), enter) for who in BUTTONS}
    report = report_in(status)
    expected: dict[tuple[str, str], object] = {}
    found: dict[tuple[str, str], object] = {}
    with enter(cast.admin):
        for who, name in product(people, BY_HAND):
            expected[who, name] = outcome(who, name, status)
            with undone():
                try:
                    found[who, name] = take(name, report, people[who]).status
                except (NotAllowed, NotPossibleNow) as refusal:
                    found[who, name] = type(refusal)
                    assert Report.objects.get(pk=report.pk) == report
                    assert report.steps.count() == ReportStep.objects.count()
    assert found == expected


def outcome(who: str, name: str, status: Status) -> object:
    """The status that the step leads to, or the error that refuses it."""
    before, to, takers = BY_HAND[name]
    if who in takers and status in before:
        return to or status
    if name in ("lock", "unlock"):  # Moves what it may, and says nothing of the rest.
        return status
    return NotPossibleNow if who in takers else NotAllowed


@pytest.mark.parametrize("status", Status)
def test_buttons_that_are_drawn(
    status: Status, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    people = {who: known(getattr(cast, who), enter) for who in BUTTONS}
    report = report_in(status)

    def drawn() -> dict[str, list[str]]:
        return {
            who: [step.name for step in workflow.available(report, user)]
            for who, user in people.items()
        }

    with enter(cast.admin):
        assert drawn() == {who: names.get(status, []) for who, names in BUTTONS.items()}
        correctors = [who for who, user in people.items() if workflow.may_correct(report, user)]
        assert correctors == (["admin"] if status in {APPROVED, LOCKED} else [])
        lock_period(period=report.period, actor=cast.admin, reason="đã báo cáo Bộ")
        report.refresh_from_db()
        assert drawn() == {who: [] for who in BUTTONS}


@pytest.mark.parametrize(
    ("team", "submits", "approves"),
    [
        # Another team of the leader's hamlet.
        ("hg-1b", {"officer", "admin"}, {"officer", "district_officer", "admin"}),
        ("bd-1", {"neighbour", "admin"}, {"neighbour", "district_officer", "admin"}),
        # Another district.
        ("ct-1", {"admin"}, {"admin"}),
        # Teams of enterprises stand on the district and on the province.
        ("viettel", {"admin"}, {"district_officer", "admin"}),
        ("vnpt", {"admin"}, {"admin"}),
    ],
)
def test_report_of_another_team_is_submitted_and_approved_by(
    team: str,
    submits: set[str],
    approves: set[str],
    cast: Cast,
    enter: Enter,
    report_in: ReportIn,
) -> None:
    people = {who: known(getattr(cast, who), enter) for who in BUTTONS}
    report = report_in(SUBMITTED, team=team)
    with enter(cast.admin):

        def takers(name: str) -> set[str]:
            step = STEPS[name]
            return {who for who, user in people.items() if workflow.may_take(report, step, user)}

        assert takers("submit") == takers("withdraw") == submits
        assert takers("approve") == takers("return") == takers("reopen") == approves


# -- What a step leaves -------------------------------------------------------------------------


def test_step_is_written_down(cast: Cast, enter: Enter, report_in: ReportIn) -> None:
    report = report_in(SUBMITTED)
    key, at = uuid4(), datetime(2024, 6, 11, 9, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    with enter(cast.officer):
        take(
            "return", report, cast.officer, key=key, at=at,
            reason="  số người dân quá cao \n", remarks={"adults": "xem lại"},
        )  # fmt: skip
        step = report.steps.last()
        assert (step.name, step.status, step.version, step.reason) == (
            "return", RETURNED, report.version + 1, "số người dân quá cao",
        )  # fmt: skip
        assert (step.by, step.at, step.key) == (cast.officer, at, key)
        assert step.remarks == {"adults": "xem lại"}
        assert step.tenant_id == cast.province.pk


def test_life_of_a_report(cast: Cast, enter: Enter, report_in: ReportIn) -> None:
    report, second = report_in(DRAFT), second_admin(cast, enter)
    for who, name in [
        ("leader", "submit"),
        ("leader", "withdraw"),
        ("leader", "submit"),
        ("officer", "return"),
        ("leader", "submit"),
        ("officer", "approve"),
        ("district_officer", "reopen"),
        ("officer", "submit"),
        ("district_officer", "approve"),
        ("admin", "correct"),
        ("admin", "lock"),
        ("admin", "propose"),
        ("second", "confirm"),
    ]:
        actor = second if who == "second" else getattr(cast, who)
        with enter(actor):
            report = take(name, report, actor)
    with enter(cast.admin):
        steps = report.steps.values_list("name", "status", "version", "by__username")
        assert list(steps) == [
            ("submit", SUBMITTED, 2, "qn.leader"),
            ("withdraw", DRAFT, 3, "qn.leader"),
            ("submit", SUBMITTED, 4, "qn.leader"),
            ("return", RETURNED, 5, "qn.officer"),
            ("submit", SUBMITTED, 6, "qn.leader"),
            ("approve", APPROVED, 7, "qn.officer"),
            ("reopen", RETURNED, 8, "qn.district_officer"),
            ("submit", SUBMITTED, 9, "qn.officer"),
            ("approve", APPROVED, 10, "qn.district_officer"),
            ("correct", APPROVED, 11, "qn.admin"),
            ("lock", LOCKED, 12, "qn.admin"),
            ("propose", LOCKED, 13, "qn.admin"),
            ("confirm", LOCKED, 14, "qn.second"),
        ]
        assert (report.status, report.version, report.values) == (LOCKED, 14, {"adults": 6})


@pytest.mark.parametrize(
    ("name", "status", "marks"),
    [
        ("submit", DRAFT, 1),
        ("withdraw", SUBMITTED, 1),
        ("approve", SUBMITTED, 1),
        ("return", SUBMITTED, 1),
        ("reopen", APPROVED, 1),
        ("correct", APPROVED, 1),
        ("propose", LOCKED, 0),
        ("confirm", LOCKED, 1),
        ("reject", LOCKED, 0),
        ("lock", APPROVED, 0),  # moves no figure
    ],
)
def test_step_marks_the_totals_that_no_longer_hold(
    name: str, status: Status, marks: int, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report = report_in(status)
    with enter(cast.admin):
        DirtyTotal.objects.filter(period=cast.june).delete()
        take(name, report, cast.admin)
        found = list(DirtyTotal.objects.values_list("tenant", "period", "unit"))
        assert found == [(cast.province.pk, cast.june.pk, cast.units["hg-1"].pk)] * marks


def test_correct_changes_figures_that_count(cast: Cast, enter: Enter, report_in: ReportIn) -> None:
    report = report_in(APPROVED)
    with enter(cast.admin):
        workflow.correct(
            report=report, values={"adults": None, "households": 0}, version=report.version,
            reason=" gõ nhầm ", actor=cast.admin,
        )  # fmt: skip
        stored = Report.objects.get(pk=report.pk)
        assert stored.values == {"adults": None, "households": 0}
        assert (stored.status, stored.version) == (APPROVED, report.version + 1)
        assert stored.updated_by == cast.admin
        assert stored.steps.last().reason == "gõ nhầm"


def test_correct_refuses_figures_that_cannot_be(
    cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report = report_in(APPROVED, values={"adults": 7})
    with enter(cast.admin):
        with pytest.raises(InvalidFigures):
            workflow.correct(
                report=report, values={"adults": -1}, version=report.version, reason="gõ nhầm",
                actor=cast.admin,
            )  # fmt: skip
        assert Report.objects.get(pk=report.pk).values == {"adults": 7}
