"""The commune's grid as it is seen: nothing covers or moves anything else."""

from playwright.sync_api import Locator, expect

from tests.browser.screens import button
from tests.browser.seats import Seats
from tests.browser.test_grid import CODES, COMMUNE_OF_TEAM
from tests.browser.test_saving import OFFICER, TEAM, cell, open_grid
from tests.stack import Stack

# Where each column's head and its cell in the first row begin and end.
EDGES = """() => {
  const edges = (node) => [node.getBoundingClientRect().left, node.getBoundingClientRect().right];
  const heads = [...document.querySelectorAll("[data-grid] thead tr:last-child th")];
  const cells = [...document.querySelectorAll("[data-grid] tbody tr:first-child td")];
  return [heads.map(edges), cells.map(edges)];
}"""


def test_each_head_stands_over_its_column(fresh: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER))
    heads, cells = page.evaluate(EDGES)
    assert len(heads) == len(CODES)
    assert heads == cells


def test_eight_teams_are_seen_at_once_in_an_office(fresh: Stack, seats: Seats) -> None:
    """Also where a reviewer has remarked on a figure."""
    page = open_grid(seats.take(OFFICER))
    expect(page.locator("tbody tr")).to_have_count(8)
    remark = page.locator(".remark").first
    expect(remark).to_be_attached()
    heights = "(frame) => [frame.scrollHeight, frame.clientHeight]"
    needed, given = page.locator(".entry-frame").evaluate(heights)
    assert needed <= given
    actions = page.locator(".sticky-actions").bounding_box()
    assert actions is not None
    assert given + actions["height"] <= page.evaluate("innerHeight")
    # All that was remarked is read where it is mended.
    remark.locator("xpath=..").locator("[data-column]").focus()
    expect(page.locator("[data-entry-strip]")).to_contain_text(remark.text_content() or "?")


LONG_REMARKS = """
alter table reports_reportstep disable trigger user;
update reports_reportstep step set remarks = (
    select jsonb_object_agg(key, value || repeat(' và xem lại từng buổi', 10))
    from jsonb_each_text(step.remarks)
) where remarks <> '{}';
alter table reports_reportstep enable trigger user
"""


def middle(node: Locator) -> tuple[float, float]:
    box = node.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_row_does_not_move_away_under_the_finger(fresh: Stack, seats: Seats) -> None:
    """The field that is left has a remark, of which its cell shows one line."""
    _commune, tenant = fresh.database.ask(COMMUNE_OF_TEAM, TEAM)[0]
    fresh.database.order(LONG_REMARKS, tenant=tenant)
    page = open_grid(seats.take(OFFICER))
    page.locator("[data-returned]").click()
    box = page.locator("tr:has([data-returned]) ~ tr [name=team]").first
    box.scroll_into_view_if_needed()
    page.mouse.move(*middle(box))
    page.mouse.down()
    page.mouse.up()
    expect(box).to_be_checked()


def test_page_begins_at_its_top_and_leads_to_what_was_returned(fresh: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER))
    returned = page.locator("[data-returned]")
    expect(returned).not_to_be_focused()
    assert page.evaluate("scrollY") == 0
    page.get_by_role("link", name="1 ô bị trả lại").click()
    expect(returned).to_be_focused()
    expect(returned).to_be_in_viewport()


# Whether the node is what is seen in its middle.
ON_TOP = """(node) => {
  const { left, top, width, height } = node.getBoundingClientRect();
  return node.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}"""


def test_label_of_the_totals_lies_over_what_is_scrolled_away(fresh: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER))
    label = page.locator("tfoot th")
    label.scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator(".entry-frame").evaluate("(frame) => (frame.scrollLeft = 500)")
    assert label.evaluate(ON_TOP)


def test_question_names_its_cell_and_hides_neither_rows_nor_totals(
    fresh: Stack, seats: Seats
) -> None:
    page = open_grid(seats.take(OFFICER))
    send = button(page, "Submit the chosen teams")
    place = send.evaluate("(node) => node.getBoundingClientRect().x")
    adults = cell(page, "adults")
    adults.fill("nhiều")
    expect(adults).to_have_attribute("data-state", "invalid")
    strip = page.locator("[data-entry-strip]")
    expect(strip).to_contain_text(adults.get_attribute("aria-label") or "?")
    expect(adults).to_be_in_viewport()
    assert page.locator("tfoot th").evaluate(ON_TOP)
    # What is said beside it does not push the button away.
    expect(page.locator("[data-entry-status]")).not_to_be_empty()
    assert send.evaluate("(node) => node.getBoundingClientRect().x") == place


def test_paper_shows_states_and_units_and_whole_remarks(fresh: Stack, seats: Seats) -> None:
    page = open_grid(seats.take(OFFICER))
    page.emulate_media(media="print")
    expect(page.locator("tbody .state")).to_have_count(8)
    for each in (page.locator("tbody .state"), page.locator("thead small")):
        expect(each.first).to_be_visible()
    said = page.locator("tbody .remark").text_content() or "?"
    expect(page.locator(".on-paper")).to_contain_text(said)
