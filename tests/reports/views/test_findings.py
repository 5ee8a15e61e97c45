"""What looks wrong stands beside its figure: for the team with a field, for the reviewer with the
word on it."""

import json

import pytest

from reports import entry
from reports.entry import Typed
from reports.models import Report
from tests.cast import Cast, Enter, SignIn
from tests.pages import in_english, read
from tests.reports.may import hand_in
from tests.reports.views.desk import Desk, told

ASKED = "explain.fallen.adults_paying"
SAID = "This figure only grows, but it fell from 90 last month to 89."
WHY = "Hai người chuyển đi"


@pytest.fixture(autouse=True)
def may(cast: Cast, enter: Enter) -> None:
    hand_in(cast, enter, {"adults_paying": 90})


def statuses(desk: Desk) -> list[str]:
    """Of June's reports."""
    with desk.enter(desk.cast.national):
        return list(Report.objects.filter(period__month=6).values_list("status", flat=True))


def test_submission_without_a_word_asks_for_it_at_the_field(leader: Desk) -> None:
    refused = leader.type("submit", adults_paying="89", proposals="Thêm loa")
    assert (refused.status_code, statuses(leader)) == (422, [])
    page = read(refused)
    listed = page.one(class_="alert-error")
    assert SAID in listed.text
    assert [link.attributes["href"] for link in listed.all("a")] == [f"#f-{ASKED}"]
    assert page.one("div", data_finding=ASKED).text == SAID
    assert page.one("input", name=ASKED).attributes["aria-invalid"] == "true"
    # Nothing of what was typed is lost, and one word is all that is missing.
    form = page.one("form", class_="figures-form").filled()
    assert (form["adults_paying"], form["proposals"]) == ("89", "Thêm loa")
    sent = leader.send({**form, ASKED: f" {WHY} "}, "submit")
    assert (sent.status_code, statuses(leader)) == (302, ["submitted"])


def test_draft_shows_what_looks_wrong(leader: Desk) -> None:
    leader.type(adults_paying="89")
    page = leader.look()
    assert SAID in page.one("div", data_finding=ASKED).text
    leader.send({**leader.form(), ASKED: WHY})
    field = leader.look().one("input", name=ASKED).attributes
    assert (field["value"], field["data-seen"]) == (WHY, WHY)
    leader.type(adults_paying="90")
    assert not leader.look().all("input", name=ASKED)


def test_word_that_is_a_letter_is_refused_beside_it(leader: Desk) -> None:
    leader.type(adults_paying="89")
    refused = leader.send({**leader.form(), ASKED: "x" * 301})
    assert refused.status_code == 422
    beside = read(refused).one("div", data_finding=ASKED)
    assert "Please keep the explanation under 300 characters." in beside.text
    assert beside.one("input").attributes["value"] == "x" * 301


def test_more_members_than_the_team_has_is_refused_at_the_field(leader: Desk) -> None:
    refused = read(leader.type("submit", team_members="4"))
    said = "4 is more than the 3 people on the team's list on the last day of the month."
    assert refused.one(id="e-team_members").text == said


def test_reviewer_reads_the_word_beside_the_figure_and_in_the_history(
    leader: Desk, officer: Desk
) -> None:
    leader.type(adults_paying="89")
    leader.send({**leader.form(), ASKED: WHY}, "submit")
    page = officer.look()
    assert page.one("span", class_="doubt").text == f"{SAID} {WHY}"
    (sent, *_rest) = told(page)
    title = "Below last month (Of them: with an electronic payment account): 89"
    assert f"{title} {WHY}" in sent


def test_grid_marks_what_looks_wrong(cast: Cast, client_of: SignIn, enter: Enter) -> None:
    with enter(cast.officer):
        entry.enter(
            team=cast.teams["hg-1a"], period=cast.june, actor=cast.officer,
            typed={"adults_paying": Typed("89")},
        )  # fmt: skip
    client = in_english(client_of(cast.officer))
    grid = f"/months/2024-06/units/{cast.units['06691'].pk}/"
    script = read(client.get(f"{grid}grid/")).one("script", id="entry-findings")
    found = json.loads("".join(str(child) for child in script.children))
    (finding,) = found[str(cast.teams["hg-1a"].pk)]
    assert (finding["name"], finding["said"], finding["figures"]) == (
        ASKED, SAID, ["adults_paying"]
    )  # fmt: skip
    team = str(cast.teams["hg-1a"].pk)
    refused = client.post(f"{grid}submit/", {"team": [team], "blanks": "1"})
    listed = read(client.get(refused["Location"])).one(role="alert")
    assert "Tổ hg-1a" in listed.text
    title = "Below last month (Of them: with an electronic payment account)"
    (link,) = listed.all("a")
    assert (link.text, link.attributes["href"]) == (title, f"#c-{team}-adults_paying")
