"""An officer on leave hands over to a colleague: what the colleague does, and how it ends."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.screens import ENOUGH, button, field, submit
from tests.browser.seats import Seats, text
from tests.browser.test_saving import OFFICER, TEAM, keep_picture, saved, stored
from tests.stack import Stack

COLLEAGUE = "qn.bach-dang"
GIVER_NAME, COLLEAGUE_NAME = "Cán bộ phường Hồng Gai", "Cán bộ phường Bạch Đằng"
TENANT = "select tenant_id from accounts_user where username = %s"
MAKE_IT_YESTERDAY = "update accounts_delegation set days = daterange('2024-06-08', '2024-06-10')"


def hand_over(page: Page, day: str = "10/06/2024") -> None:
    page.goto("/delegations/")
    page.get_by_label(text("User name of the colleague")).fill(COLLEAGUE)
    page.get_by_label(text("First day")).fill(day)
    page.get_by_label(text("Last day")).fill(day)
    page.get_by_label(text("Reason")).fill("Nghỉ phép năm")
    button(page, "Hand over").click()
    expect(page.locator(".toasts")).to_contain_text(COLLEAGUE_NAME)


def test_colleague_stands_in_for_a_day_and_the_history_says_so(fresh: Stack, seats: Seats) -> None:
    colleague = seats.take(COLLEAGUE)
    expect(colleague.locator("main")).not_to_contain_text(GIVER_NAME)
    officer = seats.take(OFFICER)
    hand_over(officer)
    colleague.goto("/")
    expect(colleague.locator("main")).to_contain_text(GIVER_NAME)
    keep_picture(colleague, "delegation-home-1280")
    colleague.get_by_role("link", name="Phường Hồng Gai", exact=True).click()
    month = colleague.url
    colleague.get_by_role("link", name=TEAM, exact=True).click()
    for code, given in ENOUGH.items():
        field(colleague, code).fill(given)
    saved(colleague)
    submit(colleague)
    expect(colleague.locator(".toasts")).to_contain_text(TEAM)
    assert stored(fresh) == {code: int(given) for code, given in ENOUGH.items()}
    officer.goto("/")
    officer.get_by_role("link", name=text("This month"), exact=True).click()
    officer.get_by_role("link", name=TEAM, exact=True).click()
    said = officer.locator(".history")
    expect(said).to_contain_text(f"{COLLEAGUE_NAME} thay mặt {GIVER_NAME}")
    keep_picture(officer, "delegation-history-1280")
    # The day is over: it ends by itself, and leaves no way in.
    tenant = fresh.database.one(TENANT, OFFICER)
    fresh.database.order(MAKE_IT_YESTERDAY, tenant=tenant)
    colleague.goto("/")
    expect(colleague.locator("main")).not_to_contain_text(GIVER_NAME)
    response = colleague.goto(month)
    assert response is not None
    assert response.status == 404
    # What was done stays done, and said.
    officer.reload()
    expect(said).to_contain_text(COLLEAGUE_NAME)


def bell(page: Page) -> Locator:
    return page.locator(".notices-link .count")


def test_colleague_hears_of_it_and_declines(fresh: Stack, seats: Seats) -> None:
    officer, colleague = seats.take(OFFICER), seats.take(COLLEAGUE)
    told = {page: bell(page).count() and int(bell(page).inner_text().split()[0])
            for page in (officer, colleague)}  # fmt: skip
    hand_over(officer, "11/06/2024")
    colleague.goto("/notices/")
    expect(bell(colleague)).to_contain_text(str(told[colleague] + 1))
    notice = colleague.get_by_role("article").first
    expect(notice).to_contain_text("Bạn được ủy quyền: Cán bộ cấp xã, Phường Hồng Gai")
    expect(notice).to_contain_text(f"{GIVER_NAME}: Nghỉ phép năm")
    keep_picture(colleague, "delegation-notice-1280")
    notice.get_by_role("link").click()
    row = colleague.get_by_role("row").filter(has_text=GIVER_NAME)
    row.locator("summary").click()
    row.get_by_label(text("Reason, if you like")).fill("Bận họp cả tuần")
    keep_picture(colleague, "delegation-decline-1280")
    row.get_by_role("button", name=text("Decline"), exact=True).click()
    expect(row).to_contain_text(text("declined"))
    row.scroll_into_view_if_needed()
    keep_picture(colleague, "delegation-declined-row-1280")
    expect(colleague.locator(".toasts")).to_contain_text(GIVER_NAME)
    officer.goto("/")
    expect(officer.locator("main")).not_to_contain_text(COLLEAGUE_NAME)
    expect(bell(officer)).to_contain_text(str(told[officer] + 1))
    officer.goto("/notices/")
    expect(officer.get_by_role("article").first).to_contain_text(f"{COLLEAGUE_NAME}: Bận họp")
    keep_picture(officer, "delegation-declined-1280")
