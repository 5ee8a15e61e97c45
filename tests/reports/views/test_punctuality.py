"""The calendar of who reports in time, on the page and as a workbook."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from reports.models import Report, ReportStep
from tests.cast import Cast, Enter, SignIn
from tests.pages import Node, in_english, read
from tests.reports.views.june import report_june
from units.mergers import silent


@pytest.fixture(autouse=True)
def _june(cast: Cast, enter: Enter) -> None:
    """All of it was sent after the deadline, but for the report of hg-1a."""
    report_june(cast, enter)
    with enter(cast.admin):
        report = Report.objects.get(team=cast.teams["hg-1a"])
        report.submitted_at = "2024-06-09T10:00:00+07:00"
        report.save()
        with silent(ReportStep):
            report.steps.filter(name="submit").update(at=report.submitted_at)


def address(cast: Cast, code: str) -> str:
    return f"/overview/2024-06/{cast.units[code].pk}/punctuality/"


def page_of(cast: Cast, client_of: SignIn, who: str, code: str) -> Node:
    return read(in_english(client_of(getattr(cast, who))).get(address(cast, code)))


def test_page_leads_down_from_the_province_to_the_teams(cast: Cast, client_of: SignIn) -> None:
    steps = [("22", "193"), ("193", "06691")]
    for code, below in steps:
        page = page_of(cast, client_of, "admin", code)
        assert address(cast, below) in page.links
    page = page_of(cast, client_of, "admin", "06691")
    assert f"/months/2024-06/teams/{cast.teams['hg-1a'].pk}/" in page.links
    # And up again.
    assert address(cast, "22") in page.links


def test_cells_hold_the_number_beside_the_colour(cast: Cast, client_of: SignIn) -> None:
    page = page_of(cast, client_of, "admin", "193")
    calendar, month = page.all("table")
    assert calendar.row("Phường Hồng Gai")[1:] == ["–"] * 11 + ["33.33% 1/3 2 late"]
    assert calendar.row("Tổ viettel")[-1] == "✕ missing"
    assert month.row("Phường Hồng Gai")[1:] == ["3", "3", "1", "2", "0", "0", "0", "2"]
    assert month.row("Total")[1:] == ["6", "4", "1", "3", "2", "0", "0", "3"]
    facts = [each.text for each in page.all("p", class_="fact-figure")]
    assert facts == ["6", "4", "1", "3", "2", "0", "3"]
    assert page.one("span", class_="rate").text == "16.67% 1/6"


def test_those_who_only_oversee_are_told_what_is_returned(cast: Cast, client_of: SignIn) -> None:
    page = page_of(cast, client_of, "staff", "193")
    month = page.all("table")[1]
    assert "Returned now" in page.text
    assert month.row("Total")[1:] == ["6", "4", "1", "3", "2", "0", "0", "3"]


def test_overview_leads_to_it(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.officer)
    overview = read(client.get(f"/overview/2024-06/{cast.units['06691'].pk}/"))
    assert address(cast, "06691") in overview.links


def test_month_picker_stays_on_the_page(cast: Cast, client_of: SignIn) -> None:
    response = client_of(cast.officer).get(f"{address(cast, '06691')}?to=2024-05")
    assert response.headers["Location"] == address(cast, "06691").replace("-06", "-05")


def test_workbook_holds_a_row_a_part_and_month(cast: Cast, client_of: SignIn) -> None:
    client = in_english(client_of(cast.admin))
    response = client.get(f"{address(cast, '193')}download/")
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="cnscd-193-2024-06-punctuality.xlsx"'
    )
    sheet = load_workbook(BytesIO(response.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert rows == [
        ["Unit or team", "Month", "Teams expected", "Received", "On time", "Sent late", "Missing",
         "With more time", "Returned now", "Approved"],
        ["Phường Bạch Đằng", "06/2024", 2, 1, 0, 1, 1, 0, 0, 1],
        ["Phường Hồng Gai", "06/2024", 3, 3, 1, 2, 0, 0, 0, 2],
        ["Tổ viettel", "06/2024", 1, 0, 0, 0, 1, 0, 0, 0],
        ["Total", None, 6, 4, 1, 3, 2, 0, 0, 3],
    ]  # fmt: skip
