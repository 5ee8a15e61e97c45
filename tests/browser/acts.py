"""What people do on a page before it is looked at."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser.screens import ENOUGH, button, field
from tests.browser.seats import text
from tests.reports import declaring
from tests.teams import rosters

WRONG = "không nhớ"


def stay(page: Page, language: str) -> None:
    pass


def fail_to_sign_in(page: Page, language: str) -> None:
    try_to_sign_in(page, language, "ai-do")
    expect(page.get_by_role("alert")).to_be_visible()


def try_to_sign_in(page: Page, language: str, name: str) -> None:
    page.get_by_label(text("User name", language)).fill(f"{name}-{language}")
    page.get_by_label(text("Password", language)).fill(WRONG)
    button(page, "Sign in", language).click()


def lock_out(page: Page, language: str) -> None:
    token = page.locator("form [name=csrfmiddlewaretoken]").last.input_value()
    failure = {"username": f"ai-do-nua-{language}", "password": WRONG, "csrfmiddlewaretoken": token}
    # Only the last failure shows the page; the others need no window.
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert page.request.post("/sign-in/", form=failure).ok
    try_to_sign_in(page, language, "ai-do-nua")
    expect(page.get_by_role("heading", level=1)).to_have_text(text("Too many failures", language))


def be_refused(page: Page, language: str) -> None:
    field(page, "residents_guided", language).fill("1,5")
    button(page, "Submit", language).click()
    expect(page.get_by_role("alert")).to_be_visible()


def be_asked_of_blanks(page: Page, language: str) -> None:
    # What was refused before is still typed there.
    for code, value in {**ENOUGH, "residents_guided": "15"}.items():
        field(page, code, language).fill(value)
    button(page, "Submit", language).click()
    expect(button(page, "Submit all the same", language)).to_be_visible()


def be_refused_a_grid(page: Page, language: str) -> None:
    """Of one team, after the question; the way from what is wrong leads to its cell."""
    row = page.locator("tr[data-entry]").first
    cell = row.locator("[data-field=adults_paying]")
    cell.evaluate("(input) => input.closest('tr').removeAttribute('data-aside')")
    row.locator("[data-field=adults]").fill("5")
    cell.fill("9")
    row.locator("[name=team]").check()
    button(page, "Submit the chosen teams", language).click()
    button(page, "Submit all the same", language).click()
    alert = page.get_by_role("alert")
    alert.get_by_role("link").first.click()
    expect(page.locator("tr[data-entry] [data-field=adults_paying]").first).to_be_focused()


def approve_after_remarking(page: Page, language: str) -> None:
    """The remark stays where it was written."""
    page.locator(".remark-entry summary").first.click()
    remark = page.locator("[name^=remark-]").first
    remark.fill("Cao gấp đôi tháng trước")
    button(page, "Approve", language).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[name^=remark-]").first).to_have_value("Cao gấp đôi tháng trước")


def renew_password(page: Page, language: str) -> None:
    row = page.get_by_role("row", name="qn.bach-dang")
    row.get_by_text(text("Change", language), exact=True).click()
    button(row, "New first password", language).click()
    expect(page.locator(".secret")).to_be_visible()


def be_refused_a_seat(page: Page, language: str) -> None:
    page.get_by_label(text("Full name", language)).fill("12")
    page.get_by_label(text("In effect from", language)).fill("hôm nay")
    button(page, "Save", language).click()
    expect(page.locator(".field-error").first).to_be_visible()


def be_refused_a_stand_in(page: Page, language: str) -> None:
    page.get_by_label(text("User name of the colleague", language)).fill("khong-co")
    page.get_by_label(text("Last day", language)).fill("hôm nay")
    button(page, "Hand over", language).click()
    expect(page.locator(".field-error").first).to_be_visible()


def hand_over(page: Page, language: str) -> None:
    """Once: in the second language somebody stands in already."""
    if not page.locator("tbody tr").count():
        page.get_by_label(text("User name of the colleague", language)).fill("qn.ha-long")
        page.get_by_label(text("Last day", language)).fill("14/06/2024")
        page.get_by_label(text("Reason", language)).fill("Nghỉ phép năm")
        button(page, "Hand over", language).click()
        expect(page.locator("tbody tr")).to_have_count(1)
    page.goto("/")


def bring_roster(page: Page, language: str) -> None:
    with TemporaryDirectory() as folder:
        path = rosters.save(Path(folder) / "Danh sách.xlsx", rosters.NEW, rosters.REFUSED)
        page.get_by_label(text("File", language), exact=True).set_input_files(path)
        button(page, "Read the file", language).click()
        expect(page.locator(".told").first).to_be_visible()
        page.locator(".matching summary").click()


def merge_team(page: Page, language: str) -> None:
    """Once: in the second language the team has ended already."""
    if button(page, "Take the merging back", language).count():
        return
    page.get_by_role("link", name=text("Merge or dissolve", language)).click()
    page.get_by_label(text("merged", language).capitalize(), exact=True).check()
    page.get_by_label(text("Into which team", language)).select_option(index=1)
    button(page, "Show what would follow", language).click()
    button(page, "Merge the team", language).click()
    expect(button(page, "Take the merging back", language)).to_be_visible()


def propose_correction(page: Page, language: str) -> None:
    """Once: in the second language it waits already."""
    if page.locator(".waiting-correction").count():
        return
    page.locator("[name=training_sessions]").fill("3")
    page.locator("[name=reason]").fill("Nhập nhầm")
    button(page, "Propose the correction", language).click()
    expect(page.locator(".waiting-correction")).to_be_visible()


def give_time(page: Page, language: str) -> None:
    page.locator("[name=unit]").select_option(index=1)
    page.locator("[name=until]").fill("20/06/2024")
    page.locator("[name=reason]").fill("Bão số 3")
    button(page, "Give more time", language).click()
    expect(page.locator(".alert-success, .toasts").first).to_be_visible()


def leave_team(page: Page, language: str) -> None:
    """Once: in the second language the person has left already."""
    address = page.url
    if page.locator("#id_post").count():
        page.get_by_label(text("Left on", language)).fill("01/06/2024")
        page.get_by_label(text("In effect from", language)).fill("01/06/2024")
        button(page, "Save", language).click()
        page.wait_for_url("**/teams/**")
        page.goto(address)
    page.locator(".mistakes summary").click()


def enrol_namesake(page: Page, language: str) -> None:
    address = page.url
    page.goto("/members/")
    known = page.locator("tbody tr", has_not_text="Khu 1,").first
    name, born = known.locator("a").first.inner_text(), known.locator("td.num").inner_text()
    page.goto(address)
    page.get_by_label(text("Full name", language)).fill(name)
    page.get_by_label(text("Year of birth", language)).fill(born)
    button(page, "Save", language).click()
    expect(page.locator("fieldset")).to_be_visible()


def bring_decree(page: Page, language: str) -> None:
    page.locator("#id_official").select_option("2025-07-01")
    button(page, "Show what would change", language).click()
    expect(page.locator("#units")).to_be_visible()


def unfold_the_rebuild(page: Page, language: str) -> None:
    page.get_by_text(text("Rebuild totals", language), exact=True).click()
    expect(page.locator("#span")).to_be_visible()


def rebuild_totals(page: Page, language: str) -> None:
    unfold_the_rebuild(page, language)
    button(page, "Rebuild", language).click()
    expect(page.locator(".toast, .alert").first).to_be_visible()
    expect(page.locator("#rebuild")).to_have_count(0)


def be_refused_an_address(page: Page, language: str) -> None:
    page.get_by_label(text("E-mail address", language)).fill("to.truong@")
    button(page, "Save", language).click()
    expect(page.get_by_role("alert")).to_be_visible()


def unfold_the_message(page: Page, language: str) -> None:
    page.locator(".zalo summary").click()
    expect(page.locator("#zalo-text")).to_be_visible()


def open_a_reason(page: Page, language: str) -> None:
    page.locator(".differences details summary").last.click()
    expect(page.locator(".differences details textarea").last).to_be_visible()


def open_an_ending(page: Page, language: str) -> None:
    page.locator(".row-actions summary").first.click()
    expect(page.locator(".row-actions input[name=reason]").first).to_be_visible()


def bring_table(page: Page, language: str) -> None:
    """The printed one of 2023, as of another year: it names none."""
    page.get_by_label(text("Title of the table", language)).fill("Phụ lục kết quả hoạt động")
    page.locator("#id_period").select_option("2022")
    page.get_by_label(text("File", language), exact=True).set_input_files(declaring.APPENDIX)
    button(page, "Read the file", language).click()
    expect(page.locator(".told").first).to_be_visible()
