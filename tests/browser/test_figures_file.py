"""The figures of a commune as a workbook: taken out of the grid, filled in, and brought back."""

from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.screens import button, label
from tests.browser.seats import Seats, text
from tests.browser.test_saving import OFFICER, TEAM, cell, keep_picture, open_grid, stored
from tests.stack import Stack


def fill_in(path: Path, figures: dict[str, object]) -> None:
    """Into the row of the team, as somebody does in Excel."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    (row,) = [each for each in range(4, sheet.max_row + 1) if sheet.cell(each, 2).value == TEAM]
    for code, figure in figures.items():
        (column,) = [each.column for each in sheet[3] if str(each.value).startswith(label(code))]
        sheet.cell(row, column).value = figure
    book.save(path)


def test_figures_go_from_the_grid_through_excel_and_back(
    fresh: Stack, seats: Seats, tmp_path: Path
) -> None:
    page = open_grid(seats.take(OFFICER))
    page.get_by_role("link", name=text("Bring figures from Excel")).click()
    with page.expect_download() as download:
        page.get_by_role("link", name=text("Workbook of month %(month)s", month="06/2024")).click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    before = stored(fresh)

    fill_in(path, {"training_sessions": "hai"})
    named = page.locator("[data-file-name]")
    expect(named).to_have_text(text("no file chosen"))
    page.get_by_label(text("File"), exact=True).set_input_files(path)
    expect(named).to_have_text(path.name)
    button(page, "Read the file").click()
    wrong = page.get_by_role("row", name=f"4 {TEAM}")
    expect(wrong).to_contain_text("C4")
    keep_picture(page, "figures-refused-1280")

    page.go_back()
    fill_in(path, {"training_sessions": 2, "members_trained": "x", "residents_guided": "1.038"})
    page.get_by_label(text("File"), exact=True).set_input_files(path)
    button(page, "Read the file").click()
    expect(page.get_by_role("row", name=TEAM)).to_contain_text("1.038")
    keep_picture(page, "figures-shown-1280")
    button(page, "Import").click()
    undo = button(page, "Undo this import")
    expect(undo).to_be_visible()
    filled = {"training_sessions": 2, "members_trained": None, "residents_guided": 1038}
    assert stored(fresh) == before | filled
    page.get_by_role("link", name=text("To the figures")).click()
    expect(cell(page, "residents_guided")).to_have_value("1038")
    expect(cell(page, "members_trained")).to_have_value("x")

    page.go_back()
    undo.click()
    expect(page.locator(".lead")).to_contain_text(text("undone"))
    assert stored(fresh) == before
