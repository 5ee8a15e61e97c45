"""Figures are saved while they are typed: in the grid and in the form, alone and at once, with the
network and without it."""

import os
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from cnscd_portal.demo.accounts import PASSWORD
from tests.browser.screens import ENOUGH, INDICATORS, button, field, label
from tests.browser.seats import OFFICE, PHONE, Seats, text
from tests.stack import Stack

LEADER, OFFICER = "qn.hong-gai.to-1", "qn.hong-gai"
TEAM = "Tổ CNSCĐ Khu 1, phường Hồng Gai"
VALUES = """
select coalesce(report.values, '{}')
from reports_report report
join reports_period period on period.id = report.period_id
join teams_team team on team.id = report.team_id
where team.name = %s and (year, month) = (2024, 6)
"""


def stored(stack: Stack, team: str = TEAM) -> dict[str, int | None]:
    """What the portal has of the team's June."""
    rows = stack.database.ask(VALUES, team)
    return dict(rows[0][0]) if rows else {}


def open_grid(page: Page) -> Page:
    page.get_by_role("link", name=text("This month"), exact=True).click()
    page.get_by_role("link", name=text("Enter all teams in a grid")).click()
    # The script has come.
    expect(page.locator("[data-total]").first).not_to_be_empty()
    return page


def cell(page: Page, code: str, team: str = TEAM) -> Locator:
    return page.get_by_label(f"{team}: {label(code)}", exact=True)


def saved(page: Page) -> None:
    expect(page.locator("[data-entry-status]")).to_have_attribute("data-state", "saved")


def keep_picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_grid_is_filled_in_by_keyboard(fresh: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER))
    cell(page, "training_sessions").click()
    page.keyboard.type("1")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("x")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("1.038")
    page.keyboard.press("Tab")
    expect(cell(page, "service_accounts_created")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(cell(page, "residents_guided")).to_be_focused()
    saved(page)
    assert stored(fresh) == {
        "training_sessions": 1, "members_trained": None, "residents_guided": 1038
    }  # fmt: skip
    keep_picture(page, "grid-typed-1280")
    page.keyboard.type("1,5")
    page.keyboard.press("Enter")
    refused = cell(page, "residents_guided")
    expect(refused).to_have_attribute("aria-invalid", "true")
    refused.click()
    expect(page.locator("[data-entry-strip]")).to_contain_text("Chỉ")
    keep_picture(page, "grid-refused-1280")
    page.keyboard.press("Escape")
    expect(refused).to_have_value("1038")
    saved(page)


def test_block_from_excel_is_pasted_and_taken_back(fresh: Stack, seats: Seats) -> None:
    page = seats.take(OFFICER, permissions=["clipboard-read", "clipboard-write"])
    open_grid(page)
    rows = page.locator("tbody tr")
    # Those between the first two that can be written are handed in, and nothing goes there.
    between = rows.evaluate_all(
        "(rows) => rows.map((row) => 'entry' in row.dataset).slice(1).indexOf(true)"
    )
    block = ["7", "1.038", ""], *[["5", "", ""]] * between, ["3", "x", "5"]
    lines = "".join("\t".join(line) + "\r\n" for line in block)
    page.evaluate("(text) => navigator.clipboard.writeText(text)", lines)
    first = cell(page, "adults_paying")
    first.click()
    page.keyboard.press("Control+V")
    expect(first).to_have_value("7")
    below = rows.nth(between + 1).locator("[data-field=adults_connected]")
    expect(below).to_have_value("x")
    filled = text("{filled} cells are filled in.").format(filled=6)
    closed = text("{closed} values fell on rows that cannot be written.").format(closed=between)
    expect(page.locator("[data-grid-said]")).to_have_text(f"{filled} {closed}")
    # All are stored, and one of them cannot be submitted as it is.
    expect(page.locator("[data-entry-status]")).to_contain_text("1 chỉ tiêu không hợp lệ")
    assert stored(fresh) == {"adults_paying": 7, "adults_connected": 1038}
    button(page, "Take that back").click()
    expect(first).to_have_value("")
    expect(button(page, "Take that back")).to_be_hidden()
    saved(page)
    assert stored(fresh) == {}


def test_total_follows_and_stocks_of_last_month_are_taken(fresh: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER))
    total = page.locator("tfoot [data-total]").first
    before = total.inner_text()
    cell(page, "training_sessions").fill("100")
    expect(total).to_have_text(str(100 + int(before)))
    button(page, "Take the figures as of last month's end into empty cells").click()
    expect(cell(page, "adults")).not_to_have_value("")
    # What is counted in a month is not what was counted in the one before.
    expect(cell(page, "residents_guided")).to_have_value("")
    saved(page)
    assert stored(fresh)["adults"] == int(cell(page, "adults").input_value())


