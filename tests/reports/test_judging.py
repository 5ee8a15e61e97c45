"""The checks in every door: what they are held against, what they refuse, and what is kept."""

from collections.abc import Iterator
from datetime import date
from itertools import permutations
from uuid import uuid4

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from reports import batches, entry, judging, trace, workflow
from reports.entry import Typed
from reports.figures import Values
from reports.models import Report, Status
from reports.workflow import Draft
from teams.models import Membership, Team
from tests.cast import Cast, Enter, ReportIn, SignIn, Undone
from tests.reports.may import hand_in
from units.errors import DomainError, InvalidFigures

FELL: Values = {"adults_paying": 89}
WHY = {"fallen.adults_paying": "Hai người chuyển đi"}
ASKED = "explain.fallen.adults_paying"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def may(cast: Cast, enter: Enter) -> None:
    hand_in(cast, enter, {"adults_paying": 90})


# -- Held against what --------------------------------------------------------------------------


def test_yardstick_is_of_what_was_handed_in(cast: Cast, enter: Enter, report_in: ReportIn) -> None:
    hand_in(cast, enter, {"adults": 5}, month=5)
    hand_in(cast, enter, {"adults": 4}, month=4)
    hand_in(cast, enter, {"adults": 9}, team="hg-1b")
    report_in(Status.SUBMITTED, values={"adults": 99})
    team = cast.teams["hg-1a"].pk
    with enter(cast.officer):
        known = judging.yardstick(team, cast.june)
        assert (known.last, known.size) == ({"adults": 5}, 3)
        assert sorted(month["adults"] or 0 for month in known.months) == [4, 5]
        # Nobody knows yet what a month will say that went back to the team.
        Report.objects.filter(period__month=5).update(status=Status.RETURNED)
        assert judging.yardstick(team, cast.june).last == {}


def test_year_ago_is_no_habit(cast: Cast, enter: Enter) -> None:
    for month, year in ((6, 2023), (5, 2023), (7, 2022)):
        period = hand_in(cast, enter, {"adults": month}, month=1)
        with enter(cast.admin):
            type(period).objects.filter(pk=period.pk).update(year=year, month=month)
    with enter(cast.admin):
        known = judging.yardstick(cast.teams["hg-1a"].pk, cast.june)
    assert (known.last, list(known.months)) == ({}, [{"adults": 6}])


def test_team_is_as_large_as_on_the_last_day(cast: Cast, enter: Enter) -> None:
    team, last = cast.teams["hg-1a"], cast.june.ends_on
    with enter(cast.admin):
        first, second, _third = Membership.objects.filter(team=team).order_by("pk")
        # Days end before the one named.
        for member, until in ((first, last), (second, date(last.year, last.month, last.day + 1))):
            member.valid = DateRange(member.valid.lower, until)
            member.save()
        assert judging.yardstick(team.pk, cast.june).size == 2
        Membership.objects.filter(team=team).delete()
        assert judging.yardstick(team.pk, cast.june).size is None


def test_many_teams_cost_as_much_as_one(cast: Cast, enter: Enter) -> None:
    counts = []
    with enter(cast.officer):
        for names in (["hg-1a"], ["hg-1a", "hg-1b", "hg-2"]):
            with CaptureQueriesContext(connection) as asked:
                judging.yardsticks([cast.teams[name].pk for name in names], cast.june)
            counts.append(len(asked))
    assert counts == [3, 3]


# -- The doors ----------------------------------------------------------------------------------


def test_submission_asks_for_a_word(cast: Cast, enter: Enter, may: None) -> None:
    asked = {"team": cast.teams["hg-1a"], "period": cast.june, "version": 0, "actor": cast.leader}
    with enter(cast.leader):
        with pytest.raises(InvalidFigures) as refusal:
            workflow.submit_draft(**asked, draft=Draft(FELL), key=uuid4())
        assert list(refusal.value.errors) == [ASKED]
        assert not Report.objects.filter(period=cast.june).exists()
        draft, key = Draft(FELL, explanations=WHY | {"alike": "thừa"}), uuid4()
        report = workflow.submit_draft(**asked, draft=draft, key=key)
        assert (report.status, report.explanations) == (Status.SUBMITTED, WHY)
        # A double click finds it, though one explanation is dropped.
        assert workflow.submit_draft(**asked, draft=draft, key=key) == report


