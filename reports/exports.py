"""Workbooks of what the pages show."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import cast

from django.utils import formats
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reports.declared import Column, Pair
from reports.declared import Picture as Reconciliation
from reports.lacking import Lacking
from reports.overview import Picture, TeamPart
from reports.punctuality import Calendar, Tally
from reports.sums import Sum
from reports.why import Question
from units import clock
from units.sheets.writing import hold_as_text
from units.text import normalise

# Where the table begins: above it stand whose figures these are, of when, and how to read them.
HEAD = 4
LINE = Side(style="thin", color="B8C4D0")
GROUND = PatternFill("solid", start_color="E4EEFA")


def overview_workbook(picture: Picture) -> bytes:
    """One row a unit or team below, one column a figure; a blank cell was not approved."""
    book = Workbook()
    sheet = cast(Worksheet, book.active)
    sheet.title = f"{picture.month:02}-{picture.year}"
    indicators = picture.catalogue.indicators
    for line in _preface(picture):
        sheet.append([line])
    sheet.append(
        [_("Unit or team"), _("Teams expected"), _("Submitted (teams)"), _("Approved (teams)")]
        + [f"{each.label} ({each.unit_of_measure})" for each in indicators]
    )
    codes = [each.code for each in indicators]
    for name, whole in _rows(picture):
        sheet.append(_row(name, whole, codes))
    sheet.append(_row(_("Total"), picture.sum, codes))
    _dress(sheet)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _preface(picture: Picture) -> list[str]:
    unit, month = picture.unit.name, f"{picture.month:02}/{picture.year}"
    said = _("sums of %(approved)s of %(expected)s teams reported and approved") % {
        "approved": _number(picture.sum.approved),
        "expected": _number(picture.sum.expected),
    }
    if picture.period:
        window = _("Figures from %(first)s to %(last)s") % {
            "first": _day(picture.period.starts_on),
            "last": _day(picture.period.ends_on),
        }
        said = f"{window}; {said}"
    if picture.is_restated:
        since = _("units as they stand since %(day)s") % {"day": _day(picture.on)}
        said = f"{said}; {since}"
    taken = _("downloaded on %(day)s") % {"day": _day(clock.today())}
    return [
        normalise(_("%(unit)s, month %(month)s") % {"unit": unit, "month": month}),
        f"{said}; {taken}",
        _(
            "An empty cell was not reported, or is in a report that is not approved yet;"
            " x is not applicable; 0 is zero."
        ),
    ]


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
    return [normalise(name), whole.expected, whole.submitted, whole.approved, *figures]


def punctuality_workbook(calendar: Calendar) -> bytes:
    """One row a part and month, so that whoever opens it can sort and filter; then the sum."""
    book = Workbook()
    sheet = cast(Worksheet, book.active)
    sheet.title = f"{calendar.month:02}-{calendar.year}"
    (first_year, first_month), (last_year, last_month) = calendar.months[0], calendar.months[-1]
    span = {
        "unit": calendar.unit.name,
        "first": f"{first_month:02}/{first_year}",
        "last": f"{last_month:02}/{last_year}",
    }
    title = _("%(unit)s, months %(first)s to %(last)s: reports and deadlines") % span
    sheet.append([normalise(title)])
    sheet.append([_("downloaded on %(day)s") % {"day": _day(clock.today())}])
    sheet.append([_("Late is what was first sent after the deadline of the teams.")])
    sheet.append(
        [_("Unit or team"), _("Month"), _("Teams expected"), _("Received"), _("On time"),
         _("Sent late"), _("Missing"), _("With more time"), _("Returned now"), _("Approved")]
    )  # fmt: skip
    for line in calendar.lines:
        for (year, month), tally in zip(calendar.months, line.tallies, strict=True):
            if tally:
                sheet.append([normalise(line.of.name), f"{month:02}/{year}", *_counts(tally)])
    sheet.append([_("Total"), None, *_counts(calendar.own.whole)])
    _dress(sheet)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _counts(tally: Tally) -> list[int | None]:
    """A cell stays empty where the reader is not told, or the deadline is still to come."""
    missing = tally.missing if tally.is_due else None
    return [tally.expected, tally.received, tally.on_time, tally.late, missing, tally.extended,
            tally.returned, tally.approved]  # fmt: skip


def missing_workbook(picture: Picture, asked: Question, rows: list[Lacking]) -> bytes:
    """One row a team that is missing in a number, with what stands of its report."""
    book = Workbook()
    sheet = cast(Worksheet, book.active)
    sheet.title = f"{picture.month:02}-{picture.year}"
    unit, said, _how = _preface(picture)
    sheet.append([f"{unit}: {normalise(asked.label)}"])
    sheet.append([said])
    sheet.append(
        [_("Teams that are missing in this number: %(count)s") % {"count": _number(len(rows))}]
    )
    sheet.append([_("Unit"), _("Team"), _("Report"), _("Missing")])
    for row in rows:
        missing = "; ".join(column.label for column in row.columns)
        told = (row.unit.name, row.team.team.name, _standing(row.team, picture), missing)
        sheet.append([normalise(each) for each in told])
    _dress(sheet, has_sum=False, words=4)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _standing(part: TeamPart, picture: Picture) -> str:
    """What the page says of a team's report."""
    if part.sum.approved:
        return _("approved without this figure")
    if part.report:
        return part.report.get_status_display()
    if part.is_returned:
        return _("returned")
    return _("not submitted") if picture.is_only_overseen else _("not started")


