"""The overview under the units of another time, and over more than a month."""

from io import BytesIO
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook

from reports import stretches
from reports.models import DirtyTotal
from teams.models import Team
from tests.cast import Cast, Enter, SignIn
from tests.pages import Node, in_english, read
from tests.reports.views.renaming import DAY, restate
from tests.reports.views.test_overview import address, column
from units import clock
from units.models import Decree, Succession


def below(client: Client, page: str) -> list[str]:
    """The names of the units or teams in the table."""
    return [row[0] for row in read(client.get(page)).one("section", id="parts").one("table").rows()]


def test_month_is_shown_by_the_units_of_its_day(renamed: Cast, client_of: SignIn) -> None:
    client = client_of(renamed.staff)
    page = read(client.get(address(renamed, "22")))
    assert "Thành phố Hạ Long" in "".join(column(page, "Đã duyệt"))
    # A unit that has ended keeps the page of its time.
    assert "Phường Hồng Gai" in "".join(
        column(read(client.get(address(renamed, "193"))), "Đã duyệt")
    )


def test_worker_is_asked_for_what_is_not_kept_yet(
    renamed: Cast, client_of: SignIn, enter: Enter, asked: list[Any]
) -> None:
    client = in_english(client_of(renamed.staff))
    page = read(client.get(address(renamed, "22") + "?tree=today"))
    assert asked == [(renamed.province.pk, DAY, [renamed.june.pk])]
    assert "being computed" in page.text
    # A sum that is not there yet is no sum of nothing.
    assert not page.all("section", id="parts")
    restate(renamed, enter)
    page = read(client.get(address(renamed, "22") + "?tree=today"))
    assert len(asked) == 1
    assert "being computed" not in page.text
    assert "as they stand since" in page.text


def test_todays_unit_goes_back_through_the_reform(
    renamed: Cast, client_of: SignIn, enter: Enter
) -> None:
    restate(renamed, enter)
    client = in_english(client_of(renamed.staff))
    then = read(client.get(address(renamed, "06691")))
    # It did not stand in June, so it opens under the units of today.
    now = read(client.get(address(renamed, "new")))
    assert column(then, "Approved of expected") == column(now, "Approved of expected")
    # The line of the year, too.
    year = [page.one("div", id="year").one("table").rows()[2][-1] for page in (then, now)]
    assert year[0] == year[1] == "2/3"
    alone = read(client.get(address(renamed, "new") + "?tree=month"))
    assert "does not stand among the units" in alone.text


def test_links_keep_the_tree(renamed: Cast, client_of: SignIn, enter: Enter) -> None:
    restate(renamed, enter)
    client = client_of(renamed.staff)
    page = read(client.get(address(renamed, "22") + "?tree=today&span=quarter"))
    links = [link.attributes["href"] for link in page.one("section", id="parts").all("a")]
    assert links
    assert all("tree=today" in link and "span=quarter" in link for link in links)
    picked = client.get(address(renamed, "22") + "?to=2024-05&tree=today&span=quarter")
    assert picked.url == address(renamed, "22", "2024-05") + "?tree=today&span=quarter"


def test_workbook_says_whose_units_it_has(renamed: Cast, client_of: SignIn, enter: Enter) -> None:
    client = client_of(renamed.staff)
    page = address(renamed, "22")
    [own] = [href for href in links_of(client, page) if "download" in href]
    assert not [href for href in links_of(client, page + "?tree=today") if "download" in href]
    restate(renamed, enter)
    [todays] = [href for href in links_of(client, page + "?tree=today") if "download" in href]
    sheets = {href: sheet_of(client.get(href)) for href in (own, todays)}
    assert "Thành phố Hạ Long" in {row[0] for row in sheets[own]}
    assert "Phường Tên Mới" in {row[0] for row in sheets[todays]}
    assert "theo đơn vị từ ngày 01/07/2024" in sheets[todays][1][0]
    assert "theo đơn vị" not in sheets[own][1][0]
    assert sheets[own][-1] == sheets[todays][-1]
    assert "units-of-2024-07-01" in client.get(todays)["Content-Disposition"]


# -- What stands elsewhere than in its month -------------------------------------------------------


def under_today(cast: Cast, enter: Enter, client: Client) -> Node:
    restate(cast, enter)
    return read(in_english(client).get(address(cast, "22") + "?tree=today"))


def test_teams_at_the_unit_itself_are_named(renamed: Cast, client_of: SignIn, enter: Enter) -> None:
    text = under_today(renamed, enter, client_of(renamed.staff)).text
    assert "none of the units below: 1 team of Thành phố Hạ Long: Tổ viettel" in text
    # No team of the commune itself is looked for, whatever became of it.
    assert "nobody knows" not in text
    assert "team of Phường Hồng Gai" not in text


