"""Bringing a decree: what comes with the portal needs no files, and one's own names them."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.screens import button
from tests.browser.seats import OFFICE, PHONE, Seats, text
from tests.browser.test_saving import keep_picture
from tests.stack import Stack
from tests.teams.views.test_decrees import SUCCESSIONS, UNITS

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


def bring(page: Page, folder: Path) -> None:
    """Files of a day that has come, which say nothing of most communes."""
    page.goto("/administration/decrees/")
    page.get_by_label(text("Decree"), exact=True).select_option("")
    fields = [page.get_by_label(text(each), exact=True) for each in OWN]
    fields[0].fill("Nghị quyết thử")
    fields[1].fill("01/06/2024")
    for field, name, content in (
        (fields[2], "ke-thua.csv", SUCCESSIONS),
        (fields[3], "don-vi.csv", UNITS),
    ):
        (folder / name).write_text(content, "utf-8")
        field.set_input_files(folder / name)
    button(page, "Show what would change").click()
    expect(page.locator("#units")).to_be_visible()


def test_answers_that_are_not_saved_are_not_lost_by_a_click(
    portal: Stack, seats: Seats, tmp_path: Path
) -> None:
    page = seats.take("qn.admin")
    bring(page, tmp_path)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    tally = page.locator(".tallies a").first
    page.locator("main details select").first.select_option(index=1)
    tally.click()
    expect(page.locator("main details select").first).not_to_have_value("")
    assert asked == ["beforeunload"]
    button(page, "Save the decisions").click()
    expect(page.locator("#units")).to_be_visible()
    page.locator(".tallies a").first.click()
    expect(page).to_have_url(re.compile("fate="))
    assert asked == ["beforeunload"]
    for viewport, width in ((OFFICE, 1280), (PHONE, 360)):
        page.set_viewport_size(viewport)
        keep_picture(page, f"decree-own-{width}")
    page.goto("/administration/decrees/")
    keep_picture(page, "decrees-360")
    page.get_by_role("button", name=f"{text('Discard')} Nghị quyết thử", exact=True).click()
    expect(page.locator(".toast, .alert").first).to_be_visible()
