"""The commune's grid as a spreadsheet: moving, pasting a whole month, and how each cell is."""

import json
import re
from collections.abc import Callable
from time import monotonic

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.screens import INDICATORS, button
from tests.browser.seats import Seats, text
from tests.browser.test_saving import LEADER, OFFICER, TEAM, cell, open_form, open_grid, saved
from tests.databases import Database
from tests.stack import Stack

CODES = list(INDICATORS)
COMMUNE_OF_TEAM = """
select home.ancestor_id, team.tenant_id
from teams_team team
join units_ancestry home on home.unit_id = team.unit_id and home.depth = 1
where team.name = %s and upper_inf(home.valid)
"""
REPORTS = """
select report.id, team.name, report.values
from reports_report report
join teams_team team on team.id = report.team_id
join reports_period period on period.id = report.period_id
join units_ancestry home on home.unit_id = report.unit_id and upper_inf(home.valid)
where home.ancestor_id = %s and (period.year, period.month) = (2024, 6)
"""
FORGET = (
    # What a trigger keeps from anybody else.
    "alter table reports_reportstep disable trigger user; "
    "delete from reports_reportstep where report_id = any(%s); "
    "alter table reports_reportstep enable trigger user",
    "delete from reports_report where id = any(%s)",
)


def reports_of(database: Database) -> list[tuple[int, str, dict[str, int | None]]]:
    """The reports of June in the commune of the team."""
    commune, _tenant = database.ask(COMMUNE_OF_TEAM, TEAM)[0]
    return [tuple(row) for row in database.ask(REPORTS, commune)]


@pytest.fixture
def unwritten(fresh: Stack) -> Stack:
    """The portal before any team of the commune has begun its June."""
    _commune, tenant = fresh.database.ask(COMMUNE_OF_TEAM, TEAM)[0]
    reports = [pk for pk, _team, _values in reports_of(fresh.database)]
    for statement in FORGET:
        fresh.database.order(statement, reports, tenant=tenant)
    return fresh


def rows_of(page: Page) -> Locator:
    return page.locator("tbody tr[data-entry]")


def at(page: Page, row: int, column: int) -> Locator:
    return rows_of(page).nth(row).locator("[data-column]").nth(column)


def total(page: Page, column: int) -> Locator:
    return page.locator(f"tfoot [data-total='{column}']")


def paste(page: Page, lines: list[list[str]]) -> None:
    """As Excel puts a block of cells onto the clipboard."""
    block = "".join("\t".join(line) + "\r\n" for line in lines)
    page.evaluate("(text) => navigator.clipboard.writeText(text)", block)
    page.keyboard.press("Control+V")


CLIPBOARD = ["clipboard-read", "clipboard-write"]


# -- A whole month ------------------------------------------------------------------------------


def test_eight_teams_of_25_figures_are_pasted_and_saved_at_once(
    unwritten: Stack, seats: Seats
) -> None:
    page = open_grid(seats.take(OFFICER, permissions=CLIPBOARD))
    expect(rows_of(page)).to_have_count(8)
    # Sessions and members are few; the others are written as Excel shows them in Vietnam.
    lines = [["2", "3", *[f"1.00{row}"] * 23] for row in range(1, 9)]
    at(page, 0, 0).click()
    began = monotonic()
    paste(page, lines)
    expect(page.locator("td[data-state=saved]")).to_have_count(200)
    saved(page)
    took = monotonic() - began
    # A second on the machine of a developer; an office waits for nothing either way.
    assert took < 15, took
    expect(total(page, 0)).to_have_text("16")
    expect(total(page, 1)).to_have_text("24")
    for column in (2, 12, 24):
        expect(total(page, column)).to_have_text("8.036")
    expect(total(page, 25)).to_have_text("–")
    # And how many teams stand behind each sum.
    given = page.locator("tfoot [data-given]")
    expect(given.nth(24)).to_have_text("8/8 Tổ")
    expect(given.nth(25)).to_have_text("0/8 Tổ")
    found = [values for _pk, _team, values in reports_of(unwritten.database)]
    assert sorted(found, key=json.dumps) == [
        dict(zip(CODES, [2, 3, *[1000 + row] * 23], strict=False)) for row in range(1, 9)
    ]
    # What the portal has is what the page shows, and shows again.
    page.reload()
    expect(at(page, 7, 24)).to_have_value("1008")
    expect(total(page, 24)).to_have_text("8.036")


