"""Why this number: its parts, who gave them, who is missing, and whether it is recomputed."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports import rollup, workflow
from reports.models import Indicator, Report, Status, Total
from teams.models import Membership, Post
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.pages import Node, in_english, read
from tests.reports.views.june import report_june, sweep

TILES = {"teams", "members", "communes", "hamlets", "submitted", "approved"}


@pytest.fixture
def june(cast: Cast, enter: Enter) -> Cast:
    report_june(cast, enter)
    return cast


def address(cast: Cast, unit: str, code: str) -> str:
    return f"/overview/2024-06/{cast.units[unit].pk}/why/{code}/"


def see(client: Client, cast: Cast, unit: str, code: str) -> Node:
    return read(in_english(client).get(address(cast, unit, code)))


def number(page: Node) -> str:
    return page.one("p", class_="why-number").text


def rows(page: Node, section: str) -> dict[str, list[str]]:
    """The cells of a table by the name of the part, without the state of a team."""
    body = page.one("section", id=section).one("tbody")
    return {name_of(row): [cell.text for cell in row.all("td")] for row in body.all("tr")}


def name_of(row: Node) -> str:
    head = row.one("th")
    return head.one("a").text if head.all("a") else head.text


def missing(page: Node) -> list[str]:
    return [each.text for each in page.one("section", id="missing").all("li")]


# -- Its parts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "unit", "section", "parts", "total"),
    [
        ("officer", "06691", "teams", ["1,038", "0", "–"], "1,038 people"),
        ("district_officer", "193", "units", ["12", "1,038", "–"], "1,050 people"),
        ("staff", "22", "units", ["1,050", "–", "–"], "1,050 people"),
        ("national", "00", "units", ["1,050", "500"], "1,550 people"),
    ],
)
def test_parts_add_up_to_the_number(
    who: str, unit: str, section: str, parts: list[str], total: str, june: Cast, client_of: SignIn
) -> None:
    page = see(client_of(getattr(june, who)), june, unit, "residents_guided")
    assert number(page) == total
    assert [row[0] for row in rows(page, section).values()] == parts
    giving = len(parts) - parts.count("–")
    assert f"{giving} part" in page.one("section", class_="why").text


def test_each_part_says_its_share_and_how_many_stand_behind(june: Cast, client_of: SignIn) -> None:
    page = see(client_of(june.staff), june, "193", "residents_guided")
    assert rows(page, "units") == {
        "Phường Bạch Đằng": ["12", "1.14%", "1/2", "1/2"],
        "Phường Hồng Gai": ["1,038", "98.86%", "2/3", "2/3"],
        "Teams that stand here themselves": ["–", "–", "0/1", "0/1"],
    }


def test_rate_is_that_of_the_sums_of_its_parts(june: Cast, client_of: SignIn) -> None:
    assert number(see(client_of(june.staff), june, "193", "adults_paying")) == "130 people"
    page = read(client_of(june.staff).get(address(june, "193", "adults_paying") + "?rate=1"))
    assert number(page) == "72,22% 130/180"
    bach_dang, hong_gai, _own = rows(page, "units").values()
    assert (bach_dang[:3], hong_gai[:3]) == (["30", "30", "100,00%"], ["100", "150", "66,67%"])
    heads = page.one("section", id="units").one("thead").links
    assert heads == [address(june, "193", code) for code in ("adults_paying", "adults")]


@pytest.mark.parametrize(
    ("unit", "code", "said", "section", "parts"),
    [
        ("22", "teams", "9 teams", "units", ["6", "2", "1"]),
        ("193", "members", "18 people", "units", ["6", "9", "3"]),
        ("22", "communes", "100.00% 3/3", "units", ["2", "1"]),
        ("193", "hamlets", "80.00% 4/5", "units", ["2", "2"]),
        ("06691", "hamlets", "66.67% 2/3", "units", ["1", "1", "0"]),
        ("06691", "members", "9 people", "teams", ["3", "3", "3"]),
        ("193", "submitted", "66.67% 4/6", "units", ["1", "3", "0"]),
        ("193", "approved", "50.00% 3/6", "units", ["1", "2", "0"]),
    ],
)
def test_tiles_are_made_of_parts_too(
    unit: str, code: str, said: str, section: str, parts: list[str], june: Cast, client_of: SignIn
) -> None:
    page = see(client_of(june.staff), june, unit, code)
    assert number(page) == said
    assert [row[0] for row in rows(page, section).values()] == parts
    said = "Both numbers are the sums" if "/" in said else "parts add up to it."
    assert said in page.text


def test_tiles_and_figures_share_no_address(cast: Cast) -> None:
    assert not Indicator.objects.filter(code__in=TILES).exists()


def test_whoever_is_in_several_teams_counts_once(
    june: Cast, enter: Enter, client_of: SignIn
) -> None:
    with enter(june.admin):
        twice = Membership.objects.filter(team=june.teams["hg-1a"], post=Post.MEMBER).get()
        twice.pk, twice.team = None, june.teams["hg-1b"]
        twice.save()
    page = see(client_of(june.staff), june, "06691", "members")
    assert [row[0] for row in rows(page, "teams").values()] == ["3", "4", "3"]
    assert number(page) == "9 people"
    assert "whoever is in several teams counts once" in page.text
    assert not page.all("p", class_="alert")


def test_every_number_of_an_overview_leads_to_its_parts(june: Cast, client_of: SignIn) -> None:
    for who, unit in (("national", "00"), ("staff", "22"), ("officer", "06691")):
        client = client_of(getattr(june, who))
        page = read(client.get(f"/overview/2024-06/{june.units[unit].pk}/"))
        links = {link for link in page.links if "/why/" in link}
        codes = {link.split("/why/")[1].split("/")[0] for link in links}
        left_out = {"communes"} if unit == "06691" else set()
        assert codes >= (TILES - left_out) | {"residents_guided", "adults", "adults_paying"}
        assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


# -- What is missing ----------------------------------------------------------------------------


def test_who_gave_nothing_is_named(june: Cast, client_of: SignIn) -> None:
    client = client_of(june.staff)
    assert missing(see(client, june, "22", "residents_guided")) == [
        "Thành phố Hạ Long · 3 of 6 teams missing",
        "Thành phố Cẩm Phả · 2 of 2 teams missing",
        "Tổ vnpt · not submitted",
    ]
    assert missing(see(client, june, "06691", "residents_guided")) == ["Tổ hg-2 · submitted"]
    assert missing(see(client, june, "06691", "households")) == [
        "Tổ hg-1a · approved without this figure",
        "Tổ hg-1b · approved without this figure",
        "Tổ hg-2 · submitted",
    ]
    assert missing(see(client, june, "06691", "hamlets")) == ["Khu phố 3"]


def test_not_applicable_is_an_answer(june: Cast, client_of: SignIn) -> None:
    client = client_of(june.staff)
    page = see(client, june, "193", "ocop_products")
    assert rows(page, "units")["Phường Hồng Gai"][0] == "not applicable"
    assert missing(page)[1] == "Phường Hồng Gai · 1 of 3 teams missing"
    assert missing(see(client, june, "06691", "ocop_products")) == ["Tổ hg-2 · submitted"]


def test_what_is_not_approved_shows_no_figure(june: Cast, client_of: SignIn) -> None:
    page = see(client_of(june.staff), june, "06691", "residents_guided")
    assert rows(page, "teams")["Tổ hg-2"] == ["–", "–", ""]


def test_month_and_year_before_stand_beside_the_number(june: Cast, client_of: SignIn) -> None:
    client = client_of(june.staff)
    page = see(client, june, "22", "residents_guided")
    told = [each.text for each in page.one("dl", class_="beside").all("dt")]
    assert told == ["The month before (05/2024)", "A year before (06/2023)"]
    # Nothing was summed in either.
    assert [each.text for each in page.one("dl", class_="beside").all("dd")] == ["–", "–"]
    assert not see(client, june, "22", "members").all("dl", class_="beside")
    later = address(june, "22", "residents_guided").replace("2024-06", "2024-07")
    [june_then, _year] = read(client.get(later)).one("dl", class_="beside").all("dd")
    assert june_then.all("a")[0].attributes["href"] == address(june, "22", "residents_guided")
    assert june_then.text.startswith("1,050 3 of 9 teams approved")


# -- Down to the field --------------------------------------------------------------------------


def test_figure_says_who_entered_it_when_and_in_which_version(
    cast: Cast, enter: Enter, client_of: SignIn, report_in: ReportIn
) -> None:
    report = report_in(Status.APPROVED, values={"adults": 100, "adults_paying": 90})
    with enter(cast.admin):
        workflow.correct(
            report=report, values={"adults": 100, "adults_paying": 80},
            version=report.version, reason="gõ nhầm", actor=cast.admin,
        )  # fmt: skip
        Report.objects.filter(pk=report.pk).update(explanations={"fallen.adults_paying": "mưa lũ"})
    sweep(cast, enter)
    page = see(client_of(cast.staff), cast, "06691", "adults_paying")
    told = rows(page, "teams")["Tổ hg-1a"]
    assert told[0] == "80"
    assert told[2].startswith("90 · qn.admin · ")
    assert "· version 1 changed since: 80 · qn.admin · " in told[2]
    assert told[2].endswith("· version 4 gõ nhầm Explanation: mưa lũ")


def test_team_leads_to_the_field_of_its_report_and_back(june: Cast, client_of: SignIn) -> None:
    client = client_of(june.staff)
    here = address(june, "06691", "adults_paying") + "?rate=1"
    down = next(link for link in read(client.get(here)).links if "?why=" in link)
    there, _, field = down.partition("#")
    page = read(client.get(there))
    assert page.one("tr", id=field).all("td")[0].text == "90"
    # The last step of the way says what the way said.
    trail = page.one("tr", id=field).one("div", class_="trail").text
    assert re.fullmatch(r"qn.admin · \d\d:\d\d 10/06/2024 · phiên bản 1", trail)
    assert len(page.all("div", class_="trail")) == 2
    assert not read(client.get(there.partition("?")[0])).all("div", class_="trail")
    assert here in page.links


def test_whoever_does_not_oversee_is_led_nowhere(june: Cast, client_of: SignIn) -> None:
    there = f"/months/2024-06/teams/{june.teams['hg-1a'].pk}/?why="
    for who, code in (("leader", "adults"), ("staff", "../"), ("staff", "")):
        page = read(client_of(getattr(june, who)).get(there + code))
        assert not [link for link in page.links if "/why/" in link]


# -- Whether it holds ---------------------------------------------------------------------------


def test_number_is_provisional_until_everybody_is_approved(june: Cast, client_of: SignIn) -> None:
    page = see(client_of(june.staff), june, "22", "residents_guided")
    assert "provisional" in page.one("p", class_="completeness").text


def test_mark_says_that_the_totals_are_being_recomputed(
    june: Cast, enter: Enter, client_of: SignIn
) -> None:
    client = client_of(june.staff)
    assert not see(client, june, "22", "residents_guided").all("p", class_="alert")
    with enter(june.admin):
        rollup.mark_dirty(Report.objects.filter(team=june.teams["hg-1a"]))
    for unit, awaits in (("22", 1), ("06691", 1), ("06688", 0)):
        page = see(client, june, unit, "residents_guided")
        assert len(page.all("p", class_="alert")) == awaits
        # It is not called right beside that.
        assert ("✓" in page.text) is not bool(awaits)


def test_parts_that_do_not_add_up_are_not_said_to(
    june: Cast, enter: Enter, client_of: SignIn
) -> None:
    with enter(june.admin):
        Total.objects.filter(unit=june.units["22"]).update(values={"residents_guided": 1})
    page = see(client_of(june.staff), june, "22", "residents_guided")
    assert "The parts do not add up to it." in page.text
    assert "being recomputed" in page.one("p", class_="alert").text
    # 1.050 in 1 is no share.
    assert "%" not in page.one("section", id="units").text


def test_no_page_of_what_the_overview_does_not_show(june: Cast, client_of: SignIn) -> None:
    client = client_of(june.staff)
    for unit, code in (("22", "no_such"), ("06691", "communes"), ("30", "teams")):
        assert client.get(address(june, unit, code)).status_code == 404, code
    assert client.get(address(june, "22", "teams") + "?rate=1").status_code == 404


# -- Statements ---------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["residents_guided", "members"])
def test_as_many_statements_for_three_teams_as_for_one(
    code: str, june: Cast, client_of: SignIn
) -> None:
    client = client_of(june.staff)
    assert _count(client, address(june, "06688", code)) == _count(
        client, address(june, "06691", code)
    )


def _count(client: Client, here: str) -> int:
    client.get(here)
    with CaptureQueriesContext(connection) as asked:
        client.get(here)
    return len(asked)