def test_submission_of_many_asks_for_a_word(cast: Cast, enter: Enter, may: None) -> None:
    others = [(cast.teams[name], Draft(FELL)) for name in ("hg-1b", "hg-2")]
    with enter(cast.officer):
        with pytest.raises(InvalidFigures) as refusal:
            batches.submit_many(
                period=cast.june, actor=cast.officer,
                documents=[*others, (cast.teams["hg-1a"], Draft(FELL))],
            )  # fmt: skip
        assert list(refusal.value.errors) == [ASKED]
        said = Draft(FELL, explanations=WHY)
        sent = batches.submit_many(
            period=cast.june, actor=cast.officer,
            # Of the others nothing fell.
            documents=[(others[0][0], said), (cast.teams["hg-1a"], said)],
        )  # fmt: skip
        assert [report.explanations for report in sent] == [{}, WHY]


def test_chosen_teams_are_named_with_what_wants_a_word(cast: Cast, enter: Enter, may: None) -> None:
    team = cast.teams["hg-1a"]

    def submit() -> tuple[int, list[tuple[Team, DomainError]]]:
        seen = {team: Report.objects.get(team=team, period=cast.june).version}
        return batches.submit_drafts(seen=seen, key=uuid4(), period=cast.june, actor=cast.officer)

    with enter(cast.officer):
        type_into(cast, adults_paying="89")
        sent, [(named, refusal)] = submit()
        title = "Below last month (Of them: with an electronic payment account)"
        assert (sent, named) == (0, team)
        assert refusal.message == f"This wants a word of explanation: {title}."
        type_into(cast, **{ASKED: "Hai người  chuyển đi "})
        assert submit() == (1, [])
        assert Report.objects.get(period=cast.june).explanations == WHY


def test_hard_check_refuses_in_every_door(cast: Cast, enter: Enter, report_in: ReportIn) -> None:
    too_many: Values = {"team_members": 4}
    team = cast.teams["hg-1a"]
    with enter(cast.officer):
        report = workflow.save_draft(
            team=team, period=cast.june, draft=Draft(too_many), version=0, actor=cast.officer
        )
        with pytest.raises(InvalidFigures) as refusal:
            workflow.apply(report, "submit", actor=cast.officer, version=1)
        assert list(refusal.value.errors) == ["team_members"]
        with pytest.raises(InvalidFigures):
            batches.submit_many(
                period=cast.june, documents=[(cast.teams["hg-2"], Draft(too_many))],
                actor=cast.officer,
            )  # fmt: skip
    approved = report_in(Status.APPROVED, team="bd-1")
    with enter(cast.admin), pytest.raises(InvalidFigures):
        workflow.correct(
            report=approved, values=too_many, version=approved.version, reason="vì sao",
            actor=cast.admin,
        )  # fmt: skip


