"""Workbooks that go out: templates to be filled in, and files with their problems written in."""

from collections.abc import Iterable, Mapping, Sequence, Set
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from units.sheets import areas
from units.sheets.columns import FORMULA_STARTS, Column
from units.sheets.reading import open_book
from units.sheets.safety import Format
from units.sheets.tables import address
from units.sheets.values import id_number, phone
from units.text import normalise

LINE = Side(style="thin", color="B8C4D0")
HEAD_FILL = PatternFill("solid", start_color="E4EEFA")
CHOSEN_FILL = PatternFill("solid", start_color="E3F4EA")
WRONG_FILL = PatternFill("solid", start_color="F8CBCB")
BOLD, TITLE, QUIET = Font(bold=True), Font(bold=True, size=14), Font(italic=True, color="66707A")
# The title, and a line that says which columns have to be filled in.
HEAD_ROW = 3
# How far down a drop-down reaches in a template.
ROOM = 5000
# Excel takes a list inside the validation up to this length; longer ones stand on the help sheet.
LONGEST_LIST = 250
LONGEST_TITLE = 31
# What Excel shows beside a cell.
LONGEST_PROMPT, LONGEST_PROMPT_TITLE = 255, 32
# Where they begin there, right of what is printed.
LISTS_FROM = 5
# Numbers that begin with a zero: a cell for texts keeps it while they are typed.
KEPT_AS_TYPED = (phone, id_number)
DATE, TEXT = "dd/mm/yyyy", "@"


def hold_as_text(cell: Cell) -> None:
    """A name that begins like a formula is still a name, and stays one when the cell is edited."""
    if isinstance(cell.value, str):
        cell.data_type = "s"
        cell.quotePrefix = cell.value.startswith(FORMULA_STARTS)


def template(
    columns: Sequence[Column], title: str, rows: Iterable[Sequence[Any]] = (), *, frozen: int = 0
) -> bytes:
    """A workbook with these columns, in the present language; `rows` fill it, and the first
    `frozen` columns stay in sight.

    Written row by row, so that a hundred thousand of them take no more memory than ten.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title=_sheet_title(title))
    sheet.freeze_panes = f"{get_column_letter(frozen + 1)}{HEAD_ROW + 1}"
    # Printed as wide as a page, on as many pages as it takes; said before the first row, or not.
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for number, column in enumerate(columns, 1):
        looks = sheet.column_dimensions[get_column_letter(number)]
        looks.width = column.width
        if column.parse in KEPT_AS_TYPED:
            looks.number_format = TEXT
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
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    offered = _offered(columns)
    for number, choices in offered.items():
        sheet.data_validations.append(_drop_down(number, choices, offered))
    for number, column in enumerate(columns):
        if column.most is not None:
            sheet.data_validations.append(_bounds(number, column, column.most))
    _explain(book, columns, offered)
    return _saved(book)


def _sheet_title(title: str) -> str:
    """Without what Excel forbids, and whole words only, for it takes no more than 31 letters."""
    allowed = "".join(" " if letter in "[]:*?/\\" else letter for letter in title)
    if len(allowed) <= LONGEST_TITLE:
        return allowed
    cut = allowed[: LONGEST_TITLE + 1].rpartition(" ")[0]
    return cut or allowed[:LONGEST_TITLE]


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


def _offered(columns: Sequence[Column]) -> dict[int, list[str]]:
    """What the drop-down of each column offers, by the column's number from 0."""
    asked = ((number, column.choices) for number, column in enumerate(columns))
    return {number: choices() for number, choices in asked if choices}


def _is_long(choices: list[str]) -> bool:
    """Or has what would end a list that is written in a line."""
    return len(",".join(choices)) > LONGEST_LIST or any(set(each) & set(',"') for each in choices)


def _lists(offered: Mapping[int, list[str]]) -> dict[int, str]:
    """In which column of the help sheet each of the long ones stands."""
    long_ones = [number for number, choices in offered.items() if _is_long(choices)]
    return {number: get_column_letter(LISTS_FROM + n) for n, number in enumerate(long_ones)}


def _drop_down(number: int, choices: list[str], offered: Mapping[int, list[str]]) -> DataValidation:
    source = f'"{",".join(choices)}"'
    if at := _lists(offered).get(number):
        help_sheet = quote_sheetname(_sheet_title(_("How to fill in")))
        source = f"{help_sheet}!${at}$1:${at}${len(choices)}"
    # Other words are understood, too: the list is a help, not a fence.
    offer = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
    letter = get_column_letter(number + 1)
    offer.add(f"{letter}{HEAD_ROW + 1}:{letter}{ROOM}")
    return offer


def _bounds(number: int, column: Column, most: int) -> DataValidation:
    letter = get_column_letter(number + 1)
    cell = f"{letter}{HEAD_ROW + 1}"
    # A warning: figures may be typed as texts, too, and are read anyway.
    warn = DataValidation(
        type="custom", errorStyle="warning", allow_blank=True,
        formula1=f'OR(LOWER({cell})="x",AND({cell}>=0,{cell}<={most},{cell}=INT({cell})))',
        showErrorMessage=True, error=str(column.help)[:LONGEST_PROMPT],
        showInputMessage=True, prompt=str(column.help)[:LONGEST_PROMPT],
        promptTitle=str(column.label)[:LONGEST_PROMPT_TITLE],
    )  # fmt: skip
    warn.add(f"{cell}:{letter}{ROOM}")
    return warn


