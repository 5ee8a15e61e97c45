"""Bringing a decree: what comes with the portal needs no files, and one's own names them."""

import re
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser.screens import button, field
from tests.browser.seats import OFFICE, PHONE, Seats, text
from tests.browser.test_pages import keep_pictures
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
    for place, name, content in (
        (fields[2], "ke-thua.csv", SUCCESSIONS),
        (fields[3], "don-vi.csv", UNITS),
    ):
        (folder / name).write_text(content, "utf-8")
        place.set_input_files(folder / name)
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


TEAM = "Tổ CNSCĐ doanh nghiệp than Cẩm Phả"
DISTRICT, RENAMED = "Thành phố Cẩm Phả", "Thành phố Cẩm Phả Mới"


def apply_a_decree(page: Page, folder: Path) -> None:
    """It gives the district of the team another name."""
    units, links = folder / "don-vi.csv", folder / "ke-thua.csv"
    known = (settings.FIXTURE_ROOT / "units" / "units-2022.csv").read_text("utf-8")
    units.write_text(known.replace(DISTRICT, RENAMED), "utf-8")
    links.write_text("old_commune_code,new_commune_code\n06682,06682\n", "utf-8")
    page.goto("/administration/decrees/")
    page.get_by_label(text("Decree"), exact=True).select_option("")
    values = dict(zip(OWN, ("Nghị quyết 1", "01/06/2024", links, units), strict=True))
    for name, value in values.items():
        asked = page.get_by_label(text(name), exact=True)
        asked.set_input_files(value) if isinstance(value, Path) else asked.fill(value)
    button(page, "Show what would change").click()
    page.get_by_role("link", name=text("Go on to applying it")).click()
    button(page, "Apply the decree").click()
    expect(page.get_by_text(text("The units of the decree are in force."))).to_be_visible()


def test_form_that_was_open_while_a_decree_is_applied_loses_nothing(
    fresh: Stack, seats: Seats, tmp_path: Path
) -> None:
    page, other = seats.take("qn.admin"), seats.take("qn.admin-2")
    plain = seats.take("qn.admin", java_script_enabled=False)
    pk = fresh.database.one("select id from teams_team where name = %s", TEAM)
    for each in (page, plain):
        each.goto(f"/months/2024-06/teams/{pk}/")
    apply_a_decree(other, tmp_path)
    field(plain, "adults").fill("12")
    button(plain, "Save as draft").click()
    expect(plain.get_by_role("alert").first).to_contain_text(RENAMED)
    expect(field(plain, "adults")).to_have_value("12")
    keep_pictures(plain, "led-on-with-what-was-typed")
    # Where a script sends each field, it is told, and what was typed waits at the old address.
    field(page, "adults").fill("12")
    expect(page.locator("[data-entry-status]")).to_contain_text(RENAMED)
    keep_pictures(page, "field-refused")
    page.goto(f"/months/2024-06/teams/{pk}/")
    expect(page).not_to_have_url(re.compile(rf"/teams/{pk}/"))
    kept = page.locator(f"[data-entry-closed*='/teams/{pk}/']")
    expect(kept).to_contain_text("12")
    keep_pictures(page, "led-on")
    field(page, "adults").fill("12")
    button(page, "Forget them").click()
    expect(kept).to_be_hidden()
    expect(page.locator("[data-entry-status]")).to_have_attribute("data-state", "saved")
    other.reload()
    expect(other.get_by_role("link", name=text("Look at it"))).to_be_visible()
    keep_pictures(other, "decree-that-stays")
    other.get_by_role("link", name=text("Look at it")).click()
    expect(field(other, "adults")).to_have_value("12")