def test_teams_are_submitted_from_the_grid(fresh: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER))
    for code, value in ENOUGH.items():
        cell(page, code).fill(value)
    page.get_by_label(f"{text('Submit')}: {TEAM}").check()
    button(page, "Submit the chosen teams").click()
    button(page, "Submit all the same").click()
    expect(page.locator(".toasts")).to_contain_text("Đã gửi 1 báo cáo")
    expect(cell(page, "adults")).to_have_count(0)
    assert stored(fresh) == {code: int(value) for code, value in ENOUGH.items()}


# -- Without the network, and at once --------------------------------------------------------------


def open_form(page: Page) -> Page:
    page.get_by_role("link", name=text("Enter the figures")).click()
    expect(field(page, "adults")).to_be_visible()
    # The script has come.
    expect(page.locator("[data-without-script]:visible")).to_have_count(0)
    return page


def test_figures_typed_without_the_network_are_sent_when_it_returns(
    fresh: Stack, seats: Seats
) -> None:
    page = open_form(seats.take(LEADER, viewport=PHONE))
    page.context.set_offline(True)
    field(page, "adults").fill("12")
    expect(page.locator("[data-entry-status]")).to_have_attribute("data-state", "waiting")
    keep_picture(page, "form-offline-360")
    assert stored(fresh) == {}
    page.context.set_offline(False)
    saved(page)
    assert stored(fresh) == {"adults": 12}


def test_closed_page_loses_nothing(fresh: Stack, seats: Seats) -> None:
    page = open_form(seats.take(LEADER, viewport=PHONE))
    address = page.url
    page.context.set_offline(True)
    field(page, "adults").fill("12")
    field(page, "households").fill("1,5")
    page.close()
    page = page.context.new_page()
    page.context.set_offline(False)
    page.goto(address)
    expect(field(page, "adults")).to_have_value("12")
    # What is refused stays where it was typed, with the reason.
    expect(field(page, "households")).to_have_value("1,5")
    expect(field(page, "households")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Chỉ nhận số nguyên")).to_be_visible()
    assert stored(fresh) == {"adults": 12}
    keep_picture(page, "form-restored-360")


def test_reason_stands_once_beside_a_field_that_was_refused(fresh: Stack, seats: Seats) -> None:
    page = open_form(seats.take(LEADER, viewport=PHONE))
    field(page, "households").fill("1,5")
    button(page, "Submit").click()
    expect(page.get_by_role("alert")).to_be_focused()
    row = page.locator(".figure-row", has=field(page, "households"))
    expect(row.locator("[data-said-of]")).to_contain_text("Chỉ nhận số nguyên")
    expect(row.locator(".field-error:not(:empty)")).to_have_count(1)
    keep_picture(page, "form-refused-once-360")


def test_session_that_ended_loses_nothing(fresh: Stack, seats: Seats) -> None:
    page = open_form(seats.take(LEADER))
    page.context.clear_cookies(name="sessionid")
    field(page, "adults").fill("12")
    page.get_by_role("link", name=text("Sign in"), exact=True).click()
    page.get_by_label(text("User name")).fill(LEADER)
    page.get_by_label(text("Password")).fill(PASSWORD)
    button(page, "Sign in").click()
    expect(field(page, "adults")).to_have_value("12")
    saved(page)
    assert stored(fresh) == {"adults": 12}


def test_two_people_choose_field_by_field(fresh: Stack, seats: Seats) -> None:
    mine = open_form(seats.take(LEADER))
    theirs = open_grid(seats.take(OFFICER))
    cell(theirs, "residents").fill("10")
    cell(theirs, "adults").fill("20")
    cell(theirs, "households").fill("30")
    saved(theirs)
    mine.context.set_offline(True)
    field(mine, "adults").fill("21")
    field(mine, "households").fill("31")
    mine.context.set_offline(False)
    said = mine.locator("[data-said-of=adults]")
    expect(said).to_contain_text("Cán bộ phường Hồng Gai")
    keep_picture(mine, "form-conflict-1280")
    # What was not touched here shows by itself what the other one gave.
    expect(field(mine, "residents")).to_have_value("10")
    button(mine.locator("[data-said-of=households]"), "Take theirs").click()
    expect(field(mine, "households")).to_have_value("30")
    button(said, "Keep mine").click()
    saved(mine)
    assert stored(fresh) == {"adults": 21, "households": 30, "residents": 10}


def test_grid_is_printed_whole(portal: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER))
    page.emulate_media(media="print")
    if folder := os.environ.get("SCREENSHOTS"):
        page.pdf(path=Path(folder) / "grid.pdf", format="A4", prefer_css_page_size=True)
    widths = "(frame) => [frame.scrollWidth, frame.clientWidth]"
    needed, given = page.locator(".entry-frame").evaluate(widths)
    assert needed <= given
    expect(page.locator(".entry-tools")).to_be_hidden()


