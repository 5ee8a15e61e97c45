"""Workbooks that go out: templates to be filled in, and files with their problems written in."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from units.sheets.columns import Column
from units.sheets.reading import open_book
from units.sheets.safety import Format
from units.text import normalise

FORMULA_STARTS = ("=", "+", "-", "@")
LINE = Side(style="thin", color="B8C4D0")
HEAD_FILL = PatternFill("solid", start_color="E4EEFA")
WRONG_FILL = PatternFill("solid", start_color="F8CBCB")
BOLD, TITLE, QUIET = Font(bold=True), Font(bold=True, size=14), Font(italic=True, color="66707A")
# The title, and a line that says which columns have to be filled in.
HEAD_ROW = 3
# How far down a drop-down reaches in a template.
ROOM = 5000
# Excel takes a list inside the validation up to this length.
LONGEST_LIST = 250
DATE, TEXT = "dd/mm/yyyy", "@"


def hold_as_text(cell: Cell) -> None:
    """A name that begins like a formula is still a name, and stays one when the cell is edited."""
    if isinstance(cell.value, str):
        cell.data_type = "s"
        cell.quotePrefix = cell.value.startswith(FORMULA_STARTS)


def template(columns: Sequence[Column], title: str, rows: Iterable[Sequence[Any]] = ()) -> bytes:
    """A workbook with these columns, in the present language; `rows` fill it.

    Written row by row, so that a hundred thousand of them take no more memory than ten.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title=_sheet_title(title))
    sheet.freeze_panes = f"A{HEAD_ROW + 1}"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_cell(sheet, title, font=TITLE)])
    sheet.append([_cell(sheet, _("Columns marked with * have to be filled in."), font=QUIET)])
    sheet.append([_head(sheet, column) for column in columns])
    last = HEAD_ROW
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
        last += 1
    sheet.auto_filter.ref = f"A{HEAD_ROW}:{get_column_letter(len(columns))}{last}"
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    _offer_choices(sheet, columns)
    _explain(book, columns)
    return _saved(book)


def _sheet_title(title: str) -> str:
    return "".join(" " if letter in "[]:*?/\\" else letter for letter in title)[:31]


def _cell(sheet: Any, value: Any, **looks: Any) -> Any:
    cell = WriteOnlyCell(sheet, normalise(value) if isinstance(value, str) else value)
    hold_as_text(cell)
    if hasattr(value, "year"):
        cell.number_format = DATE
    elif isinstance(value, str):
        # Or Excel takes the zero in front of a phone for nothing.
        cell.number_format = TEXT
    for name, look in looks.items():
        setattr(cell, name, look)
    return cell


def _head(sheet: Any, column: Column) -> Any:
    cell = _cell(sheet, f"{column.label}{' *' if column.required else ''}", font=BOLD)
    cell.fill, cell.border = HEAD_FILL, Border(bottom=LINE)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    if column.help:
        cell.comment = Comment(str(column.help), "CNSCĐ")
    return cell


def _offer_choices(sheet: Any, columns: Sequence[Column]) -> None:
    for number, column in enumerate(columns, 1):
        listed = ",".join(column.choices()) if column.choices else ""
        if not listed or len(listed) > LONGEST_LIST:
            continue
        offer = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
        # Other words are understood, too: the list is a help, not a fence.
        offer.showErrorMessage = False
        letter = get_column_letter(number)
        offer.add(f"{letter}{HEAD_ROW + 1}:{letter}{ROOM}")
        sheet.data_validations.append(offer)


def _explain(book: Workbook, columns: Sequence[Column]) -> None:
    sheet = book.create_sheet(title=_sheet_title(_("How to fill in")))
    for letter, width in (("A", 28), ("B", 70), ("C", 36)):
        sheet.column_dimensions[letter].width = width
    heads = [_("What is filled in"), _("How"), _("For example")]
    sheet.append([_cell(sheet, head, font=BOLD, fill=HEAD_FILL) for head in heads])
    for column in columns:
        offered = ", ".join(column.choices()) if column.choices else ""
        how = " ".join(filter(None, [str(column.help), offered]))
        example = _cell(sheet, column.example, font=QUIET)
        sheet.append([_cell(sheet, str(column.label)), _cell(sheet, how), example])


def annotated(
    path: Path, kind: Format, sheet_name: str, problems: Mapping[tuple[int, int], str]
) -> bytes:
    """Somebody's own file as a workbook, with each problem in its cell: {(row, column): why}.

    Rows count from 1, columns from 0. An .xlsx keeps its looks; other formats keep their values.
    """
    book = load_workbook(path) if kind == Format.XLSX else _rewritten(path, kind)
    sheet = book[sheet_name] if sheet_name in book.sheetnames else book.worksheets[0]
    for (row, column), why in problems.items():
        cell = _first_of_merged(sheet, row, column + 1)
        cell.fill = WRONG_FILL
        cell.comment = Comment(why, "CNSCĐ", width=320, height=120)
    _summarise(book, sheet, problems)
    return _saved(book)


def _first_of_merged(sheet: Worksheet, row: int, column: int) -> Any:
    """The cell, or the one that holds the value where it is merged away."""
    for merged in sheet.merged_cells.ranges:
        if (row, column) in merged.cells:
            return sheet.cell(merged.min_row, merged.min_col)
    return sheet.cell(row, column)


def _rewritten(path: Path, kind: Format) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in open_book(path, kind).sheets:
        copy = book.create_sheet(title=_sheet_title(sheet.name))
        for number, row in sheet.rows():
            for column, value in enumerate(row, 1):
                if value not in (None, ""):
                    hold_as_text(copy.cell(number, column, value))
    return book


def _summarise(book: Workbook, sheet: Worksheet, problems: Mapping[tuple[int, int], str]) -> None:
    """One line a problem, with a way to its cell, on a sheet of its own behind the others."""
    summary = book.create_sheet(title=_sheet_title(_("Problems")))
    summary.column_dimensions["A"].width, summary.column_dimensions["B"].width = 12, 100
    summary.append([_("Cell"), _("Problem")])
    for (row, column), why in sorted(problems.items()):
        place = f"{get_column_letter(column + 1)}{row}"
        summary.append([place, why])
        link = summary.cell(summary.max_row, 1)
        link.hyperlink = f"#'{sheet.title}'!{place}"
        hold_as_text(summary.cell(summary.max_row, 2))
    for cell in summary[1]:
        cell.font = BOLD


def _saved(book: Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()