def test_block_with_blanks_words_and_fractions_saves_what_it_can(
    unwritten: Stack, seats: Seats
) -> None:
    page = open_grid(seats.take(OFFICER, permissions=CLIPBOARD))
    cell(page, "adults").click()
    paste(page, [["1.234", "", "năm", "1,5", " x ", "12.34"]])
    column = CODES.index("adults")
    states = [None, None, "invalid", "invalid", "saved", "invalid"]
    expect(at(page, 0, column)).to_have_attribute("data-state", "saved")
    for right, state in enumerate(states):
        if state:
            expect(at(page, 0, column + right)).to_have_attribute("data-state", state)
    # Each refused cell keeps what was pasted, says why, and is in no total.
    expect(at(page, 0, column + 3)).to_have_value("1,5")
    at(page, 0, column + 3).click()
    expect(page.locator("[data-entry-strip]")).to_contain_text("Chỉ nhận số nguyên")
    expect(page.locator("[data-entry-status]")).to_have_attribute("data-state", "invalid")
    expect(total(page, column)).to_have_text("1.234")
    for right in (1, 2, 3, 4, 5):
        expect(total(page, column + right)).to_have_text("–")
    ((_pk, _team, values),) = reports_of(unwritten.database)
    assert values == {"adults": 1234, "residents_informed": None}


def test_total_is_of_what_the_portal_reads(unwritten: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER))
    for typed, shown in [
        ("1.038", "1.038"), ("1 038", "1.038"), ("1038", "1.038"), ("0", "0"), ("1,038", "–"),
        ("0.125", "–"), ("1.038 200", "–"), ("x", "–"), ("", "–"),
    ]:  # fmt: skip
        cell(page, "adults").fill(typed)
        expect(total(page, CODES.index("adults"))).to_have_text(shown)


def test_last_month_is_copied_but_not_into_what_was_sent_back(
    unwritten: Stack, seats: Seats
) -> None:
    page = open_grid(seats.take(OFFICER))
    returned, other = cell(page, "adults"), cell(page, "households")
    for each in (returned, other):
        expect(each).to_have_attribute("data-last", re.compile(r"\d+"))
    returned.evaluate("(cell) => (cell.dataset.returned = '')")
    page.locator("[data-grid-copy]").click()
    expect(other).to_have_value(other.get_attribute("data-last") or "")
    expect(returned).to_have_value("")


# -- Moving -------------------------------------------------------------------------------------


def test_keys_move_as_in_a_spreadsheet(unwritten: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER))

    def press(*keys: str) -> Callable[[int, int], None]:
        for key in keys:
            page.keyboard.press(key)
        return lambda row, column: expect(at(page, row, column)).to_be_focused()

    at(page, 0, 0).click()
    press("ArrowDown")(1, 0)
    press("Enter")(2, 0)
    press("Shift+Enter")(1, 0)
    press("ArrowUp")(0, 0)
    press("ArrowRight", "ArrowRight")(0, 2)
    press("Tab")(0, 3)
    press("Shift+Tab", "ArrowLeft")(0, 1)
    # At the edges nothing happens, and nothing is sent.
    press("ArrowLeft", "ArrowLeft", "ArrowUp")(0, 0)
    press(*["ArrowDown"] * 9)(7, 0)
    press("Enter")(7, 0)
    # Within a number the arrows move the caret; at its ends they leave the cell.
    at(page, 7, 2).click()
    page.keyboard.type("1038")
    press("ArrowLeft", "ArrowLeft")(7, 2)
    page.keyboard.type("5")
    expect(at(page, 7, 2)).to_have_value("10538")
    press("ArrowRight", "ArrowRight")(7, 2)
    press("ArrowRight")(7, 3)
    # Typing over a cell that was reached replaces what is there.
    press("ArrowLeft")(7, 2)
    page.keyboard.type("x")
    expect(at(page, 7, 2)).to_have_value("x")
    saved(page)
    ((_pk, _team, values),) = reports_of(unwritten.database)
    assert values == {"residents_guided": None}


# -- How each cell is -----------------------------------------------------------------------------