def test_grid_says_on_a_phone_what_does_not_apply(fresh: Stack, seats: Seats) -> None:
    """The keys with which a phone takes figures have no x."""
    page = open_grid(seats.take(OFFICER, viewport=PHONE))
    adults = cell(page, "adults")
    adults.fill("12")
    saved(page)
    named = f"{text('not applicable')}: {TEAM}: {label('adults')}"
    box = page.get_by_label(named, exact=True)
    size = box.locator("xpath=..").bounding_box()
    assert size is not None
    assert min(size["width"], size["height"]) >= 44
    box.locator("xpath=..").tap()
    expect(adults).to_have_value("x")
    saved(page)
    assert stored(fresh) == {"adults": None}
    keep_picture(page, "grid-not-applicable-360")
    # Taken back, it is what it was; and what is typed decides.
    box.locator("xpath=..").tap()
    expect(adults).to_have_value("12")
    adults.fill("x")
    expect(box).to_be_checked()
    adults.fill("13")
    expect(box).not_to_be_checked()
    saved(page)
    assert stored(fresh) == {"adults": 13}
    parts = page.locator("td.is-part:visible")
    assert parts.first.evaluate("(td) => getComputedStyle(td, '::before').paddingLeft") == "16px"
    page.set_viewport_size(OFFICE)
    expect(box).to_be_hidden()


def test_grid_shows_one_team_at_a_time_on_a_phone(fresh: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER, viewport=PHONE))
    figure = cell(page, "residents_guided")
    expect(figure).to_be_visible()
    named = f"{label('residents_guided')} ({INDICATORS['residents_guided']['unit_vi']})"
    expect(figure.locator("xpath=..")).to_have_attribute("data-label", named)
    row = page.get_by_role("row", name=TEAM)
    expect(row.locator(".state")).to_have_class("state state-none")
    figure.fill("12")
    saved(page)
    # With the first figure a draft has begun.
    expect(row.locator(".state")).to_have_class("state state-draft")
    keep_picture(page, "grid-typed-360")
    other = page.get_by_role("rowheader", name="Khu 2")
    expect(other).to_be_hidden()
    page.locator("[data-grid-picker] select").select_option(index=1)
    expect(other).to_be_visible()
    expect(figure).to_be_hidden()
    # What waits for a decision is brought back before the eyes, wherever it stands.
    page.locator("[data-grid-picker] select").select_option(index=0)
    figure.fill("1,5")
    expect(figure).to_have_attribute("aria-invalid", "true")
    page.locator("[data-grid-picker] select").select_option(index=1)
    button(page, "Submit the chosen teams").click()
    expect(figure).to_be_focused()
