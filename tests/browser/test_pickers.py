"""Pickers of month, span and units: the mouse picks at once, the keyboard when it has arrived."""

from playwright.sync_api import expect

from tests.browser.seats import Seats

STAFF = "qn.tinh"


def test_keyboard_picks_when_it_has_arrived_and_goes_on_from_there(seats: Seats) -> None:
    page = seats.take(STAFF)
    page.goto("/overview/")
    before = page.url
    picker = page.locator("#pick-span")
    picker.focus()
    picker.press("ArrowDown")
    picker.press("ArrowDown")
    # On the way nothing is asked for.
    expect(picker).to_have_value("half-year")
    assert page.url == before
    picker.press("Enter")
    page.wait_for_url("**span=half-year*")
    expect(page.locator("#pick-span")).to_be_focused()
    page.locator("#pick-span").press("ArrowUp")
    page.locator("#pick-span").press("Tab")
    page.wait_for_url("**span=quarter*")
    expect(page.locator("#pick-span")).not_to_be_focused()


def test_mouse_picks_at_once(seats: Seats) -> None:
    page = seats.take(STAFF)
    page.goto("/overview/")
    page.locator("#pick-span").select_option("quarter")
    page.wait_for_url("**span=quarter*")
    expect(page.locator("#stretch")).to_be_visible()
