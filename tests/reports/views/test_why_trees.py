"""Why this number under today's units, and of more than a month: down to what it is made of."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from reports import rollup
from reports.models import Report
from tests.cast import Cast, Enter, SignIn
from tests.pages import Node, in_english, read
from tests.reports.views.renaming import DAY, restate
from tests.reports.views.test_overview import address
from tests.reports.views.test_why import missing, number, rows

TODAY = "?tree=today"


def why(cast: Cast, unit: str, code: str, query: str = TODAY) -> str:
    return f"{address(cast, unit)}why/{code}/{query}"


def see(client: Client, page: str) -> Node:
    return read(in_english(client).get(page))


# -- Under today's units --------------------------------------------------------------------------


def test_total_leads_down_to_the_teams_that_are_brought_home(
    renamed: Cast, client_of: SignIn, enter: Enter
) -> None:
    restate(renamed, enter)
    client = client_of(renamed.staff)
    page = see(client, address(renamed, "22") + TODAY + "&section=activities")
    asked = why(renamed, "22", "residents_guided")
    assert asked in page.links
    page = see(client, asked)
    assert number(page) == "1,050 people"
    assert rows(page, "units") == {
        "Phường Bạch Đằng": ["12", "1.14%", "1/2", "1/2"],
        "Phường Cẩm Tây": ["–", "–", "0/2", "0/2"],
        "Phường Tên Mới": ["1,038", "98.86%", "2/3", "2/3"],
        "Teams that stand here themselves": ["–", "–", "0/2", "0/2"],
    }
    below = why(renamed, "new", "residents_guided")
    assert below in page.links
    page = see(client, below)
    assert rows(page, "teams")["Tổ hg-1a"][0] == "1,038"
    # Where it stood then is told, and the report leads back here.
    assert "Phường Hồng Gai" in page.one("section", id="teams").text
    down = next(link for link in page.links if "?why=" in link)
    assert below in see(client, down.partition("#")[0]).links


def test_every_number_under_todays_units_leads_on_under_them(
    renamed: Cast, client_of: SignIn, enter: Enter
) -> None:
    restate(renamed, enter)
    client = client_of(renamed.staff)
    for unit in ("22", "new"):
        page = read(client.get(address(renamed, unit) + TODAY))
        links = {link for link in page.links if "/why/" in link}
        assert {"approved", "submitted"} <= {link.split("/why/")[1].split("/")[0] for link in links}
        assert all("tree=today" in link for link in links)
        assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_number_waits_where_a_worker_has_yet_to_compute_it(
    renamed: Cast, client_of: SignIn, asked: list[Any]
) -> None:
    page = see(client_of(renamed.staff), why(renamed, "22", "residents_guided"))
    assert asked == [(renamed.province.pk, DAY, [renamed.june.pk])]
    assert "being computed" in page.text
    assert not page.all("p", class_="why-number")


def test_waiting_page_asks_by_itself_until_nothing_is_left(
    renamed: Cast, client_of: SignIn, enter: Enter, asked: list[Any]
) -> None:
    client = client_of(renamed.staff)
    page = see(client, address(renamed, "22") + TODAY)
    [ask] = [
        p.attributes["hx-get"] for p in page.all("p") if "awaited" in p.attributes.get("hx-get", "")
    ]
    assert "1 month is being computed" in read(client.get(ask)).text
    # To ask how far it is calls no worker anew.
    assert len(asked) == 1
    restate(renamed, enter)
    assert client.get(ask)["HX-Refresh"] == "true"


def test_register_is_not_counted_under_units_of_another_time(
    renamed: Cast, client_of: SignIn, enter: Enter
) -> None:
    restate(renamed, enter)
    assert client_of(renamed.staff).get(why(renamed, "22", "members")).status_code == 404


def test_mark_of_the_month_is_told_under_todays_units(
    renamed: Cast, client_of: SignIn, enter: Enter
) -> None:
    restate(renamed, enter)
    with enter(renamed.admin):
        rollup.mark_dirty(Report.objects.filter(team=renamed.teams["hg-1a"]))
    client = client_of(renamed.staff)
    for unit, awaits in (("22", True), ("new", True), ("06688", False)):
        page = see(client, why(renamed, unit, "residents_guided"))
        assert ("being recomputed" in page.text) is awaits, unit


# -- Over more than a month -----------------------------------------------------------------------


@pytest.mark.parametrize("span", ["quarter", "half-year", "year-to-date", "year", "cumulative"])
def test_number_of_a_span_leads_to_its_months(span: str, renamed: Cast, client_of: SignIn) -> None:
    client = client_of(renamed.staff)
    asked = why(renamed, "22", "residents_guided", f"?span={span}")
    assert asked in see(client, address(renamed, "22") + f"?span={span}").links
    page = see(client, asked)
    assert number(page) == "1,050 people"
    assert rows(page, "months")["06/2024"] == ["1,050", "3/9", "3/9"]
    assert why(renamed, "22", "residents_guided", "") in page.one("section", id="months").links


def test_months_that_a_span_lacks_are_named(renamed: Cast, client_of: SignIn) -> None:
    page = see(client_of(renamed.staff), why(renamed, "22", "residents_guided", "?span=quarter"))
    assert rows(page, "months")["04/2024"] == ["nothing is known of this month"]
    assert "Quarter 2/2024 lacks 04/2024" in page.text


def test_stock_of_a_span_is_that_of_its_last_month(renamed: Cast, client_of: SignIn) -> None:
    page = see(
        client_of(renamed.staff), why(renamed, "22", "adults_paying", "?span=quarter&rate=1")
    )
    assert number(page) == "72.22% 130/180"
    assert "that of 06/2024 stands" in page.text


def test_span_keeps_to_todays_units(renamed: Cast, client_of: SignIn, enter: Enter) -> None:
    restate(renamed, enter)
    client = client_of(renamed.staff)
    page = see(client, why(renamed, "new", "residents_guided", "?tree=today&span=quarter"))
    assert number(page) == "1,038 people"
    assert why(renamed, "new", "residents_guided") in page.one("section", id="months").links


def test_register_has_no_spans(renamed: Cast, client_of: SignIn) -> None:
    page = why(renamed, "22", "members", "?span=year")
    assert client_of(renamed.staff).get(page).status_code == 404


# -- Who is missing -------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", TODAY])
def test_all_teams_that_are_missing_are_in_one_list(
    query: str, renamed: Cast, client_of: SignIn, enter: Enter
) -> None:
    restate(renamed, enter)
    client = client_of(renamed.staff)
    there = why(renamed, "22", "residents_guided", f"missing/{query}")
    assert there in see(client, why(renamed, "22", "residents_guided", query)).links
    sheet = load_workbook(BytesIO(in_english(client).get(there).content)).active
    told = [tuple(row) for row in sheet.iter_rows(min_row=5, values_only=True)]
    assert [row[:3] for row in told] == [
        ("Tỉnh Quảng Ninh", "Tổ vnpt", "not submitted"),
        ("Thành phố Hạ Long", "Tổ viettel", "not submitted"),
        ("Phường Bạch Đằng", "Tổ bd-2", "not submitted"),
        ("Phường Hồng Gai", "Tổ hg-2", "submitted"),
        ("Phường Cẩm Tây", "Tổ ct-1", "not submitted"),
        ("Phường Cẩm Tây", "Tổ ct-2", "not submitted"),
    ]


def test_no_list_of_what_no_team_can_be_missing_in(renamed: Cast, client_of: SignIn) -> None:
    for who, unit, code in ((renamed.staff, "22", "members"), (renamed.national, "00", "adults")):
        there = why(renamed, unit, code, "missing/")
        assert client_of(who).get(there).status_code == 404


def test_part_without_a_figure_is_not_counted(renamed: Cast, client_of: SignIn) -> None:
    page = see(client_of(renamed.staff), why(renamed, "193", "residents_guided", ""))
    assert "The 2 parts that gave it add up to it." in page.text
    assert missing(page)[-1] == "Tổ viettel · not submitted"
