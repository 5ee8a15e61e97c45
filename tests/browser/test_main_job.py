"""The main job: a team's month reaches the province's screen. Three people, one story."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.utils import translation
from playwright.sync_api import Locator, Page, expect

from tests.browser.screens import ENOUGH, button, field, figures, label, parts, submit, table
from tests.browser.seats import PHONE, Seats, text
from tests.stack import Stack, until

LEADER, OFFICER, STAFF, NATION = "qn.hong-gai.to-1", "qn.hong-gai", "qn.tinh", "quoc-gia"
TEAM = "Tổ CNSCĐ Khu 1, phường Hồng Gai"
COMMUNE, DISTRICT = "Phường Hồng Gai", "Thành phố Hạ Long"

# As the leader types them: code by code, the last word on each.
TYPED = {
    "training_sessions": "2",
    "members_trained": "6",
    "residents_guided": "1.038",
    "service_accounts_created": "520",
    "vneid_accounts_created": "31",
    "ocop_products": "5",
    "ocop_products_listed": "4",
    "adults": "52779",
    "adults_paying": "1 038",
    "zalo_followers": "0",
}
ACTIVITIES = {
    "training_sessions": 2,
    "members_trained": 6,
    "residents_guided": 1038,
    "service_accounts_created": 52,
    "vneid_accounts_created": 31,
    "ocop_products": 5,
    "ocop_products_listed": 4,
}
REASON = "Số tài khoản dịch vụ công là 52, không phải 520."


def days(message: str, plural: str, count: int, language: str = "vi") -> str:
    with translation.override(language):
        return translation.ngettext(message, plural, count) % {"days": count}


def toast(page: Page, said: str) -> None:
    expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()


def step_taken(done: str, language: str = "vi", team: str = TEAM) -> str:
    said = text(done, language)
    return text("The report of %(team)s is %(done)s.", language, team=team, done=said)


def type_figures(page: Page, typed: dict[str, str], language: str = "vi") -> None:
    for code, value in typed.items():
        field(page, code, language).fill(value)


# -- The leader -----------------------------------------------------------------------------------


def open_form(page: Page, language: str = "vi") -> None:
    page.get_by_role("link", name=text("Enter the figures", language)).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TEAM)


def expect_refusal(page: Page, code: str, reason: str) -> None:
    """The reason stands beside the field, and is read out with it."""
    refused = field(page, code)
    expect(refused).to_have_attribute("aria-invalid", "true")
    expect(refused).to_have_accessible_description(re.compile(re.escape(reason)))


def be_refused_once(page: Page) -> None:
    wrong = {**TYPED, "residents_guided": "1,5", "ocop_products_listed": "9"}
    type_figures(page, wrong)
    page.get_by_label(text("Difficulties")).fill("Sóng 4G yếu ở tổ 3.")
    button(page, "Submit").click()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_text(
        [label("residents_guided"), label("ocop_products_listed")]
    )
    expect_refusal(
        page,
        "residents_guided",
        text("Only whole numbers count here: write 1,038 or 1038, without decimals."),
    )
    expect_refusal(page, "ocop_products_listed", "9")
    for code, value in wrong.items():
        expect(field(page, code)).to_have_value(value)
    expect(page.get_by_label(text("Difficulties"))).to_have_value("Sóng 4G yếu ở tổ 3.")


def save_and_submit(page: Page) -> None:
    type_figures(page, TYPED)
    expect(page.locator("[data-entry-status]")).to_have_attribute("data-state", "saved")
    page.goto(page.url)
    expect(page.locator(".lead")).to_contain_text(text("draft"))
    expect(field(page, "residents_guided")).to_have_value("1038")
    submit(page)
    toast(page, text("The report of %(team)s is submitted.", team=TEAM))
    expect(button(page, "Submit")).to_have_count(0)


def mend(page: Page) -> None:
    page.reload()
    expect(page.get_by_role("status").filter(has_text=REASON)).to_contain_text(text("Returned"))
    field(page, "service_accounts_created").fill("52")
    submit(page)
    toast(page, text("The report of %(team)s is submitted.", team=TEAM))


# -- The officer ----------------------------------------------------------------------------------

STATES = [
    "submitted",
    "approved",
    "approved",
    "submitted",
    "returned",
    "submitted",
    "approved",
    "draft",
]


def look_at_month(page: Page) -> None:
    page.get_by_role("link", name=text("This month"), exact=True).click()
    lead = page.locator(".lead")
    expect(lead).to_contain_text(days("%(days)s day left", "%(days)s days left", 3))
    expect(lead).to_contain_text(days("%(days)s day late", "%(days)s days late", 1))
    rows = page.get_by_role("table").get_by_role("row")
    for number, state in enumerate(STATES, start=1):
        row = rows.filter(has=page.get_by_role("rowheader", name=f"Tổ CNSCĐ Khu {number},"))
        expect(row.locator(".state").first).to_have_text(text(state))
    page.get_by_role("link", name=f"{text('Review')} {TEAM}").click()


def return_report(page: Page) -> None:
    page.get_by_text(f"{text('Return')}…").click()
    reason = text("Reason, which the person concerned will read")
    page.locator("#step-return").get_by_label(reason).fill(REASON)
    button(page, "Return").click()
    toast(page, step_taken("returned"))


def approve(page: Page, language: str = "vi") -> None:
    page.reload()
    button(page, "Approve", language).click()
    toast(page, step_taken("approved", language))


def read_history(page: Page) -> list[str]:
    """One line an entry, the oldest first, with what is folded away."""
    entries = page.locator(".history > ol > li")
    for summary in entries.locator("summary").all():
        summary.click()
    return [" ".join(entry.inner_text().split()) for entry in entries.all()][::-1]


# -- The province ---------------------------------------------------------------------------------


def open_overview(page: Page, language: str = "vi") -> None:
    page.get_by_role("link", name=text("Overview", language), exact=True).click()
    page.get_by_role("link", name="Kết quả hoạt động" if language == "vi" else "Activities").click()


def unit_row(page: Page, name: str) -> dict[str, str]:
    return table(page, "Unit by unit")[name]


def reported(row: dict[str, str]) -> tuple[int, int]:
    return parts(row[text("Approved of expected")])


def grown(before: dict[str, str], after: dict[str, str]) -> dict[str, int]:
    old, new = (figures(row, list(ACTIVITIES)) for row in (before, after))
    return {code: new[code] - old[code] for code in ACTIVITIES}


def test_month_reaches_province_when_leader_officer_and_staff_do_their_part(
    fresh: Stack, seats: Seats
) -> None:
    staff = seats.take(STAFF)
    open_overview(staff)
    names = (DISTRICT, text("Total"))
    before = {name: unit_row(staff, name) for name in names}

    leader = seats.take(LEADER, viewport=PHONE)
    open_form(leader)
    be_refused_once(leader)
    save_and_submit(leader)
    officer = seats.take(OFFICER)
    look_at_month(officer)
    return_report(officer)
    mend(leader)
    approve(officer)

    drafted, sent, returned, mended, _, approved = read_history(officer)
    assert f"{label('residents_guided')}: {text('empty')} → 1.038" in drafted
    assert sent.startswith(f"{text('submitted').capitalize()} · Tổ trưởng {TEAM}")
    assert REASON in returned
    assert f"{label('service_accounts_created')}: 520 → 52" in mended
    assert approved.startswith(f"{text('approved').capitalize()} · Cán bộ phường Hồng Gai")

    # Nobody reloads: the page asks for what changed every few seconds.
    x, y = reported(before[DISTRICT])
    until("one team more", lambda: reported(unit_row(staff, DISTRICT)) == (x + 1, y), seconds=15)
    for name in names:
        after = unit_row(staff, name)
        assert grown(before[name], after) == ACTIVITIES
        assert reported(after) == (reported(before[name])[0] + 1, reported(before[name])[1])


def test_month_reaches_district_when_everybody_reads_english(fresh: Stack, seats: Seats) -> None:
    leader = seats.take(LEADER, viewport=PHONE)
    leader.get_by_role("button", name="English").click()
    open_form(leader, "en")
    expect(leader.locator("html")).to_have_attribute("lang", "en")
    type_figures(
        leader,
        {**ENOUGH, "residents_guided": "1,038", "service_accounts_created": "5 people"},
        "en",
    )
    button(leader, "Submit", "en").click()
    expect(leader.get_by_role("alert")).to_contain_text("1 entry is to be mended first.")
    expect(field(leader, "residents_guided", "en")).to_have_value("1,038")
    field(leader, "service_accounts_created", "en").fill("5")
    submit(leader, "en")
    toast(leader, f"The report of {TEAM} is submitted.")
    expect(leader.get_by_role("row", name=label("residents_guided", "en"))).to_contain_text("1,038")

    officer = seats.take(OFFICER, "en")
    officer.get_by_role("link", name="This month", exact=True).click()
    expect(officer.locator(".lead")).to_contain_text("3 days left")
    officer.get_by_role("link", name=f"Review {TEAM}").click()
    approve(officer, "en")
    officer.get_by_role("link", name="Overview", exact=True).click()
    until("the commune has four of eight", lambda: _of_commune(officer) == (4, 8))
    total = figures(table(officer, "Team by team", "en")["Total"], list(ACTIVITIES), "en")
    assert total["residents_guided"] >= 1038


def _of_commune(page: Page) -> tuple[int, int]:
    page.reload()
    return parts(table(page, "Team by team", "en")["Total"]["Approved of expected"])


# -- The worker -----------------------------------------------------------------------------------


FOURTH = "Tổ CNSCĐ Khu 4, phường Hồng Gai"


@pytest.fixture
def without_worker(fresh: Stack) -> Iterator[Stack]:
    fresh.worker.stop()
    yield fresh
    if fresh.worker.process is None:
        fresh.worker.start()


def test_overview_waits_when_no_worker_runs(without_worker: Stack, seats: Seats) -> None:
    staff = seats.take(STAFF)
    staff.clock.install()
    open_overview(staff)
    before = unit_row(staff, DISTRICT)
    officer = seats.take(OFFICER)
    officer.get_by_role("link", name=FOURTH).click()
    button(officer, "Approve").click()
    toast(officer, step_taken("approved", team=FOURTH))

    ask_again(staff)
    assert unit_row(staff, DISTRICT) == before
    staff.reload()
    assert unit_row(staff, DISTRICT) == before

    without_worker.worker.start()
    until("the mark is swept", lambda: not without_worker.database.ask(MARKS), seconds=60)
    ask_again(staff)
    after = unit_row(staff, DISTRICT)
    assert reported(after) == (reported(before)[0] + 1, reported(before)[1])
    values = without_worker.database.one(VALUES_OF_FOURTH, FOURTH)
    assert grown(before, after) == {code: values[code] or 0 for code in ACTIVITIES}


MARKS = "select 1 from reports_dirtytotal"
VALUES_OF_FOURTH = """
select values
from reports_report
join teams_team team on team.id = team_id
join reports_period period on period.id = period_id
where team.name = %s and (year, month) = (2024, 6)
"""


def ask_again(page: Page) -> None:
    """What the page does every five seconds, at once."""
    with page.expect_response(re.compile("/progress/")) as answer:
        page.clock.fast_forward(5_000)
    answer.value.finished()


# -- What the province and the nation see ---------------------------------------------------------


def fact(page: Page, heading: str) -> Locator:
    return page.locator(".fact", has=page.get_by_role("heading", name=text(heading), exact=True))


def test_overview_names_parts_when_staff_look_at_june(portal: Stack, seats: Seats) -> None:
    page = seats.take(STAFF)
    page.get_by_role("link", name=text("Overview"), exact=True).click()
    expect(fact(page, "Teams")).to_contain_text("1.473")
    expect(fact(page, "Teams")).to_contain_text(re.compile(r"1\.462 .+ \+ 11 "))
    expect(fact(page, "Members")).to_contain_text("11.255")
    expect(fact(page, "Communes covered")).to_contain_text("100,00%")
    expect(fact(page, "Communes covered")).to_contain_text("177/177")
    expect(fact(page, "Hamlets covered")).to_contain_text("1.452/1.452")
    targets = table(page, "9 mục tiêu của năm")
    assert len(targets) == 9
    for row in targets.values():
        numerator, denominator = parts(row[text("Parts")])
        reached = round(100 * numerator / denominator + 1e-9, 2)
        assert row[text("Reached")] == f"{reached:.2f}%".replace(".", ",")


def test_overview_adds_up_services_when_they_share_period_and_definition(
    portal: Stack, seats: Seats
) -> None:
    page = seats.take(STAFF)
    page.get_by_role("link", name=text("Overview"), exact=True).click()
    page.get_by_role("link", name=text("Public services")).click()
    rows = page.get_by_role("row")
    expect(rows.filter(has_text="47.308/47.723")).to_contain_text("99,13%")
    expect(rows.filter(has_text="53.963/108.292")).to_contain_text("49,83%")


def test_overview_leads_down_to_team_when_links_are_followed(portal: Stack, seats: Seats) -> None:
    page = seats.take(STAFF)
    open_overview(page)
    wider = figures(table(page, "Unit by unit")[text("Total")], list(ACTIVITIES))
    for name, heading in ((DISTRICT, "Unit by unit"), (COMMUNE, "Team by team")):
        shown = figures(unit_row(page, name), list(ACTIVITIES))
        page.get_by_role("rowheader").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        rows = table(page, heading)
        total = figures(rows.pop(text("Total")), list(ACTIVITIES))
        rows.pop(text("Teams that gave this figure"))
        assert total == shown
        parts_of_it = [figures(row, list(ACTIVITIES)) for row in rows.values()]
        assert total == {code: sum(part[code] for part in parts_of_it) for code in ACTIVITIES}
        assert all(total[code] <= wider[code] for code in ACTIVITIES)
        wider = total
    page.get_by_role("link", name="Tổ CNSCĐ Khu 2, phường Hồng Gai").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tổ CNSCĐ Khu 2, phường Hồng Gai")
    path = page.get_by_role("navigation", name=text("Path")).get_by_role("listitem")
    expect(path).to_have_text(["Tỉnh Quảng Ninh", DISTRICT, COMMUNE, "Khu 2"])


def test_nation_changes_nothing_when_it_looks_at_provinces(portal: Stack, seats: Seats) -> None:
    page = seats.take(NATION)
    rows = table(page, "Province by province")
    assert rows["Tỉnh Quảng Ninh"][text("Teams")] == "1.473"
    assert rows["Tỉnh Hải Dương"][text("Teams")] == "1.360"
    assert_nothing_to_send(page)
    open_overview(page)
    assert set(table(page, "Unit by unit")) >= {"Tỉnh Quảng Ninh", "Tỉnh Hải Dương", text("Total")}
    for name in ("Tỉnh Quảng Ninh", DISTRICT, COMMUNE, "Tổ CNSCĐ Khu 4, phường Hồng Gai"):
        page.get_by_role("rowheader").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        assert_nothing_to_send(page)
    pk, version = portal.database.ask(
        "select id, version from reports_report where status = 'submitted' limit 1"
    )[0]
    token = next(each for each in page.context.cookies() if each["name"] == "csrftoken")
    answer = page.request.post(
        f"/reports/{pk}/steps/approve/",
        form={"version": version, "key": str(uuid4()), "csrfmiddlewaretoken": token["value"]},
    )
    assert answer.status == 403
    status = portal.database.one("select status from reports_report where id = %s", pk)
    assert status == "submitted"


def assert_nothing_to_send(page: Page) -> None:
    """But the language and the way out."""
    forms = page.locator("form[method=post]")
    actions = forms.evaluate_all("forms => forms.map((form) => form.getAttribute('action'))")
    assert set(actions) == {"/language/", "/sign-out/"}
