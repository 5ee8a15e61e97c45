"""A roster from Excel, from the upload to its undoing, as a commune officer does it."""

from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.screens import button
from tests.browser.seats import Seats, text
from tests.stack import Stack
from tests.teams import rosters

HEADS = ["STT", "Thôn/khu phố", "Họ và tên", "Chức danh", "Năm sinh", "SĐT"]
NEW = [1, "Khu 1", "NGUYỄN THỊ THỬ NGHIỆM", "to vien", "12/6/1990", 912000111]
WRONG = [2, "Khu 12", "Lê Thị Sai", "TV", 2099, "0912 000 112"]
NAME = "Nguyễn Thị Thử Nghiệm"


def find(page: Page) -> None:
    page.goto("/members/?q=nguyen+thi+thu+nghiem")


def test_roster_is_brought_looked_at_imported_and_undone(
    fresh: Stack, seats: Seats, tmp_path: Path
) -> None:
    path = rosters.save(tmp_path / "Danh sách phường.xlsx", NEW, WRONG, heads=HEADS)
    page = seats.take("qn.hong-gai")
    page.get_by_role("link", name=text("Imports"), exact=True).click()
    page.get_by_label(text("File"), exact=True).set_input_files(path)
    button(page, "Read the file").click()

    # The page says by itself when the work has ended, and so does another one of the same address.
    expect(page.get_by_role("row", name=NAME)).to_be_visible()
    again = page.context.new_page()
    again.goto(page.url)
    page = again
    expect(page.get_by_role("row", name=NAME)).to_contain_text(text("new"))
    wrong = page.get_by_role("row", name="Lê Thị Sai")
    expect(wrong).to_contain_text("B4")
    expect(wrong).to_contain_text("E4")

    with page.expect_download() as download:
        page.get_by_role("link", name=text("My file with the problems")).click()
    content = BytesIO(Path(download.value.path()).read_bytes())
    sheet = load_workbook(content).worksheets[0]
    assert sheet["C3"].value == NEW[2]
    assert (sheet["C3"].comment, "2099" in sheet["E4"].comment.text) == (None, True)

    button(page, "Import").click()
    expect(page.get_by_role("alert")).to_contain_text(
        text("Some rows are refused: mend the file, or leave them out.")
    )
    page.get_by_label(text("Import the others, and leave the refused rows out")).check()
    button(page, "Import").click()
    undo = button(page, "Undo this import")
    expect(undo).to_be_visible()
    find(page)
    expect(page.get_by_role("row", name=NAME)).to_contain_text("0912 000 111")

    page.go_back()
    undo.click()
    expect(page.locator(".lead")).to_contain_text(text("undone"))
    find(page)
    expect(page.get_by_text(text("Nobody matches. Try fewer letters."))).to_be_visible()
