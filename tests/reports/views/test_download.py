"""The table of the overview as a workbook: the same figures, and nothing that runs."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import User
from reports.models import Status
from teams.models import Team
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.reports.views.june import report_june, sweep
from units.models import Unit
from units.text import normalise


@pytest.fixture
def june(cast: Cast, enter: Enter) -> Cast:
    report_june(cast, enter)
    return cast


def download(cast: Cast, client_of: SignIn, user: User, code: str) -> Worksheet:
    client = client_of(user)
    client.cookies["django_language"] = "en"
    response = client.get(f"/overview/2024-06/{cast.units[code].pk}/download/")
    assert response.status_code == 200
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert response["Content-Disposition"] == f'attachment; filename="cnscd-{code}-2024-06.xlsx"'
    book = load_workbook(BytesIO(response.content))
    assert book.sheetnames == ["06-2024"]
    return book.active


def rows(sheet: Worksheet) -> dict[str, dict[str, object]]:
    """By unit or team, and by the head of the column."""
    table = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD)]
    return {str(row[0]): dict(zip(table[0], row, strict=True)) for row in table[1:]}


HEAD = 4
GUIDED = "Residents guided (people)"
PRODUCTS = "Local OCOP products (products)"
SESSIONS = "Training sessions (sessions)"


def test_workbook_has_a_row_for_every_team(june: Cast, client_of: SignIn) -> None:
    table = rows(download(june, client_of, june.officer, "06691"))
    assert list(table) == ["Tổ hg-1a", "Tổ hg-1b", "Tổ hg-2", "Total"]
    # A figure, zero, not yet approved; not applicable; not reported.
    assert [row[GUIDED] for row in table.values()] == [1038, 0, None, 1038]
    assert [row[PRODUCTS] for row in table.values()] == ["x", "x", None, "x"]
    assert [row[SESSIONS] for row in table.values()] == [None] * 4
    assert [row["Teams expected"] for row in table.values()] == [1, 1, 1, 3]
    assert [row["Submitted (teams)"] for row in table.values()] == [1, 1, 1, 3]
    assert [row["Approved (teams)"] for row in table.values()] == [1, 1, 0, 2]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED, Status.SUBMITTED])
def test_workbook_holds_nothing_that_does_not_count(
    status: Status, cast: Cast, client_of: SignIn, enter: Enter, report_in: ReportIn
) -> None:
    report_in(status, values={"residents_guided": 4711})
    sweep(cast, enter)
    for user in (cast.officer, cast.staff):
        table = rows(download(cast, client_of, user, "06691"))
        assert [row[GUIDED] for row in table.values()] == [None] * 4


def test_workbook_has_every_figure_and_its_unit_of_measure(june: Cast, client_of: SignIn) -> None:
    sheet = download(june, client_of, june.staff, "22")
    assert sheet["A1"].value == "Tỉnh Quảng Ninh, month 06/2024"
    assert sheet["A2"].value == (
        "Figures from 15/05/2024 to 14/06/2024; sums of 3 of 9 teams reported and approved; "
        "downloaded on 10/06/2024"
    )
    assert sheet["A3"].value == (
        "An empty cell was not reported, or is in a report that is not approved yet; "
        "x is not applicable; 0 is zero."
    )
    heads = [cell.value for cell in sheet[HEAD]]
    assert len(heads) == 34
    assert all(head.endswith(")") for head in heads[4:])
    table = rows(sheet)
    assert list(table) == ["Thành phố Hạ Long", "Thành phố Cẩm Phả", "Tổ vnpt", "Total"]
    assert [row[GUIDED] for row in table.values()] == [1050, None, None, 1050]


def test_workbook_of_the_nation_has_the_provinces(june: Cast, client_of: SignIn) -> None:
    table = rows(download(june, client_of, june.national, "00"))
    assert [row[GUIDED] for row in table.values()] == [1050, 500, 1550]
    assert list(table) == ["Tỉnh Quảng Ninh", "Tỉnh Hải Dương", "Total"]


LIKE_FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "\r=1", '=HYPERLINK("x")',
]  # fmt: skip


def test_name_like_a_formula_is_text(june: Cast, client_of: SignIn, enter: Enter) -> None:
    units = dict(zip(["22", "193", "195", "06691", "06688", "06757"], LIKE_FORMULAS, strict=False))
    with enter(june.admin):
        for code, name in units.items():
            Unit.objects.filter(pk=june.units[code].pk).update(name=name)
        # All of them under phường Hồng Gai.
        for team, name in zip(june.teams.values(), LIKE_FORMULAS, strict=False):
            Team.objects.filter(pk=team.pk).update(name=name, unit=june.units["hg-1"])
    below = {"22": ["193", "195"], "193": ["06691", "06688"], "195": ["06757"], "06691": []}
    found, wanted = set(), {("06691", normalise(name)) for name in LIKE_FORMULAS}
    for code, parts in below.items():
        sheet = download(june, client_of, june.staff, code)
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert not [cell for cell in cells if cell.data_type == "f"]
        # Nothing is added to the name; a tab or a line's end is none of its letters.
        starts = tuple(map(normalise, LIKE_FORMULAS))
        named = [cell for cell in cells if str(cell.value).startswith(starts)]
        assert [cell.value for cell in named if not cell.quotePrefix] == []
        found |= {(code, cell.value) for cell in named}
        wanted |= {(code, normalise(units[part])) for part in parts}
        wanted.add((code, f"{units[code]}, month 06/2024"))
    assert found == wanted


def test_name_with_control_characters_breaks_nothing(
    june: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(june.admin):
        Team.objects.filter(pk=june.teams["hg-1a"].pk).update(name="Tổ \x01\x1b số 1")
    table = rows(download(june, client_of, june.officer, "06691"))
    assert "Tổ số 1" in table


def test_workbook_holds_no_number_of_ours(june: Cast, client_of: SignIn, enter: Enter) -> None:
    """Identifiers would be an invitation; a thousand apart from every figure they would show."""
    with enter(june.national):
        numbers = {str(team.pk) for team in Team.objects.all()}
    sheet = download(june, client_of, june.officer, "06691")
    heads = [str(cell.value) for cell in sheet[HEAD]]
    assert not [head for head in heads if head.lower() in ("id", "pk", "team_id", "code")]
    names = [str(row[0].value) for row in sheet.iter_rows(min_row=HEAD + 1)]
    assert not numbers & set(names)


def test_workbook_is_downloaded_by_whoever_sees_the_page(june: Cast, client_of: SignIn) -> None:
    address = f"/overview/2024-06/{june.units['06691'].pk}/download/"
    assert client_of(june.leader).get(address).status_code == 403
    assert client_of(june.neighbour).get(address).status_code == 404
    assert client_of(june.stranger).get(address).status_code == 404


def test_workbook_of_a_month_without_reports_is_empty(
    cast: Cast, client_of: SignIn, report_in: ReportIn, enter: Enter
) -> None:
    report_in(Status.APPROVED)
    sweep(cast, enter)
    response = client_of(cast.officer).get(f"/overview/2023-01/{cast.units['06691'].pk}/download/")
    sheet = load_workbook(BytesIO(response.content)).active
    figures = [cell.value for row in sheet.iter_rows(min_row=HEAD + 1, min_col=5) for cell in row]
    assert set(figures) == {None}


def test_workbook_opens_ready_to_be_read(june: Cast, client_of: SignIn) -> None:
    sheet = download(june, client_of, june.officer, "06691")
    assert sheet.freeze_panes == "B5"
    # The total is none of the rows that are sorted.
    assert sheet.auto_filter.ref == "A4:AH7"
    assert sheet["A8"].value == "Total"
    figures = [cell for row in sheet.iter_rows(min_row=5, min_col=2) for cell in row]
    assert {(cell.number_format, cell.alignment.horizontal) for cell in figures} == {
        ("#,##0", "right")
    }
    assert all(cell.font.bold and cell.alignment.wrap_text for cell in sheet[HEAD])
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$4:$4")