def reconciliation_workbook(picture: Reconciliation) -> bytes:
    """A consolidated table as it is printed, beside the portal's figures where there are any; and
    on a second sheet each column with what differs and why."""
    book = Workbook()
    table = cast(Worksheet, book.active)
    table.title = _("The table as it is printed")[:31]
    preface = [
        f"{picture.declaration.unit.name}, {picture.months.label}",
        picture.declaration.title,
    ]
    for line in (*preface, _("An empty cell was left blank, which is not 0.")):
        table.append([normalise(line)])
    heads = [_beside(column, picture) for column in picture.columns]
    table.append([_("Unit"), *(text for head in heads for text in head)])
    lines = [*picture.lines, *([picture.total] if picture.total else [])]
    for each in lines:
        figures = [figure for pair in each.pairs for figure in _figures_of(pair, picture)]
        table.append([normalise(each.row.name), *figures])
    _dress(table, has_sum=picture.total is not None)
    _append_differences(book, picture, preface)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _beside(column: Column, picture: Reconciliation) -> list[str]:
    return (
        [column.heading, _("Portal"), _("Difference")] if picture.is_compared else [column.heading]
    )


def _figures_of(pair: Pair, picture: Reconciliation) -> list[int | None]:
    if not picture.is_compared:
        return [pair.printed]
    return [pair.printed, pair.computed, pair.difference]


def _append_differences(book: Workbook, picture: Reconciliation, preface: list[str]) -> None:
    sheet = cast(Worksheet, book.create_sheet(_("What differs, and why")[:31]))
    for line in (*preface, picture.explanation):
        sheet.append([normalise(line)])
    sheet.append(
        [_("Column"), _("Held against"), _("Reason"), _("Given by"), _("Signed off by"),
         _("Printed total"), _("Figure held against"), _("Difference"),
         _("Figure held against when signed off")]
    )  # fmt: skip
    for each in picture.differences:
        reason = each.reason
        said = [reason.text, reason.given_by, reason.signed_by or ""] if reason else [""] * 3
        signed = [reason.held] if reason and reason.signed_by else []
        sheet.append(
            [
                *(normalise(str(text)) for text in (each.heading, each.label, *said)),
                *(each.printed, each.held, each.gap, *signed),
            ]
        )
    _dress(sheet, has_sum=False, words=5)


def _dress(sheet: Worksheet, *, has_sum: bool = True, words: int = 1) -> None:
    """What whoever opens or prints the workbook would otherwise have to do first. The first columns
    hold `words`, the others figures."""
    last = sheet.max_row
    end = last - 1 if has_sum else last
    for cell in _cells(sheet):
        hold_as_text(cell)
    sheet["A1"].font = Font(bold=True, size=14)
    for cell in _cells(sheet, since=HEAD):
        _dress_cell(
            cell,
            is_head=cell.row == HEAD,
            is_sum=cell.row == HEAD or cell.row > end,
            is_name=cell.column <= words,
        )
    for column in range(1, sheet.max_column + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 42 if column == 1 else 15
    sheet.freeze_panes = f"B{HEAD + 1}"
    # The total stays below, however the rows above it are sorted.
    sheet.auto_filter.ref = f"A{HEAD}:{get_column_letter(sheet.max_column)}{end}"
    sheet.print_title_rows, sheet.print_title_cols = f"{HEAD}:{HEAD}", "A:A"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.oddFooter.right.text = "&P/&N"  # type: ignore[union-attr]


def _cells(sheet: Worksheet, since: int = 1) -> Iterator[Cell]:
    """None of them is merged."""
    for row in sheet.iter_rows(min_row=since):
        yield from cast(tuple[Cell, ...], row)


def _dress_cell(cell: Cell, *, is_head: bool, is_sum: bool, is_name: bool) -> None:
    cell.border = Border(bottom=LINE)
    if is_sum:
        cell.font, cell.fill = Font(bold=True), GROUND
    cell.alignment = Alignment(
        wrap_text=is_head or is_name,
        vertical="bottom" if is_head else "top",
        horizontal="left" if is_name else "right",
    )
    if not is_name:
        cell.number_format = "#,##0"


def _number(value: int) -> str:
    return formats.number_format(value, use_l10n=True, force_grouping=True)


def _day(day: date) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT")
