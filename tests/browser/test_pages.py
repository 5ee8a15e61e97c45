"""Every page of every role, as it is seen: at the office and on a phone, by day and by night."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import get_resolver, resolve
from playwright.sync_api import Browser, Page

from tests.browser.acts import (
    approve_after_remarking,
    be_asked_of_blanks,
    be_refused,
    be_refused_a_grid,
    be_refused_a_seat,
    be_refused_a_stand_in,
    be_refused_an_address,
    bring_decree,
    bring_roster,
    bring_table,
    enrol_namesake,
    fail_to_sign_in,
    give_time,
    hand_over,
    leave_team,
    lock_out,
    merge_team,
    open_a_reason,
    open_an_ending,
    propose_correction,
    rebuild_totals,
    renew_password,
    stay,
    unfold_the_message,
    unfold_the_rebuild,
)
from tests.browser.inspection import EVERY_RULE, RULES_OF_LOOKS, accessible, look_sound, misfits
from tests.browser.seats import OFFICE, PHONE, Seats
from tests.stack import Stack

# With a stack of its own: these are more than all others that need Chromium.
pytestmark = pytest.mark.xdist_group("pages")

NOBODY = ""
LEADER, OFFICER, DISTRICT, STAFF = "qn.hong-gai.to-1", "qn.hong-gai", "qn.ha-long", "qn.tinh"
ADMIN, NATION = "qn.admin", "quoc-gia"
RECONCILER = "hd.admin-2"
WRONG = "không nhớ"


@dataclass(frozen=True)
class Sheet:
    """A page as somebody sees it; `act` is what leads there from the address."""

    who: str
    name: str
    address: str
    act: Callable[[Page, str], None] = stay
    # The name of the page's address, where `act` leads to another.
    shows: str = ""

    def __str__(self) -> str:
        return f"{self.who or 'nobody'}-{self.name}"


SHEETS = [
    Sheet(NOBODY, "sign-in", "/sign-in/"),
    Sheet(NOBODY, "sign-in-failed", "/sign-in/", fail_to_sign_in),
    Sheet(NOBODY, "locked-out", "/sign-in/", lock_out),
    Sheet(NOBODY, "not-found", "/nowhere/"),
    Sheet(LEADER, "home", "/"),
    Sheet(LEADER, "form", "/months/2024-06/teams/{team_1}/"),
    Sheet(LEADER, "form-refused", "/months/2024-06/teams/{team_1}/", be_refused),
    Sheet(LEADER, "form-asked", "/months/2024-06/teams/{team_1}/", be_asked_of_blanks),
    Sheet(LEADER, "approved", "/months/2024-05/teams/{team_1}/"),
    Sheet(LEADER, "unopened", "/months/2024-07/teams/{team_1}/"),
    Sheet(LEADER, "team", "/teams/{team_1}/"),
    Sheet(LEADER, "teams", "/teams/"),
    Sheet(LEADER, "targets", "/targets/"),
    Sheet(LEADER, "training", "/training/"),
    Sheet(LEADER, "password", "/password/"),
    Sheet(LEADER, "notices", "/notices/"),
    Sheet(LEADER, "preferences", "/preferences/"),
    Sheet(LEADER, "preferences-refused", "/preferences/", be_refused_an_address),
    Sheet(LEADER, "forbidden", "/overview/"),
    Sheet(OFFICER, "home", "/"),
    Sheet(OFFICER, "notices", "/notices/"),
    Sheet(OFFICER, "month", "/months/2024-06/units/{hong_gai}/"),
    Sheet(OFFICER, "month-zalo", "/months/2024-06/units/{hong_gai}/", unfold_the_message),
    Sheet(OFFICER, "grid", "/months/2024-06/units/{hong_gai}/grid/"),
    Sheet(OFFICER, "figures-file", "/months/2024-06/units/{hong_gai}/file/"),
    Sheet(OFFICER, "queue", "/months/2024-06/units/{hong_gai}/queue/"),
    Sheet(OFFICER, "grid-refused", "/months/2024-06/units/{hong_gai}/grid/", be_refused_a_grid),
    Sheet(OFFICER, "grid-closed", "/months/2024-03/units/{hong_gai}/grid/"),
    Sheet(OFFICER, "review", "/months/2024-06/teams/{team_4}/"),
    Sheet(OFFICER, "approval-refused", "/months/2024-06/teams/{team_4}/", approve_after_remarking),
    Sheet(OFFICER, "returned", "/months/2024-06/teams/{team_5}/"),
    Sheet(OFFICER, "overview", "/overview/2024-06/{hong_gai}/?section=activities"),
    Sheet(OFFICER, "why", "/overview/2024-06/{hong_gai}/why/residents_guided/"),
    Sheet(OFFICER, "why-hamlets", "/overview/2024-06/{hong_gai}/why/hamlets/"),
    Sheet(OFFICER, "punctuality", "/overview/2024-06/{hong_gai}/punctuality/"),
    Sheet(OFFICER, "delegations", "/delegations/"),
    Sheet(OFFICER, "delegations-refused", "/delegations/", be_refused_a_stand_in),
    Sheet(OFFICER, "home-handed-over", "/delegations/", hand_over, "home"),
    Sheet(OFFICER, "delegations-given", "/delegations/"),
    Sheet(OFFICER, "no-team", "/teams/?q=zzz"),
    Sheet(OFFICER, "teams", "/teams/"),
    Sheet(OFFICER, "teams-of-a-day", "/teams/?on=01/03/2023"),
    Sheet(OFFICER, "teams-of-no-day", "/teams/?on=31/02/2023"),
    Sheet(OFFICER, "team", "/teams/{team_2}/"),
    Sheet(OFFICER, "team-of-a-day", "/teams/{team_2}/?on=01/03/2023"),
    Sheet(OFFICER, "team-merged", "/teams/{team_8}/", merge_team),
    Sheet(OFFICER, "new-team", "/teams/new/"),
    Sheet(OFFICER, "change-team", "/teams/{team_2}/change/"),
    Sheet(OFFICER, "end-team", "/teams/{team_5}/end/"),
    Sheet(
        OFFICER,
        "end-team-foreseen",
        "/teams/{team_5}/end/?ending=merged&into={team_1}&on=10/06/2024",
    ),
    Sheet(OFFICER, "end-team-refused", "/teams/{team_5}/end/?ending=merged&on=1/1/2001"),
    Sheet(OFFICER, "members", "/members/?core=1"),
    Sheet(OFFICER, "members-of-a-day", "/members/?on=01/03/2023"),
    Sheet(OFFICER, "new-member", "/teams/{team_1}/members/new/"),
    Sheet(OFFICER, "namesake", "/teams/{team_1}/members/new/", enrol_namesake),
    Sheet(OFFICER, "member", "/members/{deputy_1}/"),
    Sheet(OFFICER, "former-member", "/members/{member_5}/", leave_team),
    Sheet(OFFICER, "committees", "/teams/committees/"),
    Sheet(OFFICER, "committee", "/teams/committees/{steering_hong_gai}/"),
    Sheet(OFFICER, "edit-committee", "/teams/committees/{steering_hong_gai}/edit/"),
    Sheet(OFFICER, "new-seat", "/teams/committees/{steering_hong_gai}/seats/new/"),
    Sheet(OFFICER, "seat", "/teams/seats/{head_hong_gai}/"),
    Sheet(OFFICER, "seat-refused", "/teams/seats/{head_hong_gai}/", be_refused_a_seat),
    Sheet(OFFICER, "imports", "/imports/"),
    Sheet(OFFICER, "import", "/imports/", bring_roster, "import"),
    Sheet(DISTRICT, "home", "/"),
    Sheet(DISTRICT, "notices", "/notices/"),
    Sheet(DISTRICT, "delegations-held", "/delegations/", open_an_ending),
    Sheet(DISTRICT, "month", "/months/2024-06/units/{ha_long}/"),
    Sheet(DISTRICT, "queue", "/months/2024-06/units/{ha_long}/queue/"),
    Sheet(DISTRICT, "unread", "/months/2024-06/teams/{team_5}/"),
    Sheet(DISTRICT, "overview", "/overview/2024-06/{ha_long}/?section=skills"),
    Sheet(STAFF, "home", "/"),
    Sheet(STAFF, "overview", "/overview/2024-06/{quang_ninh}/?section=targets"),
    Sheet(STAFF, "overview-final", "/overview/2024-03/{quang_ninh}/?section=communication"),
    Sheet(
        STAFF, "overview-quarter", "/overview/2024-06/{quang_ninh}/?span=quarter&section=activities"
    ),
    Sheet(STAFF, "why", "/overview/2024-06/{quang_ninh}/why/residents_guided/"),
    Sheet(STAFF, "why-rate", "/overview/2024-05/{hong_gai}/why/adults_paying/?rate=1"),
    Sheet(STAFF, "why-rate-long", "/overview/2024-06/{quang_ninh}/why/in_need_guided/?rate=1"),
    Sheet(STAFF, "why-span", "/overview/2024-06/{quang_ninh}/why/residents_guided/?span=quarter"),
    Sheet(STAFF, "punctuality", "/overview/2024-06/{quang_ninh}/punctuality/"),
    Sheet(STAFF, "services", "/overview/{quang_ninh}/services/"),
    Sheet(STAFF, "report", "/months/2024-06/teams/{team_2}/"),
    Sheet(STAFF, "teams", "/teams/?page=2"),
    Sheet(STAFF, "committees", "/teams/committees/"),
    Sheet(STAFF, "committees-missing", "/teams/committees/?state=missing"),
    Sheet(STAFF, "committees-found", "/teams/committees/?q=van hoa va thong tin&on=01/02/2024"),
    Sheet(STAFF, "committee", "/teams/committees/{steering_quang_ninh}/"),
    Sheet(ADMIN, "home", "/"),
    Sheet(ADMIN, "new-team-home", "/teams/new/"),
    Sheet(ADMIN, "new-team", "/teams/new/?unit={ha_long}"),
    Sheet(ADMIN, "month", "/months/2024-06/units/{quang_ninh}/"),
    Sheet(ADMIN, "correction", "/months/2024-03/teams/{team_1}/?correct=1"),
    Sheet(ADMIN, "periods", "/administration/periods/"),
    Sheet(ADMIN, "calendar", "/administration/periods/calendar/"),
    Sheet(ADMIN, "decrees", "/administration/decrees/"),
    Sheet(ADMIN, "decree", "/administration/decrees/", bring_decree, "decree"),
    Sheet(ADMIN, "rollup", "/administration/rollup/", unfold_the_rebuild),
    Sheet(ADMIN, "rollup-rebuilt", "/administration/rollup/", rebuild_totals),
    Sheet(ADMIN, "days-off", "/administration/periods/days-off/"),
    Sheet(ADMIN, "new-extension", "/administration/periods/extensions/new/"),
    Sheet(ADMIN, "more-time", "/administration/periods/extensions/new/", give_time, "periods"),
    Sheet(ADMIN, "proposed", "/months/2024-03/teams/{team_2}/?correct=1", propose_correction),
    Sheet(ADMIN, "accounts", "/administration/accounts/"),
    Sheet(ADMIN, "notices", "/notices/"),
    Sheet(NATION, "no-notices", "/notices/"),
    Sheet(ADMIN, "account-mail", "/administration/accounts/{account}/mail/"),
    Sheet(ADMIN, "all-delegations", "/administration/delegations/"),
    Sheet(ADMIN, "new-account-role", "/administration/accounts/new/"),
    Sheet(ADMIN, "new-account", "/administration/accounts/new/?role=commune_officer"),
    Sheet(ADMIN, "first-password", "/administration/accounts/", renew_password),
    Sheet(ADMIN, "new-committee", "/teams/committees/new/{bach_dang}/"),
    Sheet(ADMIN, "leader-account", "/members/{deputy_1}/account/"),
    Sheet(NATION, "home", "/"),
    Sheet(NATION, "rollup", "/administration/rollup/"),
    Sheet(NATION, "overview", "/overview/2024-06/{viet_nam}/?section=activities"),
    Sheet(NATION, "overview-of-province", "/overview/2024-06/{hai_duong}/"),
    Sheet(NATION, "declared-table", "/overview/declared/{appendix}/"),
    Sheet(RECONCILER, "declared-table", "/overview/declared/{appendix}/", open_a_reason),
    Sheet(RECONCILER, "declared-tables", "/overview/{hai_duong}/declared/"),
    Sheet(RECONCILER, "declared-import", "/overview/{hai_duong}/declared/", bring_table, "import"),
    Sheet(STAFF, "no-declared-tables", "/overview/{quang_ninh}/declared/"),
    Sheet(NATION, "no-services", "/overview/{hai_duong}/services/"),
]

UNITS = {
    "VN": "viet_nam", "22": "quang_ninh", "30": "hai_duong", "193": "ha_long", "06691": "hong_gai",
    "06694": "bach_dang",
}  # fmt: skip


@pytest.fixture(scope="module")
def addresses(portal: Stack) -> dict[str, int]:
    """What the addresses name, in the demo as it was loaded."""
    database = portal.database
    database.renew()
    units = database.ask("select code, id from units_unit where code = any(%s)", list(UNITS))
    teams = database.ask("select name, id from teams_team where name like %s", "% phường Hồng Gai")
    deputy = database.one(
        "select member.id from teams_membership member join teams_team team on team.id = team_id "
        "where team.name = %s and post = 'deputy'",
        "Tổ CNSCĐ Khu 1, phường Hồng Gai",
    )
    member = database.one(
        "select min(member.id) from teams_membership member join teams_team team "
        "on team.id = team_id where team.name = %s and post = 'member'",
        "Tổ CNSCĐ Khu 5, phường Hồng Gai",
    )
    committees = database.ask(
        "select unit.code, committee.id from teams_committee committee "
        "join units_unit unit on unit.id = unit_id where code = any(%s)", ["22", "06691"]
    )  # fmt: skip
    head = database.one(
        "select seat.id from teams_seat seat where committee_id = %s and post = 'head' "
        "and upper_inf(valid)",
        dict(committees)["06691"],
    )
    appendix = database.one("select id from reports_declaration")
    account = database.one("select id from accounts_user where username = %s", OFFICER)
    return {
        "account": account,
        "appendix": appendix,
        "deputy_1": deputy,
        "member_5": member,
        "head_hong_gai": head,
        **{f"steering_{UNITS[code]}": pk for code, pk in committees},
        **{UNITS[code]: pk for code, pk in units},
        **{f"team_{re.sub(r'[^0-9]', '', name)}": pk for name, pk in teams},
    }


@pytest.fixture(scope="module")
def crowd(portal: Stack, chromium: Browser) -> Iterator[Seats]:
    crowd = Seats(chromium, portal.address)
    yield crowd
    crowd.clear()


@pytest.fixture(scope="module")
def windows(crowd: Seats, addresses: dict[str, int]) -> dict[str, Page]:
    """One window for each person, because signing in and an empty cache are slow."""
    people = sorted({sheet.who for sheet in SHEETS})
    return {who: crowd.take(who) if who else crowd.open() for who in people}


# Redirects, files, forms that only are sent, and what programs read.
NO_PAGES = {
    "apply-decree", "ask-rebuild", "attach-evidence", "commit-import", "confirm-correction",
    "correct", "correct-import", "correct-joining", "correct-leaving", "discard-decree",
    "discard-import", "download", "download-declared", "download-missing", "download-punctuality",
    "end-committee", "end-delegation", "end-extension", "end-seat", "evidence-file",
    "evidence-picture",
    "explain-declared", "export-committees", "export-members", "export-teams", "figures-template",
    "forget-day", "health", "hold-period", "import-problems", "import-progress", "import-template",
    "lock-period", "match-columns", "open-period", "progress", "read-notices", "rebuild-progress",
    "reject-correction", "remove-evidence", "renew-password", "restore-evidence", "revive-team",
    "set-active", "set_language", "sign-off-declared", "sign-out", "submit-teams",
    "take-leaving-back", "take-step", "this-month", "undo-approvals", "undo-decree", "undo-import",
    "withdraw-committee", "withdraw-member",
}  # fmt: skip


def test_sheets_show_every_page_when_resolver_is_asked() -> None:
    people = ["account", "appendix", "deputy_1", "member_5"]
    steered = ["head_hong_gai", "steering_hong_gai", "steering_quang_ninh"]
    places = dict.fromkeys(
        [*people, *steered, *UNITS.values(), *(f"team_{number}" for number in range(1, 9))], 1
    )
    paths = [urlsplit(sheet.address.format_map(places)).path for sheet in SHEETS]
    shown = {resolve(path).url_name for path in paths if path != "/nowhere/"}
    shown |= {sheet.shows for sheet in SHEETS if sheet.shows}
    patterns = get_resolver().reverse_dict
    named = {name for name in patterns if isinstance(name, str)}
    programs = {name for name in named if patterns[name][0][0][0].startswith("api/")}
    assert named - programs - shown == NO_PAGES


# Each width, each language and each colour once: all eight together would find no more. Axe
# examines one load of the page only: it has to be loaded anew with each.
LOOKS = {
    "vi": [(OFFICE, "light", EVERY_RULE), (PHONE, "dark", RULES_OF_LOOKS)],
    "en": [(PHONE, "light", None)],
}


@pytest.mark.parametrize("sheet", SHEETS, ids=str)
def test_page_is_sound_when_opened(
    sheet: Sheet, addresses: dict[str, int], crowd: Seats, windows: dict[str, Page]
) -> None:
    page = windows[sheet.who]
    wrong = []
    for language, looks in LOOKS.items():
        crowd.speak(page.context, language)
        page.set_viewport_size(looks[0][0])
        page.goto(sheet.address.format_map(addresses))
        sheet.act(page, language)
        wrong += [f"{language}: {each}" for each in look_sound(page, language)]
        for viewport, theme, rules in looks:
            page.set_viewport_size(viewport)
            wrong += [
                f"{language} {viewport['width']}: {each}" for each in _look(page, theme, rules)
            ]
        keep_pictures(page, f"{sheet}-{language}")
    wrong += crowd.complaints
    crowd.complaints.clear()
    assert not wrong, "\n".join(wrong)


IN_BETWEEN = {"home", "month", "grid", "overview", "notices", "queue", "form", "punctuality"}
# Between a phone and an office: a tablet, and a window beside another one.
BETWEEN = (700, 768, 1024)


@pytest.mark.parametrize(
    "sheet", [each for each in SHEETS if each.name in IN_BETWEEN and each.act is stay], ids=str
)
def test_page_fits_between_a_phone_and_an_office(
    sheet: Sheet, addresses: dict[str, int], windows: dict[str, Page]
) -> None:
    page = windows[sheet.who]
    page.goto(sheet.address.format_map(addresses))
    wrong = []
    for width in BETWEEN:
        page.set_viewport_size({"width": width, "height": 1024})
        wrong += [f"{width}: {each}" for each in misfits(page)]
    assert not wrong, "\n".join(wrong)


def _look(page: Page, theme: str, rules: dict[str, Any] | None) -> list[str]:
    colour(page, theme)
    return misfits(page) + (accessible(page, rules) if rules else [])


def colour(page: Page, theme: str) -> None:
    page.evaluate(
        """(theme) => {
          document.documentElement.dataset.bsTheme = theme;
          document.documentElement.dispatchEvent(new Event("themechange"));
        }""",
        theme,
    )


def keep_pictures(page: Page, name: str) -> None:
    """Of both widths and colours, for people to look at, in the folder that SCREENSHOTS names."""
    if not (folder := os.environ.get("SCREENSHOTS")):
        return
    for viewport in (OFFICE, PHONE):
        page.set_viewport_size(viewport)
        for theme in ("light", "dark"):
            colour(page, theme)
            path = Path(folder) / f"{name}-{viewport['width']}-{theme}.png"
            page.screenshot(path=path, full_page=True)
