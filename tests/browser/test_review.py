"""A figure is returned and mended, and the list is approved but for a named exception."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.inspection import misfits
from tests.browser.screens import button, field, label, submit
from tests.browser.seats import PHONE, Seats, text
from tests.browser.test_main_job import LEADER, OFFICER, TEAM, open_form, toast
from tests.browser.test_saving import keep_picture
from tests.stack import Stack

EXCEPTION = "Tổ CNSCĐ Khu 4, phường Hồng Gai"
REMARK = "Tháng trước chỉ 40, có đúng 520 không?"
OWN = text(
    "This report was locked before, and you saved or submitted its figures: somebody else has to "
    "approve it."
)
TYPED = {"training_sessions": "2", "residents_guided": "1.038", "adults": "52779"}


def hand_in(page: Page) -> None:
    open_form(page)
    for code, value in TYPED.items():
        field(page, code).fill(value)
    # Three figures, where the team gives thirty.
    button(page, "Submit").click()
    page.locator("[name='explain.sparse']").fill("Chưa có số của các khu khác")
    submit(page)
    toast(page, text("The report of %(team)s is submitted.", team=TEAM))


def send_back(page: Page) -> None:
    page.get_by_role("link", name=text("This month"), exact=True).click()
    page.get_by_role("link", name=text("Review queue"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Phường Hồng Gai")
    page.get_by_role("link", name=TEAM, exact=True).click()
    row = page.get_by_role("row", name=label("residents_guided"))
    row.locator("summary").click()
    row.locator("[name=remark-residents_guided]").fill(REMARK)
    page.get_by_text(f"{text('Return')}…").click()
    page.locator("#step-return [name=reason]").fill("Xem lại một số liệu")
    button(page, "Return").click()
    expect(page.locator(".toasts")).to_contain_text(TEAM)
    expect(page.locator(".way-on")).to_contain_text(text("Next waiting report"))


def mend(page: Page) -> None:
    page.goto("/")
    card = page.locator(".sent-back")
    expect(card).to_contain_text(REMARK)
    keep_picture(page, "sent-back-360")
    card.get_by_role("link", name=label("residents_guided")).click()
    mended = field(page, "residents_guided")
    expect(mended).to_be_focused()
    keep_picture(page, "returned-figure-360")
    button(page, "Submit").click()
    word = page.locator("[name='explain.untouched.residents_guided']")
    expect(word).to_be_visible()
    mended.fill("1.030")
    expect(word).to_be_hidden()
    submit(page)
    toast(page, text("The report of %(team)s is submitted.", team=TEAM))


def decide(page: Page) -> Locator:
    return page.locator("[data-decides]")


def decision(page: Page, *, returned: int) -> str:
    """What the button says that it will do."""
    approved = page.locator("[name=report]:checked").count()
    words = text("Approve {approved} reports, return {returned}")
    return words.format(approved=approved, returned=returned)


def approve_but_one(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=text("Open the review queue")).click()
    every = page.locator("[data-tick-all] input").first
    every.check()
    exception = page.get_by_role("checkbox", name=f"{text('Approve')}: {EXCEPTION}")
    expect(exception).to_be_checked()
    # What has a reason is not approved, and waits where somebody thinks better of the reason.
    reason = page.get_by_role("textbox", name=f"{text('Reason to return')}: {EXCEPTION}")
    reason.fill("Thiếu số")
    expect(exception).not_to_be_checked()
    expect(decide(page)).to_have_text(decision(page, returned=1))
    reason.clear()
    keep_picture(page, "queue-ticked-1280")
    decide(page).click()
    expect(page.locator(".toasts")).to_contain_text(
        text("Still waiting: %(teams)s.", teams=EXCEPTION)
    )
    expect(page.locator(".decided")).to_contain_text(TEAM)
    keep_picture(page, "queue-decided-1280")


def test_figure_is_returned_mended_and_approved_with_a_named_exception(
    fresh: Stack, seats: Seats
) -> None:
    leader, officer = seats.take(LEADER, viewport=PHONE), seats.take(OFFICER)
    hand_in(leader)
    send_back(officer)
    mend(leader)
    approve_but_one(officer)
    states = fresh.database.ask(
        "select team.name, report.status from reports_report report "
        "join teams_team team on team.id = team_id join reports_period period "
        "on period.id = period_id where team.name like %s and year = 2024 and month = 6",
        "% phường Hồng Gai",
    )
    found = dict(states)
    assert (found[TEAM], found[EXCEPTION]) == ("approved", "submitted")


def test_batch_that_was_approved_is_undone_from_the_toast(fresh: Stack, seats: Seats) -> None:
    page = seats.take(OFFICER)
    page.goto("/")
    page.get_by_role("link", name=text("Open the review queue")).click()
    waiting = page.locator("[name=report]")
    count = waiting.count()
    page.locator("[data-tick-all] input").first.check()
    expect(decide(page)).to_have_text(decision(page, returned=0))
    decide(page).click()
    page.locator(".toasts").get_by_role("link", name=text("Undo"), exact=True).click()
    expect(page.locator("#undo")).to_be_focused()
    keep_picture(page, "queue-undo-1280")
    page.set_viewport_size(PHONE)
    assert misfits(page) == []
    keep_picture(page, "queue-undo-360")
    button(page, "Undo").click()
    expect(waiting).to_have_count(count)
    keep_picture(page, "queue-undone-360")


def test_reviewer_decides_and_goes_on_in_a_few_keys(fresh: Stack, seats: Seats) -> None:
    page = seats.take(OFFICER)
    page.goto("/")
    page.get_by_role("link", name=text("Open the review queue")).click()
    page.get_by_role("link", name=EXCEPTION, exact=True).click()
    press(page, "Tab", "Tab", "Enter", "Tab", "Enter")
    toast(page, text("The report of %(team)s is %(done)s.", team=EXCEPTION, done=text("approved")))
    press(page, "Tab", "Tab", "Enter", "Tab", "Enter")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(EXCEPTION)
    expect(button(page, "Approve")).to_be_visible()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_decision_stays_beside_the_figures(fresh: Stack, seats: Seats) -> None:
    page = seats.take(OFFICER)
    page.goto("/")
    page.get_by_role("link", name=text("Open the review queue")).click()
    page.get_by_role("link", name=EXCEPTION, exact=True).click()
    keep_picture(page, "decision-1280")
    page.locator(".document").last.scroll_into_view_if_needed()
    expect(button(page, "Approve")).to_be_in_viewport()
    keep_picture(page, "decision-scrolled-1280")


LATE_SENDER = (
    "update accounts_user set full_name = %s where id in (select step.by_id "
    "from reports_reportstep step where step.name = 'submit' and step.by_id is not null)",
    # The database keeps steps as they were taken.
    "alter table reports_reportstep disable trigger user; "
    "update reports_reportstep set at = at + interval '40 days' where name = 'submit'; "
    "alter table reports_reportstep enable trigger user",
)
NAMES = ["Công Tằng Tôn Nữ Hoàng Thị Ngọc Diễm Quỳnh Anh Phương Thảo Minh Châu", "Nguyễn" * 25]
# How far the content of a cell, or the whole of the table, stands out.
STICKING_OUT = """
() => [...document.querySelectorAll(".queue .table, .queue th, .queue td")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.outerHTML.slice(0, 120))
"""


@pytest.mark.parametrize("name", NAMES, ids=["many-words", "one-word"])
def test_queue_holds_a_late_sender_of_a_very_long_name(
    name: str, fresh: Stack, seats: Seats
) -> None:
    database = fresh.database
    tenant = database.one("select tenant_id from accounts_user where username = %s", OFFICER)
    database.order(LATE_SENDER[0], name, tenant=tenant)
    database.order(LATE_SENDER[1], tenant=tenant)
    page = seats.take(OFFICER)
    page.goto("/")
    page.get_by_role("link", name=text("Open the review queue")).click()
    expect(page.locator(".queue .state-late").first).to_be_visible()
    wrong = []
    for width in (1280, 1024, 768, 700, 360):
        page.set_viewport_size({"width": width, "height": 800})
        keep_picture(page, f"queue-long-{len(name)}-{width}")
        wrong += [f"{width}: {each}" for each in misfits(page) + page.evaluate(STICKING_OUT)]
    assert not wrong, "\n".join(wrong)


# As of a month that was locked before the officer handed the report in.
LOCKED_BEFORE = """
insert into reports_reportstep
    (tenant_id, report_id, name, status, version, reason, remarks, at)
