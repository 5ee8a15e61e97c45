"""Entering figures otherwise: by keyboard alone, without JavaScript, with a nervous finger."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cnscd_portal.demo.accounts import PASSWORD
from tests.browser.screens import ENOUGH, button, field, label, submit
from tests.browser.seats import OFFICE, PHONE, Seats, sign_in, text
from tests.stack import Stack

LEADER, OFFICER = "qn.hong-gai.to-1", "qn.hong-gai"
TEAM = "Tổ CNSCĐ Khu 1, phường Hồng Gai"
SPARSE = "Báo cáo gần như để trống"
STEPS = """
select step.name
from reports_reportstep step
join reports_report report on report.id = step.report_id
join reports_period period on period.id = report.period_id
join teams_team team on team.id = report.team_id
where team.name = %s and (year, month) = (2024, 6)
"""

# Visible: there is a ring around it, and nothing lies over it.
FOCUS = """
() => {
  const node = document.activeElement;
  const box = node.getBoundingClientRect();
  const ring = getComputedStyle(node).outlineStyle !== "none";
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const says = node.labels?.[0]?.innerText || node.innerText || node.name || node.tagName;
  return [says.replace(/\\s+/g, " ").trim(), ring && Boolean(top) && node.contains(top)];
}
"""


def tab_to(page: Page, name: str) -> None:
    """Walk on until the focus is on what has this name; everything on the way shows its focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        here, visible = page.evaluate(FOCUS)
        assert visible, f"no visible focus on {here}"
        if here == name:
            return
    pytest.fail(f"the keyboard does not reach {name}")


@pytest.mark.parametrize("phone", [False, True], ids=["office", "phone"])
def test_report_is_submitted_when_only_keyboard_is_used(
    phone: bool, fresh: Stack, seats: Seats
) -> None:
    page = seats.open(viewport=PHONE) if phone else seats.open()
    page.goto("/sign-in/")
    expect(page.get_by_label(text("User name"))).to_be_focused()
    page.keyboard.type(LEADER)
    tab_to(page, text("Password"))
    page.keyboard.type(PASSWORD)
    tab_to(page, text("Sign in"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=text("Enter the figures"))).to_be_visible()
    tab_to(page, text("Skip to the content"))
    page.keyboard.press("Enter")
    tab_to(page, text("Enter the figures"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(TEAM)
    tab_to(page, label("residents_guided"))
    page.keyboard.type("1,5")
    tab_to(page, text("Submit"))
    page.keyboard.press("Enter")
    # The reasons have the focus, and the first of them leads to its field.
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, label("residents_guided"))
    page.keyboard.press("Enter")
    expect(field(page, "residents_guided")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("15")
    page.keyboard.press("Enter")
    # One figure is little: the reasons lead to where that is explained.
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, SPARSE)
    page.keyboard.press("Enter")
    expect(page.locator("[name='explain.sparse']")).to_be_focused()
    page.keyboard.type("Tháng này chỉ có việc này")
    page.keyboard.press("Enter")
    # Nor is the rest sent as not reported without a question.
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, text("Submit all the same"))
    page.keyboard.press("Enter")
    expect(page.locator(".lead")).to_contain_text(text("submitted"))
    assert fresh.database.ask(STEPS, TEAM) == [("submit",)]


def test_report_is_submitted_when_there_is_no_javascript(fresh: Stack, seats: Seats) -> None:
    page = seats.take(LEADER, viewport=PHONE, java_script_enabled=False)
    page.get_by_role("link", name=text("Enter the figures")).click()
    page.get_by_label(text("Month"), exact=True).select_option("2024-05")
    button(page, "Show").click()
    expect(page.locator(".lead")).to_contain_text(text("approved"))
    page.get_by_label(text("Month"), exact=True).select_option("2024-06")
    button(page, "Show").click()
    for code, value in ENOUGH.items():
        field(page, code).fill(value)
    field(page, "residents_guided").fill("1,5")
    button(page, "Submit").click()
    expect(field(page, "residents_guided")).to_have_attribute("aria-invalid", "true")
    expect(field(page, "zalo_followers")).to_have_value("250")
    field(page, "residents_guided").fill("15")
    submit(page)
    expect(page.locator(".lead")).to_contain_text(text("submitted"))
    assert fresh.database.ask(STEPS, TEAM) == [("submit",)]


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_report_is_submitted_once_when_button_is_clicked_twice(
    scripts: bool, fresh: Stack, seats: Seats
) -> None:
    page = seats.take(LEADER, java_script_enabled=scripts)
    page.get_by_role("link", name=text("Enter the figures")).click()
    for code, value in ENOUGH.items():
        field(page, code).fill(value)
    button(page, "Submit").dblclick()
    button(page, "Submit all the same").dblclick()
    expect(page.locator(".lead")).to_contain_text(text("submitted"))
    assert fresh.database.ask(STEPS, TEAM) == [("submit",)]


# -- The first view -------------------------------------------------------------------------------

FIRST_VIEW_BYTES = 150_000


def test_first_view_is_light_when_nothing_is_cached(portal: Stack, seats: Seats) -> None:
    """From the sign-in page on: an officer's phone has seen nothing of the portal before."""
    page = seats.open(viewport=PHONE)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.clearBrowserCache")
    weights: list[int] = []
    network.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    sign_in(page, OFFICER)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    fonts = page.evaluate("[...document.fonts].filter((each) => each.status === 'loaded').length")
    assert fonts >= 3
    assert sum(weights) < FIRST_VIEW_BYTES, sum(weights)


def test_overview_is_printed_when_asked(portal: Stack, seats: Seats) -> None:
    page = seats.take("qn.tinh")
    page.get_by_role("link", name=text("Overview"), exact=True).click()
    page.emulate_media(media="print")
    for name in ("Tasks", "Figures shown"):
        expect(page.get_by_role("navigation", name=text(name))).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    # Upright, the sheet is narrower than what the chart is drawn for: it shrinks, and is whole.
    page.set_viewport_size({"width": 718, "height": 1000})
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    chart = page.locator("[data-chart]")
    shown, drawn = chart.bounding_box(), chart.locator("svg").bounding_box()
    assert shown == drawn
    assert drawn is not None
    assert drawn["height"] == pytest.approx(drawn["width"] * 0.15, abs=1)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.set_viewport_size(OFFICE)
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    if folder := os.environ.get("SCREENSHOTS"):
        (Path(folder) / "overview.pdf").write_bytes(printed)
    assert len(printed) > 20_000


def test_chart_is_printed_in_dark_words_from_a_dark_page(portal: Stack, seats: Seats) -> None:
    page = seats.take("qn.tinh", color_scheme="dark")
    page.get_by_role("link", name=text("Overview"), exact=True).click()
    word = page.locator("[data-chart] svg text").first
    expect(word).to_have_attribute("fill", "#a5b2bf")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(word).to_have_attribute("fill", "#56636f")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(word).to_have_attribute("fill", "#a5b2bf")