@pytest.mark.parametrize("is_example", [True, False])
def test_part_of_a_split_unit_says_what_it_took_and_by_whose_decision(
    is_example: bool, renamed: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(renamed.admin):
        Succession.objects.update(partial=True)
        # By the decree a part of it, too; by the decision it was nothing.
        Succession.objects.create(
            tenant=renamed.province, predecessor=renamed.units["06691"], decree="1",
            successor=renamed.units["06688"], partial=True, effective_on=DAY,
        )  # fmt: skip
        Decree.objects.create(
            tenant=renamed.province, name="1", effective_on=DAY, state=Decree.State.APPLIED,
            plan={}, is_example=is_example, loaded_at=clock.now(), loaded_by="ai",
            applied_at=clock.now(), applied_by="ai",
        )  # fmt: skip
        Team.objects.filter(pk=renamed.teams["vnpt"].pk).update(unit=renamed.units["06691"])
    page = under_today(renamed, enter, client_of(renamed.staff))
    by = "of the former Phường Hồng Gai, divided by a decision of 05/07/2024"
    by += " (example)" if is_example else ""
    table = page.one("section", id="parts").one("table")
    assert table.row("Phường Tên Mới")[0] == f"Phường Tên Mới 3 teams {by}"
    assert table.row("Phường Bạch Đằng")[0] == f"Phường Bạch Đằng no team {by}"
    assert "1 team of Phường Hồng Gai: Tổ vnpt . The unit was split or merged" in page.text


def links_of(client: Client, page: str) -> list[str]:
    return [link.attributes["href"] for link in read(client.get(page)).all("a")]


def sheet_of(answer: HttpResponse) -> list[tuple[Any, ...]]:
    return list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))


def test_units_of_another_time_are_offered_where_there_are_any(
    renamed: Cast, client_of: SignIn
) -> None:
    for user, code, is_offered in (
        (renamed.staff, "22", True),
        (renamed.stranger, "30", False),
        (renamed.national, "00", False),
    ):
        page = read(client_of(user).get(address(renamed, code)))
        assert bool(page.all("select", name="tree")) == is_offered


def test_mark_on_a_unit_that_has_ended_is_told_on_the_page_of_its_time(
    renamed: Cast, client_of: SignIn, enter: Enter
) -> None:
    client = in_english(client_of(renamed.staff))
    why = address(renamed, "193") + "why/submitted/"
    assert not read(client.get(why)).all("p", class_="alert")
    with enter(renamed.admin):
        DirtyTotal.objects.create(
            tenant=renamed.province, period=renamed.june, unit=renamed.units["193"]
        )
    assert "being recomputed" in read(client.get(why)).one("p", class_="alert").text


def test_ended_unit_stays_closed_to_others(renamed: Cast, client_of: SignIn) -> None:
    assert client_of(renamed.stranger).get(address(renamed, "06691")).status_code == 404


@pytest.mark.parametrize("span", ["", "month", "decade"])
def test_span_that_there_is_none_of_is_a_month(span: str, renamed: Cast, client_of: SignIn) -> None:
    page = read(client_of(renamed.staff).get(address(renamed, "22") + f"?span={span}"))
    assert not page.all("section", id="stretch")


def test_quarter_names_the_months_that_it_lacks(renamed: Cast, client_of: SignIn) -> None:
    client = in_english(client_of(renamed.staff))
    page = read(client.get(address(renamed, "22") + "?span=quarter&section=activities"))
    assert page.one("section", id="stretch").one("h2").text == "Quarter 2/2024"
    text = page.one("section", id="stretch").text
    assert "Quarter 2/2024 lacks 04/2024" in text
    assert "provisional" in text


def test_page_of_a_span_is_headed_by_it(renamed: Cast, client_of: SignIn) -> None:
    client = in_english(client_of(renamed.staff))
    page = read(client.get(address(renamed, "22") + "?span=quarter"))
    assert page.one("h1").text == "Tỉnh Quảng Ninh, quarter 2/2024: what have the teams achieved?"
    assert page.one("title").text.startswith("Tỉnh Quảng Ninh · quarter 2/2024")
    assert page.one("p", class_="lead").text == "Figures from 15/05/2024 to 14/06/2024"
    year = read(client.get(address(renamed, "22") + "?span=year"))
    assert "Not due yet: 07/2024, 08/2024" in year.one("section", id="stretch").text
    assert "without" not in year.one("section", id="parts").text


@pytest.mark.parametrize("span", stretches.Reach.values)
def test_every_span_opens_for_the_nation(span: str, renamed: Cast, client_of: SignIn) -> None:
    answer = client_of(renamed.national).get(address(renamed, "00") + f"?span={span}&tree=today")
    assert answer.status_code == 200
