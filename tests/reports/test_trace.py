"""What happened to a report, told from the database's own trail."""

from datetime import datetime, timedelta

from accounts.models import User
from reports import batches, corrections, entry, trace, workflow
from reports.catalogue import Catalogue
from reports.entry import Typed
from reports.models import Report, Status
from reports.workflow import Draft
from tests.cast import Cast, Enter, ReportIn
from tests.reports.second import second_admin
from units import clock


def test_history_tells_who_changed_which_figure_and_who_took_which_step(
    cast: Cast, enter: Enter
) -> None:
    given = {"team": cast.teams["hg-1a"], "period": cast.june}

    def save(who: str, version: int, **values: int | None) -> Report:
        actor = getattr(cast, who)
        with enter(actor):
            return workflow.save_draft(draft=Draft(values), version=version, actor=actor, **given)

    def take(name: str, who: str, report: Report) -> Report:
        actor = getattr(cast, who)
        with enter(actor):
            return workflow.apply(
                report, name, actor=actor, version=report.version, reason="xem lại"
            )

    save("leader", 0, adults=7, households=0)
    report = save("officer", 1, adults=8, residents=None)
    report = take("submit", "leader", report)
    report = take("return", "district_officer", report)
    with enter(cast.officer):
        told = [
            (
                entry.by.username,
                entry.step.name if entry.step else "save",
                entry.reason,
                {
                    change.indicator.code: (
                        change.old if change.was_reported else "–",
                        change.new if change.is_reported else "–",
                    )
                    for change in entry.changes
                },
            )
            for entry in trace.history(report)
        ]
    assert told == [
        ("qn.district_officer", "return", "xem lại", {}),
        ("qn.leader", "submit", "xem lại", {}),
        (
            "qn.officer",
            "save",
            "",
            # Given, then not reported, is not the same as not applicable.
            {"households": (0, "–"), "adults": (7, 8), "residents": ("–", None)},
        ),
        ("qn.leader", "save", "", {"households": ("–", 0), "adults": ("–", 7)}),
    ]


def test_trail_tells_what_was_handed_in_and_every_change_since_with_its_reason(
    cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report = report_in(Status.LOCKED, values={"adults": 7, "residents": 9})
    with enter(cast.admin):
        waiting = corrections.propose(
            report=report, values={"adults": 8}, version=report.version, reason="đếm lại",
            actor=cast.admin,
        )  # fmt: skip
    second = second_admin(cast, enter)
    with enter(second):
        corrections.confirm(correction=waiting, actor=second)
        trail = trace.trails([report], ["adults", "residents", "households"], [])[report.pk]
    told = {
        code: [
            (each.by, each.version, each.value, each.is_reported, each.reason)
            for each in (one.entered, *one.corrections)
            if each
        ]
        for code, one in trail.items()
    }
    proposed = report.version + 1
    assert told == {
        "adults": [
            (cast.admin, 1, 7, True, ""),
            (cast.admin, proposed + 1, 8, True, "đếm lại"),
        ],
        "residents": [
            (cast.admin, 1, 9, True, ""),
            (cast.admin, proposed + 1, None, False, "đếm lại"),
        ],
        "households": [],
    }


def test_history_tells_of_a_correction(cast: Cast, enter: Enter, report_in: ReportIn) -> None:
    report = report_in(Status.APPROVED, values={"adults": 7})
    with enter(cast.admin):
        workflow.correct(
            report=report,
            values={"adults": None},
            version=report.version,
            reason="gõ nhầm",
            actor=cast.admin,
        )
        newest = trace.history(report)[0]
        assert (newest.by, newest.step.name, newest.reason) == (cast.admin, "correct", "gõ nhầm")
        [change] = newest.changes
        assert (change.indicator.code, change.old, change.new) == ("adults", 7, None)


def test_history_of_many_is_as_long_as_of_one(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        documents = [(cast.teams[team], Draft({"adults": 7})) for team in ("hg-1a", "hg-2")]
        reports = batches.submit_many(period=cast.june, documents=documents, actor=cast.admin)
        batches.approve_many(reports=reports, actor=cast.admin)
        for report in reports:
            steps = [entry.step.name for entry in trace.history(report)]
            assert steps == ["approve", "submit"]


def test_fields_saved_in_one_go_are_one_entry(cast: Cast, forms: Catalogue, enter: Enter) -> None:
    def type_in(actor: User, name: str, text: str, at: datetime) -> Report:
        typed = {name: Typed(text)}
        asked = {"team": cast.teams["hg-1a"], "period": cast.june, "actor": actor, "at": at}
        with enter(actor):
            report = entry.enter(typed=typed, **asked).report
        assert report is not None
        return report

    at = clock.now()
    for minutes, (actor, name) in enumerate(
        [(cast.leader, "adults"), (cast.leader, "households"), (cast.officer, "residents")]
    ):
        report = type_in(actor, name, "5", at + timedelta(minutes=minutes))
    report = type_in(cast.officer, "sim_2g_users", "5", at + timedelta(hours=2))
    with enter(cast.leader):
        told = [(each.by, len(each.changes)) for each in trace.history(report)]
    assert told == [(cast.officer, 1), (cast.officer, 1), (cast.leader, 2)]
