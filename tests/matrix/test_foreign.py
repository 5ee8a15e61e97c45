"""What belongs to others: not found by its number, not listed, and not a word of it told."""

from io import BytesIO

import pytest
from django.http import HttpResponse
from openpyxl import load_workbook

from accounts.enrolment import LEVEL_OF_ROLE
from reports import rollup
from reports.models import Status
from tests.cast import Cast, Enter, ReportIn, Undone
from tests.matrix.asking import BrowserOf, SceneOf, ask, asked
from tests.matrix.scenes import nothing, of_june, of_members, of_province
from tests.matrix.table import SCENES, TABLE

# What nobody of Quảng Ninh may read of Hải Dương, and nobody of Hồng Gai of Bạch Đằng.
SECRETS = {
    "stranger": ["Phả Lại", "Chí Linh", "Hải Dương", "pl-1", "mobifone", "hd.admin"],
    "neighbour": ["Bạch Đằng", "bd-1", "bd-2", "qn.neighbour"],
}
ASKERS = {
    "stranger": ["leader", "officer", "district_officer", "staff", "admin"],
    "neighbour": ["leader", "officer"],
}


PAIRS = [(whose, who) for whose in ASKERS for who in ASKERS[whose]]


def leaks(response: HttpResponse, strangers: list[str]) -> list[str]:
    told = response.content.decode(errors="replace")
    if response["Content-Type"].endswith("spreadsheetml.sheet"):
        sheet = load_workbook(BytesIO(response.content)).active
        told = str([cell.value for row in sheet for cell in row])
    return [secret for whose in strangers for secret in SECRETS[whose] if secret in told]


@pytest.mark.parametrize(("whose", "who"), PAIRS)
def test_things_of_others_are_not_found(
    whose: str,
    who: str,
    browser_of: BrowserOf,
    scene_of: SceneOf,
    undone: Undone,
) -> None:
    client = browser_of(who)
    shared = {nothing, of_members} | ({of_province, of_june} if whose == "neighbour" else set())
    for names in SCENES:
        with undone():
            scene = scene_of(TABLE[names[0]], whose)
            for name, method in asked(names):
                if TABLE[name].kwargs in shared:
                    continue
                with undone():
                    response = ask(client, name, method, scene)
                # A closed door, or a method that there is not, comes before anything is looked up.
                ahead = {TABLE[name].expects(method, who)} & {403, 405}
                assert response.status_code in {404} | ahead, (name, method)
                assert leaks(response, [whose]) == [], (name, method)


@pytest.fixture
def full(cast: Cast, report_in: ReportIn, enter: Enter) -> Cast:
    """Everybody has reported and was approved, so that there is something to leak."""
    for team in ("hg-1a", "bd-1", "pl-1"):
        report_in(Status.APPROVED, team=team)
    for admin in (cast.admin, cast.stranger):
        with enter(admin):
            rollup.sweep(admin.tenant_id)
    return cast


@pytest.mark.parametrize("who", ASKERS["stranger"])
def test_pages_of_ones_own_tell_nothing_of_others(
    who: str, full: Cast, browser_of: BrowserOf, scene_of: SceneOf
) -> None:
    client, scene = browser_of(who), scene_of(TABLE["home"])
    strangers = [whose for whose, askers in ASKERS.items() if who in askers]
    seen = 0
    for name, row in TABLE.items():
        if row.expects("get", who) == 200 and not any(row.needs):
            response = ask(client, name, "get", scene)
            assert (response.status_code, leaks(response, strangers)) == (200, []), name
            seen += 1
    assert seen >= 10


def test_pages_of_others_do_tell_them(full: Cast, browser_of: BrowserOf, scene_of: SceneOf) -> None:
    """Or the secrets above would be no words of theirs."""
    for whose, secrets in SECRETS.items():
        client, scene = browser_of("stranger"), scene_of(TABLE["home"], whose)
        if whose == "neighbour":
            client = browser_of("admin")
        told = "".join(
            ask(client, name, "get", scene).content.decode()
            for name in ("home", "teams", "unit-month", "overview", "accounts", "api-unit-list")
        )
        assert [secret for secret in secrets if secret not in told] == []


# -- In the question ----------------------------------------------------------------------------


@pytest.mark.parametrize("who", ASKERS["stranger"])
def test_filters_by_numbers_of_others_find_nothing(
    who: str, full: Cast, browser_of: BrowserOf, scene_of: SceneOf
) -> None:
    client = browser_of(who)
    lists = ["/api/v1/totals/", "/api/v1/reports/"] if who != "leader" else ["/api/v1/reports/"]
    assert [address for address in lists if client.get(address).json()["count"] == 0] == []
    for whose in (whose for whose, askers in ASKERS.items() if who in askers):
        scene = scene_of(TABLE["home"], whose)
        response = client.get(f"/teams/?unit={scene.commune.pk}")
        assert (response.status_code, leaks(response, [whose])) == (404, [])
        numbers = {"unit": scene.commune.pk, "team": scene.team.pk}
        if whose == "stranger":
            numbers["period"] = scene.period.pk
        for address in lists:
            for name, number in numbers.items():
                if name != "team" or "reports" in address:
                    answer = client.get(f"{address}?{name}={number}").json()
                    assert (answer["count"], answer["results"]) == (0, []), (address, name, whose)


def test_month_of_another_province_is_no_month_of_a_team(full: Cast, browser_of: BrowserOf) -> None:
    address = f"/api/v1/teams/{full.teams['hg-2'].pk}/months/{full.june_elsewhere.pk}/"
    body = {"version": 0, "values": {"adults": 1}, "typed": {"adults": {"text": "1"}}}
    for who in ("officer", "admin"):
        for send in (browser_of(who).put, browser_of(who).patch):
            assert send(address, body, content_type="application/json").status_code == 404


def test_new_account_is_for_no_unit_of_another_province(full: Cast, browser_of: BrowserOf) -> None:
    client = browser_of("admin")
    for role, level in LEVEL_OF_ROLE.items():
        page = client.get(f"/administration/accounts/new/?role={role}").content.decode()
        offered = {unit.pk for unit in full.units.values() if f'value="{unit.pk}"' in page}
        assert offered == {
            unit.pk
            for unit in full.units.values()
            if (unit.tenant_id, unit.level) == (full.province.pk, level)
        }
