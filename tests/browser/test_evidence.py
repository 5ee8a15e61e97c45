"""A team's month on a phone: a photo beside it, big targets, and the way to what is empty."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from cnscd_portal.demo.accounts import PASSWORD
from tests.browser.screens import INDICATORS, button, field
from tests.browser.seats import PHONE, Seats, text
from tests.browser.test_saving import keep_picture, saved
from tests.reports import proofs
from tests.stack import Stack

LEADER, OFFICER = "qn.hong-gai.to-1", "qn.hong-gai"
TARGET = 48
# What a thumb has to hit in the form; a box is hit by its label, a file by what lies below it.
SMALL = """
(least) => {
  const form = document.querySelector(".figures-form");
  const kinds = "button, input:not([type=hidden]), textarea, .section-jumps a, .file a";
  return [...form.querySelectorAll(kinds)]
    .map((node) => (["checkbox", "file"].includes(node.type) ? node.closest("label") : node))
    .filter((node) => node.checkVisibility({ visibilityProperty: true }))
    .filter((node) => {
      const { width, height } = node.getBoundingClientRect();
      return Math.min(width, height) < least;
    })
    .map((node) => node.outerHTML.slice(0, 100));
}
"""
# A thumb aims at what it sees: an edge around the whole target, and a box that is no speck.
SPECKS = """
() => [...document.querySelectorAll(".figure-na")]
  .filter((label) => label.querySelector("input").getBoundingClientRect().width < 24
    || getComputedStyle(label).borderTopStyle !== "solid")
  .map((label) => label.outerHTML.slice(0, 100))
