"""Bringing a decree: what comes with the portal needs no files, and one's own names them."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.screens import button
from tests.browser.seats import OFFICE, PHONE, Seats, text
from tests.browser.test_saving import keep_picture
from tests.stack import Stack

OWN = ("Name of the decree", "In effect from", "File of the successions", "File of the new units")


def test_fields_for_own_files_stand_where_they_are_wanted(
    portal: Stack, seats: Seats, tmp_path: Path
) -> None:
    page = seats.take("qn.admin", viewport=PHONE)
    page.goto("/administration/decrees/")
    own = [page.get_by_label(text(each), exact=True) for each in OWN]
    for each in own:
        expect(each).to_be_hidden()
    page.get_by_label(text("Decree"), exact=True).select_option("")
    for each in own:
        expect(each).to_be_visible()
    keep_picture(page, "decree-own-files-360")
    page.set_viewport_size(OFFICE)
    keep_picture(page, "decree-own-files-1280")
    file = tmp_path / "ke-thua.csv"
    file.write_text("old_commune_code,new_commune_code", "utf-8")
    own[2].set_input_files(file)
    expect(page.locator("[data-file-name]").first).to_have_text(file.name)
    button(page, "Show what would change").click()
    # What is wanted is seen, whatever is chosen meanwhile.
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label(text("Decree"), exact=True).select_option(index=0)
    for each in own:
        expect(each).to_be_visible()