def test_entry_tells_what_it_found(cast: Cast, client_of: SignIn, enter: Enter, may: None) -> None:
    client = client_of(cast.leader)
    client.cookies["django_language"] = "en"
    address = f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{cast.june.pk}/"

    def patch(name: str, text: str) -> dict[str, object]:
        typed = {name: {"text": text}}
        return client.patch(address, {"typed": typed}, content_type="application/json").json()

    told = patch("adults_paying", "89")
    finding = {
        "name": ASKED, "check": "fallen.adults_paying", "figures": ["adults_paying"],
        "label": "Below last month (Of them: with an electronic payment account)",
        "said": "This figure only grows, but it fell from 90 last month to 89.",
        "explanation": "",
    }  # fmt: skip
    assert told["findings"] == [finding]
    told = patch(ASKED, "Hai người chuyển đi")
    assert told["findings"] == [{**finding, "explanation": "Hai người chuyển đi"}]
    assert patch("team_members", "4")["problems"] == {
        "team_members": [
            "4 is more than the 3 people on the team's list on the last day of the month."
        ]
    }
    assert patch(ASKED, "x" * 301)["answers"][ASKED]["state"] == "invalid"  # type: ignore[index]
    assert patch("explain.nothing", "x")["detail"].startswith("Some explanations")  # type: ignore[attr-defined]
    with enter(cast.leader):
        number = Report.objects.get(period=cast.june).pk
    whole = client.get(f"/api/v1/reports/{number}/").json()
    assert whole["findings"] == [{**finding, "explanation": "Hai người chuyển đi"}]
    assert whole["explanations"] == WHY
    # A reviewer reads it once it is handed in.
    reviewed = client_of(cast.district_officer).get(f"/api/v1/reports/{number}/").json()
    assert (reviewed["findings"], reviewed["explanations"]) == ([], None)


def test_draft_of_the_api_holds_explanations(
    cast: Cast, client_of: SignIn, enter: Enter, may: None
) -> None:
    client = client_of(cast.leader)
    address = f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{cast.june.pk}/"
    sent = {"version": 0, "values": FELL, "explanations": WHY | {"alike": " "}}
    told = client.put(address, sent, content_type="application/json").json()
    assert told["explanations"] == WHY
    steps = f"/api/v1/reports/{told['id']}/steps/submit/"
    key = {"version": 1, "key": str(uuid4())}
    assert client.post(steps, key, content_type="application/json").status_code == 200


# -- Whatever the order -------------------------------------------------------------------------


def type_into(cast: Cast, **fields: str) -> None:
    entry.enter(
        team=cast.teams["hg-1a"], period=cast.june, actor=cast.officer,
        typed={name: Typed(text) for name, text in fields.items()},
    )  # fmt: skip


def test_order_of_typing_never_matters(cast: Cast, enter: Enter, may: None, undone: Undone) -> None:
    fields = {
        "adults_paying": "89", ASKED: "Hai người chuyển đi", "residents_guided": "5",
        "vneid_accounts_created": "6",
    }  # fmt: skip
    outcomes = []
    with enter(cast.officer):
        for order in permutations(fields):
            with undone():
                for name in order:
                    type_into(cast, **{name: fields[name]})
                report = Report.objects.get(period=cast.june)
                verdict = judging.of_report(report)
                outcomes.append((report.values, report.explanations, verdict))
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert [each.check.code for each in outcomes[0][2].findings] == [
        "fallen.adults_paying", "accounts.vneid_accounts_created"
    ]  # fmt: skip


# -- What is kept -------------------------------------------------------------------------------


def test_history_tells_what_was_explained(cast: Cast, enter: Enter, may: None) -> None:
    with enter(cast.officer):
        (report,) = batches.submit_many(
            period=cast.june, actor=cast.officer,
            documents=[(cast.teams["hg-1a"], Draft(FELL, explanations=WHY))],
        )  # fmt: skip
        (sent,) = trace.history(report)
        ((check, value, text),) = sent.explained
        assert (check.code, value, text) == ("fallen.adults_paying", 89, "Hai người chuyển đi")
        # Whoever may not read the figures is not told their explanations either.
        assert trace.steps_of(report)[0].explained == []


def test_somebody_elses_explanation_is_not_overwritten_unseen(
    cast: Cast, enter: Enter, may: None
) -> None:
    with enter(cast.officer):
        type_into(cast, **{"adults_paying": "89", ASKED: "Hai người chuyển đi"})
        entered = entry.enter(
            team=cast.teams["hg-1a"], period=cast.june, actor=cast.officer,
            typed={ASKED: Typed("Lý do khác")},
        )  # fmt: skip
    answer = entered.answers[ASKED]
    assert (answer.state, answer.value, answer.by) == (
        entry.State.CONFLICT, "Hai người chuyển đi", cast.officer
    )  # fmt: skip
