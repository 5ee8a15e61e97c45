"""No lost keystroke: whatever happens between the finger and the database."""

import pytest
from playwright.sync_api import Error, Page, expect

from cnscd_portal.demo.accounts import PASSWORD
from tests.browser.screens import ENOUGH, button, field, submit
from tests.browser.seats import PHONE, Seats, text
from tests.browser.test_saving import LEADER, OFFICER, cell, open_form, open_grid, saved, stored
from tests.stack import Stack


def sign_in_again(page: Page, username: str) -> None:
    """By the link that the page shows where the session has ended."""
    page.get_by_role("link", name=text("Sign in"), exact=True).click()
    page.get_by_label(text("User name")).fill(username)
    page.get_by_label(text("Password")).fill(PASSWORD)
    button(page, "Sign in").click()


def waits(page: Page) -> None:
    expect(page.locator("[data-entry-status]")).to_have_attribute("data-state", "waiting")


def test_reload_without_the_network_loses_nothing(fresh: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER))
    address = page.url
    page.context.set_offline(True)
    cell(page, "adults").fill("12")
    cell(page, "households").fill("x")
    waits(page)
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.reload()
    page.context.set_offline(False)
    page.goto(address)
    expect(cell(page, "adults")).to_have_value("12")
    expect(cell(page, "households")).to_have_value("x")
    saved(page)
    assert stored(fresh) == {"adults": 12, "households": None}


def test_tab_closed_at_once_loses_nothing(fresh: Stack, seats: Seats) -> None:
    page = open_form(seats.take(LEADER, viewport=PHONE))
    address = page.url
    # Closed before anything was sent, and then opened as somebody does the next day.
    page.route("**/api/v1/**", lambda route: route.abort())
    field(page, "adults").press_sequentially("12")
    page.close()
    assert stored(fresh) == {}
    page = page.context.new_page()
    page.goto(address)
    expect(field(page, "adults")).to_have_value("12")
    saved(page)
    assert stored(fresh) == {"adults": 12}
    # Nothing stays behind in the browser once the portal has it.
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('entry'))") == []


def test_two_tabs_of_one_report_lose_nothing(fresh: Stack, seats: Seats) -> None:
    page = open_form(seats.take(LEADER))
    other = page.context.new_page()
    other.goto(page.url)
    page.context.set_offline(True)
    field(page, "adults").fill("12")
    field(other, "households").fill("30")
    waits(page)
    waits(other)
    address, context = page.url, page.context
    other.close()
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    expect(field(page, "adults")).to_have_value("12")
    expect(field(page, "households")).to_have_value("30")
    saved(page)
    assert stored(fresh) == {"adults": 12, "households": 30}


def test_server_that_is_started_anew_loses_nothing(fresh: Stack, seats: Seats) -> None:
    page = open_form(seats.take(LEADER))
    field(page, "households").fill("30")
    saved(page)
    fresh.web.stop()
    try:
        field(page, "adults").fill("12")
        waits(page)
    finally:
        fresh.web.start()
        fresh.web.wait()
    # Nobody presses anything: the page tries again by itself.
    saved(page)
    assert stored(fresh) == {"adults": 12, "households": 30}


def test_server_that_answers_with_an_error_loses_nothing(fresh: Stack, seats: Seats) -> None:
    page = open_form(seats.take(LEADER))
    answers = [500, 503, 429]
    page.route(
        "**/api/v1/**",
        lambda route: route.fulfill(status=answers.pop()) if answers else route.continue_(),
    )
    field(page, "adults").fill("12")
    waits(page)
    expect(field(page, "adults")).to_have_value("12")
    for _ in range(2):
        page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    assert stored(fresh) == {"adults": 12}


def test_session_that_ended_in_the_grid_loses_nothing(fresh: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER))
    page.context.clear_cookies(name="sessionid")
    cell(page, "adults").fill("12")
    cell(page, "households").fill("30")
    sign_in_again(page, OFFICER)
    expect(cell(page, "adults")).to_have_value("12")
    saved(page)
    assert stored(fresh) == {"adults": 12, "households": 30}


def test_what_one_person_typed_is_shown_to_no_other_on_the_same_computer(
    fresh: Stack, seats: Seats
) -> None:
    page = open_form(seats.take(LEADER))
    address = page.url
    page.context.clear_cookies(name="sessionid")
    field(page, "adults").fill("12")
    sign_in_again(page, OFFICER)
    expect(field(page, "adults")).to_have_value("")
    field(page, "households").fill("30")
    saved(page)
    assert stored(fresh) == {"households": 30}
    # It still waits for whoever typed it.
    page.context.clear_cookies(name="sessionid")
    page.goto(address)
    page.get_by_label(text("User name")).fill(LEADER)
    page.get_by_label(text("Password")).fill(PASSWORD)
    button(page, "Sign in").click()
    expect(field(page, "adults")).to_have_value("12")
    saved(page)
    assert stored(fresh) == {"adults": 12, "households": 30}


def test_what_came_too_late_is_still_shown(fresh: Stack, seats: Seats) -> None:
    page = open_form(seats.take(LEADER))
    for code, given in ENOUGH.items():
        field(page, code).fill(given)
    saved(page)
    page.context.set_offline(True)
    field(page, "adults").fill("4711")
    waits(page)
    officer = open_form_of_officer(seats)
    submit(officer)
    expect(officer.locator(".toasts")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("[data-entry-status]")).to_have_attribute("data-state", "invalid")
    page.reload()
    kept = page.locator("[data-entry-closed]")
    expect(kept).to_contain_text("4711")
    assert stored(fresh) == {code: int(given) for code, given in ENOUGH.items()}
    button(kept, "Forget them").click()
    expect(kept).to_be_hidden()


def open_form_of_officer(seats: Seats) -> Page:
    page = open_grid(seats.take(OFFICER))
    page.get_by_role("link", name="Tổ CNSCĐ Khu 1, phường Hồng Gai").click()
    expect(field(page, "households")).to_have_value(ENOUGH["households"])
    return page
