"""Paper, a projector and a phone: each shows what it has room for."""

import re

from playwright.sync_api import Page, expect

from tests.browser.seats import PHONE, Seats, text
from tests.stack import Stack

STAFF, DISTRICT, OFFICER = "qn.tinh", "qn.ha-long", "qn.hong-gai"
PROJECTOR = {"width": 1920, "height": 1080}
GROUND = "(node) => getComputedStyle(node).backgroundColor"
NONE = "rgba(0, 0, 0, 0)"


def follow(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("link", name=text(name), exact=True).click()


def test_overview_and_punctuality_of_a_province_are_printed_on_two_pages_each(
    portal: Stack, seats: Seats
) -> None:
    """A card that is longer than the rest of a page goes on overleaf, and leaves none empty."""
    page = seats.take(STAFF)
    for name in ("Overview", "Punctuality"):
        follow(page, name)
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2, name


def test_grades_of_punctuality_are_told_apart_by_day_and_night(portal: Stack, seats: Seats) -> None:
    for scheme in ("light", "dark"):
        page = seats.take(STAFF, color_scheme=scheme)
        follow(page, "Overview", "Punctuality")
        grades = page.locator(".grade:not(.grade-running)")
        assert grades.count() == len(set(grades.evaluate_all(f"(all) => all.map({GROUND})"))) == 5


def test_projector_shows_tables_on_all_of_its_width(portal: Stack, seats: Seats) -> None:
    page = seats.take(STAFF, viewport=PROJECTOR)
    follow(page, "Overview")
    table = page.locator("#parts table").bounding_box()
    assert table is not None
    assert table["width"] > 1800


def test_pickers_stand_below_the_title_on_the_left(portal: Stack, seats: Seats) -> None:
    page = seats.take(OFFICER)
    for name in ("This month", "Overview"):
        follow(page, name)
        title = page.locator("h1").bounding_box()
        picker = page.locator(".page-head .picker").bounding_box()
        assert title is not None
        assert picker is not None
        assert picker["x"] == title["x"]
        assert picker["y"] >= title["y"] + title["height"]


def test_unit_is_named_whole_on_a_phone(portal: Stack, seats: Seats) -> None:
    page = seats.take(OFFICER, viewport=PHONE)
    name = page.locator(".brand small")
    expect(name).to_have_text("Phường Hồng Gai")
    assert name.evaluate("(node) => node.scrollWidth <= node.clientWidth")


def test_sums_are_one_card_on_a_phone(portal: Stack, seats: Seats) -> None:
    page = seats.take(DISTRICT, viewport=PHONE)
    follow(page, "This month")
    sums = page.locator(".stack tfoot tr")
    assert sums.evaluate(GROUND) != NONE
    assert set(sums.locator("th, td").evaluate_all(f"(all) => all.map({GROUND})")) == {NONE}