def _explain(book: Workbook, columns: Sequence[Column], offered: Mapping[int, list[str]]) -> None:
    """How each column is filled in, with an example that no reader takes for a row of the table."""
    sheet = book.create_sheet(title=_sheet_title(_("How to fill in")))
    for letter, width in (("A", 28), ("B", 70), ("C", 36)):
        sheet.column_dimensions[letter].width = width
    sheet.print_area = f"A1:C{len(columns) + 1}"
    heads = [_("What is filled in"), _("How"), _("For example")]
    told = [[_cell(sheet, head, font=BOLD, fill=HEAD_FILL) for head in heads]]
    for number, column in enumerate(columns):
        choices = offered.get(number, [])
        short = "" if _is_long(choices) else ", ".join(choices)
        how = " ".join(filter(None, [str(column.help), short]))
        example = _cell(sheet, column.example, font=QUIET)
        told.append([_cell(sheet, str(column.label)), _cell(sheet, how), example])
    # Without a heading: whoever reads the book again looks for those of the table.
    lists = [offered[number] for number in _lists(offered)]
    for row, *beside in zip_longest(told, *lists):
        sheet.append([*(row or [None] * 3), None, *(_cell(sheet, each) for each in beside)])


def annotated(
    path: Path,
    kind: Format,
    sheet_name: str,
    problems: Mapping[tuple[int, int], str],
    chosen: Mapping[tuple[int, int], str] = MappingProxyType({}),
) -> bytes:
    """Somebody's own file as a workbook, with each problem in its cell: {(row, column): why}.
    What was chosen in place of a cell stands there instead, in the same way.

    Rows count from 1, columns from 0. An .xlsx keeps its looks, unless merged cells or
    links reach over a sheet as in no table; that and other formats keep their values.
    A sheet behind the others lists all problems. Raises FileRefused where the file cannot be read.
    """
    if kind == Format.XLSX and areas.are_modest(path):
        book = load_workbook(path)
        sheet: Any = book[sheet_name] if sheet_name in book.sheetnames else book.worksheets[0]
    else:
        book, sheet = _rewritten(path, kind, sheet_name)
    cells = _cells_of(sheet, {*chosen, *problems})
    for place, value in chosen.items():
        cell = cells[place]
        before, cell.value, cell.fill = cell.value, value, CHOSEN_FILL
        hold_as_text(cell)
        said = _("Chosen in place of “%(before)s”.") % {"before": "" if before is None else before}
        cell.comment = Comment(said, "CNSCĐ", width=320, height=120)
    for place, why in problems.items():
        cell = cells[place]
        cell.fill = WRONG_FILL
        cell.comment = Comment(why, "CNSCĐ", width=320, height=120)
    _summarise(book, sheet, problems)
    return _saved(book)


def _cells_of(sheet: Worksheet, places: Set[tuple[int, int]]) -> dict[tuple[int, int], Any]:
    """Of each place the cell, or the one that holds the value where it is merged away."""
    firsts = {
        (row, column - 1): (merged.min_row, merged.min_col)
        for merged in sheet.merged_cells.ranges
        for row, column in merged.cells
        if (row, column - 1) in places
    }
    return {
        (row, column): sheet.cell(*firsts.get((row, column), (row, column + 1)))
        for row, column in places
    }


def _rewritten(path: Path, kind: Format, sheet_name: str) -> tuple[Workbook, Worksheet]:
    """The same sheets with the same values, and that of them which was asked for, or the first."""
    book = Workbook()
    book.remove(book.worksheets[0])
    asked = None
    for sheet in open_book(path, kind).sheets:
        # Another format may allow names that this one does not.
        copy = book.create_sheet(title=_sheet_title(sheet.name))
        asked = copy if sheet.name == sheet_name else asked
        for number, row in sheet.rows():
            for column, value in enumerate(row, 1):
                if value is not None:
                    hold_as_text(copy.cell(number, column, _writable(value)))
    return book, asked or book.worksheets[0]


def _writable(value: Any) -> Any:
    """No workbook keeps control characters; a text in another format may hold some."""
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def _summarise(book: Workbook, sheet: Worksheet, problems: Mapping[tuple[int, int], str]) -> None:
    """One line a problem, with a way to its cell, on a sheet of its own behind the others."""
    summary = book.create_sheet(title=_sheet_title(_("Problems")))
    summary.column_dimensions["A"].width, summary.column_dimensions["B"].width = 12, 100
    summary.append([_("Cell"), _("Problem")])
    for (row, column), why in sorted(problems.items()):
        place = address(row, column)
        summary.append([place, why])
        link, told = summary[summary.max_row]
        target = f"{quote_sheetname(sheet.title)}!{place}"
        link.hyperlink = Hyperlink(ref=link.coordinate, location=target)
        hold_as_text(told)
    for cell in summary[1]:
        cell.font = BOLD


def _saved(book: Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()
