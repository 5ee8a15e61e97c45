"""What looks wrong is seen while somebody types, explained in a word, and read by the reviewer."""

from playwright.sync_api import expect

from tests.browser.screens import button, field, submit
from tests.browser.seats import PHONE, Seats, text
from tests.browser.test_saving import (
    LEADER,
    OFFICER,
    TEAM,
    cell,
    keep_picture,
    open_form,
    open_grid,
    saved,
    stored,
)
from tests.stack import Stack

ASKED = "explain.accounts.vneid_accounts_created"
WHY = "Công an xã làm lưu động, Tổ chỉ hỗ trợ"
SAID = "3 tài khoản được tạo, nhiều hơn 2 người dân được hướng dẫn."


def test_finding_is_explained_and_the_reviewer_reads_it(fresh: Stack, seats: Seats) -> None:
    page = open_form(seats.take(LEADER, viewport=PHONE))
    field(page, "residents_guided").fill("2")
    field(page, "vneid_accounts_created").fill("3")
    word = page.get_by_label(SAID)
    expect(word).to_be_visible()
    saved(page)
    keep_picture(page, "finding-360")
    button(page, "Submit").click()
    expect(page.get_by_role("alert").filter(has_text=SAID)).to_be_visible()
    keep_picture(page, "finding-refused-360")
    page.locator("[name='explain.sparse']").fill("Chỉ có hai số liệu")
    word.fill(WHY)
    # It no longer applies, and comes back with the word on it.
    field(page, "residents_guided").fill("5")
    expect(word).to_be_hidden()
    field(page, "residents_guided").fill("2")
    expect(word).to_be_visible()
    expect(word).to_have_value(WHY)
    submit(page)
    expect(page.locator(".toasts")).to_contain_text(TEAM)
    assert stored(fresh)["vneid_accounts_created"] == 3
    reviewer = seats.take(OFFICER)
    reviewer.get_by_role("link", name=text("This month"), exact=True).click()
    reviewer.get_by_role("row", name=TEAM).get_by_role("link").last.click()
    expect(reviewer.locator(".doubt").filter(has_text=WHY)).to_contain_text(f"{SAID} {WHY}")
    expect(reviewer.locator(".history")).to_contain_text(WHY)
    keep_picture(reviewer, "finding-review-1280")


def test_grid_asks_below_the_cell(fresh: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER))
    cell(page, "residents_guided").fill("2")
    accounts = cell(page, "vneid_accounts_created")
    accounts.fill("3")
    strip = page.locator("[data-entry-strip]")
    word = strip.get_by_label(SAID)
    expect(word).to_be_visible()
    # Of another team a figure was returned, and is as it was.
    expect(page.locator("td[data-doubt=open]")).to_have_count(2)
    keep_picture(page, "grid-finding-1280")
    word.fill(WHY)
    page.keyboard.press("Enter")
    cell(page, "residents_guided").click()
    expect(strip).to_be_hidden()
    saved(page)
    expect(page.locator("td[data-doubt=explained]")).to_have_count(1)
    page.reload()
    cell(page, "vneid_accounts_created").click()
    expect(word).to_have_value(WHY)