def test_cell_waits_is_saved_or_is_invalid_and_says_so(unwritten: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER))
    adults = cell(page, "adults")
    held: list[Route] = []
    page.route("**/api/v1/teams/**", lambda route: held.append(route))
    status = page.locator("[data-entry-status]")
    with page.expect_request("**/api/v1/teams/**"):
        adults.fill("1.038")
        expect(adults).to_have_attribute("data-state", "waiting")
    expect(adults).to_have_attribute("data-state", "saving")
    expect(status).to_have_attribute("data-state", "saving")
    # What is typed meanwhile waits for the answer, and is sent after it.
    adults.fill("1.039")
    held[0].continue_()
    with page.expect_response("**/api/v1/teams/**"):
        pass
    page.unroute("**/api/v1/teams/**")
    for route in held[1:]:
        route.continue_()
    expect(adults).to_have_attribute("data-state", "saved")
    saved(page)
    adults.fill("nhiều")
    expect(adults).to_have_attribute("data-state", "invalid")
    expect(adults).to_have_attribute("aria-invalid", "true")
    expect(status).to_have_attribute("data-state", "invalid")
    page.context.set_offline(True)
    adults.fill("1.040")
    expect(adults).to_have_attribute("data-state", "waiting")
    expect(status).to_have_attribute("data-state", "waiting")
    page.context.set_offline(False)
    saved(page)
    ((_pk, _team, values),) = reports_of(unwritten.database)
    assert values == {"adults": 1040}


def test_two_people_choose_in_the_grid(unwritten: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER))
    leader = open_form(seats.take(LEADER))
    giver = leader.locator("summary .menu-name").inner_text().strip()
    leader.locator("[name=adults]").fill("20")
    leader.locator("[name=households]").fill("30")
    saved(leader)
    cell(page, "adults").fill("21")
    expect(cell(page, "adults")).to_have_attribute("data-state", "conflict")
    strip = page.locator("[data-entry-strip]")
    # Who gave it, when, and what.
    for said in (giver, re.compile(r"\d\d:\d\d"), " 20 "):
        expect(strip).to_contain_text(said)
    button(strip, "Take theirs").click()
    expect(cell(page, "adults")).to_have_value("20")
    expect(total(page, CODES.index("adults"))).to_have_text("20")
    # What was not touched follows, and so does its total.
    expect(cell(page, "households")).to_have_value("30")
    expect(total(page, CODES.index("households"))).to_have_text("30")
    cell(page, "households").fill("31")
    saved(page)
    assert text("Take theirs") not in strip.inner_text()
    ((_pk, _team, values),) = reports_of(unwritten.database)
    assert values == {"adults": 20, "households": 31}


def test_saved_is_not_all_well_while_a_cell_is_above_its_whole(
    unwritten: Stack, seats: Seats
) -> None:
    page = open_grid(seats.take(OFFICER))
    status = page.locator("[data-entry-status]")
    cell(page, "adults").fill("500")
    saved(page)
    cell(page, "adults_paying").fill("501")
    expect(cell(page, "adults_paying")).to_have_attribute("data-state", "invalid")
    expect(status).to_have_attribute("data-state", "invalid")
    expect(status).to_contain_text("1 chỉ tiêu không hợp lệ")
    cell(page, "adults_paying").fill("499")
    saved(page)
    expect(status).to_have_attribute("data-state", "saved")


def test_paste_says_which_values_fell_on_closed_rows(fresh: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER, permissions=CLIPBOARD))
    rows = page.locator("tbody tr")
    closed = rows.count() - rows_of(page).count()
    assert closed
    at(page, 0, 0).click()
    paste(page, [["1"]] * (rows.count() + 2))
    said = page.locator("[data-grid-said]")
    expect(said).to_contain_text("nằm ngoài bảng")
    expect(said).to_contain_text("rơi vào các dòng không ghi được")


def test_time_of_saving_is_that_of_the_portal(unwritten: Stack, seats: Seats) -> None:
    """Its date is pinned; the browser's own is another one."""
    page = open_grid(seats.take(OFFICER))
    cell(page, "adults").fill("5")
    saved(page)
    expect(page.locator("[data-entry-status]")).to_contain_text(
        re.compile(r"\d{2}:\d{2} 10/06/2024")
    )