select report.tenant_id, report.id, 'lock', 'locked', 0, '', '{}', report.submitted_at
from reports_report report join teams_team team on team.id = report.team_id
where team.name = %s and report.status = 'submitted'
"""


def test_queue_leaves_to_somebody_else_what_was_locked(fresh: Stack, seats: Seats) -> None:
    tenant = fresh.database.one("select tenant_id from accounts_user where username = %s", OFFICER)
    fresh.database.order(LOCKED_BEFORE, EXCEPTION, tenant=tenant)
    page = seats.take(OFFICER)
    page.get_by_role("link", name=text("Open the review queue")).click()
    row = page.get_by_role("row").filter(has_text=EXCEPTION)
    expect(row).to_contain_text(OWN)
    expect(row.get_by_role("checkbox")).to_have_count(0)
    page.get_by_role("checkbox").first.check()
    row.locator("[data-unticks]").fill("Xem lại")
    expect(decide(page)).to_have_text(decision(page, returned=1))
    row.locator("[data-unticks]").fill("")
    expect(decide(page)).to_have_text(decision(page, returned=0))
    decide(page).click()
    expect(page.locator(".toasts")).to_contain_text("1")
    page.get_by_role("link", name=EXCEPTION, exact=True).first.click()
    expect(page.locator(".next-steps")).to_contain_text(OWN)
    expect(page.get_by_role("button", name=text("Approve"), exact=True)).to_have_count(0)
