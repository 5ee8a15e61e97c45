"""Workbooks of what the pages show."""

from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from reports.overview import Picture, Sum, TeamPart
from units.text import normalise

# A cell that begins like this would run as a formula where the workbook is opened.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def overview_workbook(picture: Picture) -> bytes:
    """One row a unit or team below, one column a figure; a blank cell was not reported."""
    book = Workbook()
    sheet = book.active
    sheet.title = f"{picture.month:02}-{picture.year}"
    indicators = picture.catalogue.indicators
    sheet.append(
        [
            plain(
                _("%(unit)s, month %(month)s")
                % {"unit": picture.unit.name, "month": f"{picture.month:02}/{picture.year}"}
            )
        ]
    )
    sheet.append(
        [_("Unit or team"), _("Teams expected"), _("Submitted"), _("Approved")]
        + [f"{each.label} ({each.unit_of_measure})" for each in indicators]
    )
    for name, whole in _rows(picture):
        sheet.append(_row(name, whole, [each.code for each in indicators]))
    sheet.append(_row(_("Total"), picture.sum, [each.code for each in indicators]))
    _dress(sheet)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def plain(text: str) -> str:
    """Text that no spreadsheet takes for a formula, or does not take at all."""
    text = normalise(text)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _rows(picture: Picture) -> list[tuple[str, Sum]]:
    teams: list[TeamPart] = picture.teams
    return [(part.unit.name, part.sum) for part in picture.parts] + [
        (part.team.name, part.sum) for part in teams
    ]


def _row(name: str, whole: Sum, codes: list[str]) -> list[object]:
    """Numbers stay numbers; `x` is not applicable."""
    figures = [
        "x" if code in whole.values and whole.values[code] is None else whole.values.get(code)
        for code in codes
    ]
    return [plain(name), whole.expected, whole.submitted, whole.approved, *figures]


def _dress(sheet) -> None:
    sheet.freeze_panes = "B3"
    sheet["A1"].font = Font(bold=True, size=13)
    for cell in sheet[2]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    sheet.column_dimensions["A"].width = 40
    for column in range(2, sheet.max_column + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 14
        for row in range(3, sheet.max_row + 1):
            sheet.cell(row, column).number_format = "#,##0"
