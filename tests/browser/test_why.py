"""Why this number: from the province's total down to who typed a figure and when, and back."""

import re

from playwright.sync_api import Page, expect

from tests.browser.screens import label, number
from tests.browser.seats import OFFICE, PHONE, Seats, text

STAFF = "qn.tinh"
WAY = ["Thành phố Hạ Long", "Phường Hồng Gai"]
TEAM = "Tổ CNSCĐ Khu 2, phường Hồng Gai"
CODE = "residents_guided"
GIVEN = re.compile(r"Cán bộ phường Hồng Gai · \d\d:\d\d \d\d/05/2024 · phiên bản \d+")


def whole(page: Page) -> int:
    return number(page.locator(".why-number b").inner_text())


def parts(page: Page) -> list[int]:
    """What stands in the first column of numbers, of the units or, where there are none, teams."""
    rows = page.locator(".why-parts").first.locator("tbody tr")
    return [number(row.locator("td b").first.inner_text()) for row in rows.all()]


def expect_sum(page: Page, part: int) -> None:
    """The page explains the very number that led here."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text("Why this number?"))
    assert (whole(page), sum(parts(page))) == (part, part)
    expect(page.locator(".why")).to_contain_text("✓")


def walk_down_and_up(page: Page) -> None:
    page.goto("/overview/")
    page.goto(page.url.replace("2024-06", "2024-05") + "?section=activities")
    total = page.locator(f"#parts tfoot a[href$='/why/{CODE}/']")
    asked = number(total.inner_text())
    total.click()
    expect_sum(page, asked)
    for name in WAY:
        row = page.locator("#units tbody tr").filter(has_text=name)
        asked = number(row.locator("td b").first.inner_text())
        row.get_by_role("link", name=name).click()
        expect_sum(page, asked)
    row = page.locator("#teams tbody tr").filter(has_text=TEAM)
    expect(row.locator(".trail")).to_have_text(GIVEN)
    given = row.locator("td b").first.inner_text()
    row.get_by_role("link", name=TEAM).click()
    field = page.locator(":target")
    expect(field.locator("th")).to_contain_text(label(CODE))
    expect(field.locator("td.num b")).to_have_text(given)
    page.get_by_role("link", name=text("Back to the number")).click()
    expect_sum(page, asked)
    page.locator(".crumbs").get_by_role("link", name="Tỉnh Quảng Ninh").click()
    expect(page.locator(".lead")).to_contain_text("Tỉnh Quảng Ninh · 05/2024")
    page.get_by_role("link", name=text("Overview"), exact=True).last.click()
    expect(total).to_be_visible()


def test_total_leads_down_to_the_person_and_the_minute(seats: Seats) -> None:
    for viewport in (OFFICE, PHONE):
        walk_down_and_up(seats.take(STAFF, viewport=viewport))
