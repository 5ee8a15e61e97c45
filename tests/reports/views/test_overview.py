"""The overview of a unit: its sums with what stands behind them, the nine targets, the way down."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.models import Status
from reports.periods import DECREE_09, lay_out
from tests.cast import SINCE, Cast, Enter, ReportIn, SignIn
from tests.pages import Node, in_english, parse, read
from tests.reports.views.june import report_june, sweep
from units.founding import found_province
from units.models import Level
from units.tenancy import scope
from units.tree import Seedling, plant


@pytest.fixture
def june(cast: Cast, enter: Enter) -> Cast:
    report_june(cast, enter)
    return cast


def address(cast: Cast, code: str, month: str = "2024-06") -> str:
    return f"/overview/{month}/{cast.units[code].pk}/"


def facts(page: Node) -> dict[str, tuple[str, str]]:
    """What the tiles say: the figure, and its parts."""
    return {
        fact.one("h2").text: (fact.all("p")[0].text, fact.all("p")[1].text)
        for fact in page.all("section", class_="fact")
    }


def target(page: Node, number: str) -> list[str]:
    """Reached, parts, asked, standing."""
    (row,) = [row for row in page.one("table", class_="targets").rows() if row[0] == number]
    return [cell.replace(" / ", "/") for cell in row[3:]]


def column(page: Node, label: str) -> dict[str, str]:
    """One figure of every unit or team below."""
    table = page.one("section", id="parts").one("table").rows()
    place = next(n for n, head in enumerate(table[0]) if head.startswith(label))
    return {row[0]: row[place] for row in table[1:]}


# -- Sums ---------------------------------------------------------------------------------------

# Who looks, the unit, the parts of target 5, approved of expected, submitted of expected.
SUMS = [
    ("officer", "06691", "100/150", "66,67%", "2/3", "3/3"),
    ("district_officer", "193", "130/180", "72,22%", "3/6", "4/6"),
    ("staff", "22", "130/180", "72,22%", "3/9", "4/9"),
    ("stranger", "30", "5/20", "25,00%", "1/3", "1/3"),
    ("national", "00", "135/200", "67,50%", "4/12", "5/12"),
]


@pytest.mark.parametrize(("who", "code", "parts", "percent", "approved", "submitted"), SUMS)
def test_overview_shows_the_sums_of_the_unit(
    who: str, code: str, parts: str, percent: str, approved: str, submitted: str,
    june: Cast, client_of: SignIn,
) -> None:  # fmt: skip
    page = read(client_of(getattr(june, who)).get(address(june, code)))
    assert target(page, "5")[:2] == [percent, parts]
    figures = [each[1].split()[0] for each in facts(page).values()]
    assert (approved in figures, submitted in figures) == (True, True)
    assert approved in page.one("tfoot").text


def test_overview_counts_teams_members_and_hamlets(june: Cast, client_of: SignIn) -> None:
    page = read(in_english(client_of(june.staff)).get(address(june, "22")))
    assert facts(page) == {
        "Teams": ("9", "7 local + 2 enterprise"),
        "Members": ("27", "in active teams"),
        "Communes covered": ("100.00%", "3/3 communes"),
        # Two teams share a hamlet, and one hamlet has none: 6 of 7, never 7 teams by 7 hamlets.
        "Hamlets covered": ("85.71%", "6/7 hamlets with an active team"),
        "Teams that submitted": ("44.44%", "4/9 teams, without returned reports"),
        "Reports approved": ("33.33%", "3/9 teams"),
    }


def test_overview_judges_the_nine_targets(june: Cast, client_of: SignIn) -> None:
    page = read(in_english(client_of(june.staff)).get(address(june, "22")))
    rows = page.one("table", class_="targets").rows()[1:]
    assert [row[0] for row in rows] == list("123456789")
    assert target(page, "5") == ["72.22%", "130/180", "≥ 90%", "not yet"]
    assert target(page, "1") == ["–", "", "≥ 100%", "no figures"]
    page = read(in_english(client_of(june.neighbour)).get(address(june, "06688")))
    assert target(page, "5") == ["100.00%", "30/30", "≥ 90%", "reached"]


def test_rate_says_so_where_its_parts_come_from_different_teams(
    cast: Cast, client_of: SignIn, report_in: ReportIn, enter: Enter
) -> None:
    report_in(Status.APPROVED, team="hg-1a", values={"adults": 100, "adults_paying": 90})
    report_in(Status.APPROVED, team="hg-1b", values={"adults": 50, "adults_paying": None})
    sweep(cast, enter)
    page = read(in_english(client_of(cast.officer)).get(address(cast, "06691")))
    assert target(page, "5")[1] == "90/150 from 1 and 2 teams"


def test_rate_says_so_where_fewer_teams_gave_it_than_are_approved(
    cast: Cast, client_of: SignIn, report_in: ReportIn, enter: Enter
) -> None:
    report_in(Status.APPROVED, team="hg-1a", values={"adults": 100, "adults_paying": 90})
    report_in(Status.APPROVED, team="hg-1b", values={"residents_guided": 5})
    sweep(cast, enter)
    page = read(in_english(client_of(cast.officer)).get(address(cast, "06691")))
    assert target(page, "5")[1] == "90/100 from 1 team"


def test_missing_zero_and_not_applicable_look_different(june: Cast, client_of: SignIn) -> None:
    page = read(in_english(client_of(june.officer)).get(address(june, "06691")))
    guided, products = column(page, "Residents guided"), column(page, "Local OCOP products")
    # Submitted figures do not count yet.
    assert guided == {
        "Tổ hg-1a": "1,038",
        "Tổ hg-1b": "0",
        "Tổ hg-2": "–",
        "Total": "1,038",
        "Teams that gave this figure": "2/2",
    }
    assert products == {
        "Tổ hg-1a": "not applicable",
        "Tổ hg-1b": "not applicable",
        "Tổ hg-2": "–",
        "Total": "not applicable",
        "Teams that gave this figure": "0/2",
    }
    assert set(column(page, "Training sessions").values()) == {"–", "0/2"}


def test_trend_tells_missing_zero_and_not_applicable_apart(june: Cast, client_of: SignIn) -> None:
    client = in_english(client_of(june.officer))

    def row(figure: str) -> list[str]:
        page = read(client.get(address(june, "06691") + f"?figure={figure}"))
        return page.one("section", id="trend").rows()[1]

    assert len(row("residents_guided")) == 13
    assert row("residents_guided")[11:] == ["–", "1,038"]
    assert row("ocop_products")[12] == "not applicable"
    assert row("training_sessions")[12] == "–"
    assert row("nothing-of-the-form") == row("residents_guided")
    page = read(client.get(address(june, "06691") + "?figure=adults"))
    series = page.one("script", id="trend-data").children[0]
    assert json.loads(str(series))["values"][-2:] == [None, 150]


def test_overview_leads_down_to_the_teams(june: Cast, client_of: SignIn) -> None:
    client = client_of(june.staff)
    for code, below in [("22", ["193", "195"]), ("193", ["06688", "06691"]), ("06691", [])]:
        page = read(client.get(address(june, code)))
        links = page.one("section", id="parts").one("tbody").links
        assert [link for link in links if "overview" in link and "why" not in link] == [
            address(june, each) + "?section=activities" for each in below
        ]
    assert [link for link in links if "teams" in link and "why" not in link] == [
        f"/months/2024-06/teams/{june.teams[team].pk}/" for team in ("hg-1a", "hg-1b", "hg-2")
    ]
    # Teams of enterprises stand where they sit.
    assert "Tổ viettel" in column(read(client.get(address(june, "193"))), "Số người dân")


def test_sections_show_their_figures(june: Cast, client_of: SignIn) -> None:
    client = in_english(client_of(june.staff))
    page = read(client.get(address(june, "22") + "?section=targets"))
    shown = column(page, "5. Adults with")
    assert shown["Thành phố Hạ Long"] == "72.22% 130/180"
    assert shown["Thành phố Cẩm Phả"] == "–"
    for section in ("activities", "nothing", "", "\x00", "<b>", "x" * 10_000):
        page = read(client.get(address(june, "22"), {"section": section, "figure": section}))
        assert column(page, "Residents guided")["Total"] == "1,050"


# -- Completeness -------------------------------------------------------------------------------


def state(page: Node) -> str:
    return page.one("p", class_="completeness").text.split(" · ")[0]


def test_sums_are_final_when_everybody_is_approved(
    cast: Cast, client_of: SignIn, report_in: ReportIn, enter: Enter
) -> None:
    client = in_english(client_of(cast.officer))

    def shown() -> str:
        sweep(cast, enter)
        return state(read(client.get(address(cast, "06691"))))

    assert shown() == "provisional sums of 0 of 3 teams reported and approved"
    for team in ("hg-1a", "hg-1b"):
        report_in(Status.APPROVED, team=team)
    report_in(Status.SUBMITTED, team="hg-2")
    assert shown() == "provisional sums of 2 of 3 teams reported and approved"
    report = client.get("/api/v1/reports/").json()["results"][-1]
    step = {"version": report["version"], "key": "6d0f2f4e-6b7e-4a53-8d8e-0d7f3a5c9b11"}
    client.post(f"/reports/{report['id']}/steps/approve/", step)
    assert shown() == "final sums of 3 of 3 teams reported and approved"
    district = read(in_english(client_of(cast.district_officer)).get(address(cast, "193")))
    assert state(district) == "provisional sums of 3 of 6 teams reported and approved"


def test_month_without_reports_is_empty_and_not_zero(cast: Cast, client_of: SignIn) -> None:
    client = in_english(client_of(cast.staff))
    for month in ("2024-05", "2030-01"):
        page = read(client.get(address(cast, "22", month)))
        assert state(page) == "provisional sums of 0 of 0 teams reported and approved"
        assert (
            target(page, "5")[0] == "–" if month == "2024-05" else page.all(class_="targets") == []
        )
    # Before the province began there is nothing to count, not even to nought.
    page = read(client.get(address(cast, "22", "2000-01")))
    assert "does not stand among the units of 31/01/2000" in page.text
    assert not page.all("table")


# -- What follows by itself ---------------------------------------------------------------------


def test_progress_is_the_part_that_follows_approvals(
    june: Cast, client_of: SignIn, report_in: ReportIn, enter: Enter
) -> None:
    client = in_english(client_of(june.staff))
    page = read(client.get(address(june, "22") + "?section=targets"))
    asks = page.one(id="figures").attributes["hx-get"]
    assert asks.startswith(address(june, "22") + "progress/?section=targets&since=")
    assert client.get(asks).status_code == 204
    report_in(Status.APPROVED, team="ct-2", values={"adults": 20, "adults_paying": 20})
    sweep(june, enter)
    response = client.get(asks)
    part = parse(response.content.decode())
    assert (response.status_code, part.all("html")) == (200, [])
    assert target(part, "5")[:2] == ["75.00%", "150/200"]
    assert state(part) == "provisional sums of 4 of 9 teams reported and approved"
    # The twelve months follow, too: their place is outside, so they name it.
    year = part.one(id="year")
    assert year.attributes["hx-swap-oob"] == "true"
    assert year.all("tr")[-1].all("td")[-1].text == "4/9"
    assert client.get(part.one(id="figures").attributes["hx-get"]).status_code == 204
    for since in ("", "x", "0", "nan", "\x00"):
        again = client.get(address(june, "22") + "progress/", {"since": since})
        assert again.status_code == 200


def test_progress_of_the_nation_follows_every_province(
    june: Cast, client_of: SignIn, report_in: ReportIn, enter: Enter
) -> None:
    client = client_of(june.national)
    asks = read(client.get(address(june, "00"))).one(id="figures").attributes["hx-get"]
    assert client.get(asks).status_code == 204
    report_in(Status.APPROVED, team="pl-2", values={"adults": 1, "adults_paying": 1})
    sweep(june, enter)
    part = parse(client.get(asks).content.decode())
    assert target(part, "5")[1] == "136/201"


# -- National staff -----------------------------------------------------------------------------


def test_nation_sees_the_provinces_side_by_side(june: Cast, client_of: SignIn) -> None:
    client = in_english(client_of(june.national))
    page = read(client.get(address(june, "00")))
    assert column(page, "Residents guided") == {
        "Tỉnh Quảng Ninh": "1,050",
        "Tỉnh Hải Dương": "500",
        "Total": "1,550",
        "Teams that gave this figure": "4/4",
    }
    for code, parts in (("22", "130/180"), ("30", "5/20"), ("06691", "100/150"), ("10507", "5/20")):
        assert target(read(client.get(address(june, code))), "5")[1] == parts


@pytest.mark.parametrize("who", ["national", "staff"])
def test_who_only_looks_on_is_offered_nothing_to_send(
    who: str, june: Cast, client_of: SignIn
) -> None:
    client = client_of(getattr(june, who))
    pages = ["/", address(june, "22"), f"/months/2024-06/teams/{june.teams['hg-2'].pk}/"]
    for each in pages:
        sends = [
            form.attributes["action"]
            for form in read(client.get(each)).all("form")
            if form.attributes.get("method") == "post"
        ]
        assert sends == ["/language/", "/sign-out/"], each


# -- Where to begin -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "code"),
    [("officer", "06691"), ("district_officer", "193"), ("staff", "22"), ("admin", "22"),
     ("stranger", "30"), ("national", "00")],
)  # fmt: skip
def test_overview_begins_with_the_widest_unit_and_the_current_month(
    who: str, code: str, cast: Cast, client_of: SignIn
) -> None:
    response = client_of(getattr(cast, who)).get("/overview/")
    assert response["Location"] == address(cast, code)


def test_hamlet_has_no_overview(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.admin)
    for what in ("", "progress/", "download/"):
        assert client.get(address(cast, "hg-1") + what).status_code == 404


def test_month_picker_leads_to_the_same_unit(june: Cast, client_of: SignIn) -> None:
    client = client_of(june.national)
    page = read(client.get(address(june, "00")))
    options = [each.attributes["value"] for each in page.one("select", name="to").all("option")]
    # One June, though two provinces have one each.
    assert options == ["2024-06"]
    moved = client.get(address(june, "00") + "?to=2024-05")
    assert moved["Location"] == address(june, "00", "2024-05")
    assert client.get(address(june, "00"), {"to": "2024-99"}).status_code == 200


# -- Queries ------------------------------------------------------------------------------------


def test_overview_asks_the_database_as_often_for_many_parts(
    june: Cast, client_of: SignIn, enter: Enter
) -> None:
    client = client_of(june.admin)

    def count() -> list[int]:
        counts = []
        for what in ("", "progress/", "download/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address(june, "195") + what).status_code == 200
            counts.append(len(queries))
        return counts

    one = count()
    with enter(june.admin):
        more = [
            seedling
            for number in range(3)
            for seedling in (
                Seedling(Level.COMMUNE, f"9900{number}", f"Xã {number}", "195"),
                Seedling(Level.HAMLET, f"h-{number}", f"Thôn {number}", f"9900{number}"),
            )
        ]
        plant(tenant=june.province, seedlings=more, root=june.units["195"], since=SINCE)
    assert rows_of(client, address(june, "195")) == 4
    assert count() == one


def test_nation_asks_the_database_as_often_for_many_provinces(
    june: Cast, client_of: SignIn
) -> None:
    client = client_of(june.national)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(june, "00")).status_code == 200
        return len(queries)

    two = count()
    for code in ("90", "91", "92"):
        seedlings = [Seedling(Level.PROVINCE, code, f"Tỉnh {code}", "")]
        (unit,) = found_province(seedlings=seedlings, since=SINCE)
        with scope(tenant=unit.tenant_id):
            # With a calendar of its own it would be counted on a day of its own.
            lay_out(tenant=unit.tenant, year=2024, month=6, by=DECREE_09).save()
    assert rows_of(client, address(june, "00")) == 5
    assert count() == two


def rows_of(client: Client, where: str) -> int:
    return len(read(client.get(where)).one("section", id="parts").one("tbody").rows())