"""
STORED = "select name, kind from reports_evidence where removed_at is null order by id"


def open_form(seats: Seats, **window: object) -> Page:
    page = seats.take(LEADER, viewport=PHONE, **window)
    page.get_by_role("link", name=text("Enter the figures")).first.click()
    page.wait_for_url("**/teams/**")
    return page


def choose(page: Page, *paths: Path) -> None:
    page.get_by_label(text("Choose photos or files")).set_input_files(list(paths))


def photo(folder: Path, name: str = "Lớp học.jpg") -> Path:
    """As large as one that a phone takes, so that the page draws it smaller."""
    noise = Image.effect_noise((3000, 2000), 90).convert("RGB")
    return proofs.save(folder, proofs.drawn(noise, "JPEG", quality=95), name)


def test_photo_goes_from_the_phone_to_the_reviewer(
    fresh: Stack, seats: Seats, tmp_path: Path
) -> None:
    page = open_form(seats)
    choose(page, photo(tmp_path), proofs.save(tmp_path, proofs.PDF, "Danh sách.pdf"))
    files = page.locator("[data-files] .file")
    expect(files).to_have_count(2)
    expect(page.locator("[data-files-coming] .file")).to_have_count(0)
    picture = page.locator("[data-files] img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("(img) => img.naturalWidth") == 320
    assert page.evaluate(SMALL, TARGET) == []
    page.locator("#evidence").scroll_into_view_if_needed()
    keep_picture(page, "evidence-360")
    files.nth(1).get_by_role("button").click()
    page.locator("[data-removed] summary").click()
    expect(files.nth(1).get_by_role("button")).to_contain_text(text("Put back"))
    assert page.evaluate(SMALL, TARGET) == []
    keep_picture(page, "evidence-removed-360")
    field(page, "residents_guided").fill("12")
    field(page, "residents_guided").press("Tab")
    saved(page)
    button(page, "Submit").click()
    page.wait_for_url("**/teams/**")
    assert fresh.database.ask(STORED) == [("Lớp học.jpg", "jpg")]

    officer = seats.take(OFFICER)
    officer.goto(page.url)
    shown = officer.get_by_role("link", name="Lớp học.jpg")
    shown.scroll_into_view_if_needed()
    expect(officer.locator(".file img")).to_have_js_property("naturalWidth", 320)
    keep_picture(officer, "evidence-review-1280")
    for reader, picture in ((officer, "evidence-history-1280"), (page, "evidence-history-360")):
        history = reader.locator(".history")
        expect(history).to_contain_text(f"{text('removed')}: Danh sách.pdf")
        history.evaluate("(each) => each.scrollIntoView()")
        keep_picture(reader, picture)
    with officer.expect_download() as download:
        shown.click()
    assert download.value.suggested_filename == "Lớp học.jpg"


def test_file_stays_chosen_while_there_is_no_network(
    fresh: Stack, seats: Seats, tmp_path: Path
) -> None:
    page = open_form(seats)
    page.context.set_offline(True)
    choose(page, proofs.save(tmp_path, proofs.PDF, "Danh sách.pdf"))
    waiting = page.locator("[data-files-coming] .file")
    expect(waiting).to_contain_text(
        text("It could not be sent. It stays here: try again when you are online.")
    )
    waiting.scroll_into_view_if_needed()
    keep_picture(page, "evidence-offline-360")
    page.context.set_offline(False)
    expect(page.locator("[data-files] .file")).to_have_count(1)
    expect(waiting).to_have_count(0)


def test_file_waits_until_its_owner_has_signed_in_again(
    fresh: Stack, seats: Seats, tmp_path: Path
) -> None:
    page = open_form(seats)
    choose(page, proofs.save(tmp_path, proofs.PDF, "Danh sách.pdf"))
    files = page.locator("[data-files] .file")
    expect(files).to_have_count(1)
    page.context.clear_cookies(name="sessionid")
    files.first.get_by_role("button").click()
    said = text("You have been signed out. Sign in and come back to this page: nothing is lost.")
    expect(page.locator("[data-files-said]")).to_contain_text(said)
    choose(page, photo(tmp_path))
    waiting = page.locator("[data-files-coming] .file")
    expect(waiting).to_contain_text(said)
    keep_picture(page, "evidence-signed-out-360")
    with page.expect_popup() as tab:
        waiting.get_by_role("link", name=text("Sign in")).click()
    other = tab.value
    other.get_by_label(text("User name")).fill(LEADER)
    other.get_by_label(text("Password")).fill(PASSWORD)
    button(other, "Sign in").click()
    other.wait_for_url(page.url)
    other.close()
    # As the browser says of a tab to which somebody comes back.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(files).to_have_count(2)
    expect(waiting).to_have_count(0)
    files.first.get_by_role("button").click()
    expect(page.locator("[data-removed]")).to_contain_text(text("Put back"))


def test_refused_file_says_why_where_it_stands(fresh: Stack, seats: Seats, tmp_path: Path) -> None:
    page = open_form(seats)
    choose(page, proofs.save(tmp_path, b"<svg onload=alert(1)>", "anh.jpg"))
    waiting = page.locator("[data-files-coming] .file")
    expect(waiting).to_contain_text("anh.jpg")
    expect(button(waiting, "Try again")).to_have_count(0)
    button(waiting, "Do not send").click()
    expect(waiting).to_have_count(0)


def test_files_go_with_the_form_without_a_script(
    fresh: Stack, seats: Seats, tmp_path: Path
) -> None:
    page = seats.take(LEADER, viewport=PHONE, java_script_enabled=False)
    page.get_by_role("link", name=text("Enter the figures")).first.click()
    choose(page, proofs.save(tmp_path, proofs.PDF, "Danh sách.pdf"))
    keep_picture(page, "evidence-without-script-360")
    button(page, "Save as draft").click()
    page.wait_for_url("**/teams/**")
    expect(page.locator("[data-files] .file")).to_have_count(1)


def test_phone_leads_to_the_next_field_that_is_empty(fresh: Stack, seats: Seats) -> None:
    page = open_form(seats)
    every = len(INDICATORS)
    given = page.locator("[data-given]")
    before = int(given.inner_text().split("/")[0])
    codes = list(INDICATORS)
    field(page, codes[0]).fill("1")
    field(page, codes[2]).fill("1")
    expect(given).to_contain_text(f"{before + 2}/{every}")
    field(page, codes[0]).click()
    button(page, "Next empty field").click()
    expect(field(page, codes[1])).to_be_focused()
    assert page.evaluate(SMALL, TARGET) == []
    assert page.evaluate(SPECKS) == []
    box = button(page, "Submit").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE["height"]
    keep_picture(page, "form-next-360")
