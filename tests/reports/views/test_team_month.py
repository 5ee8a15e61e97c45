"""The form of one team's month: what is typed is kept, or refused beside its field."""

import unicodedata
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from reports.catalogue import Catalogue
from reports.models import Status
from reports.periods import DECREE_09, lay_out, lock_period, open_period
from reports.workflow import Draft, save_draft
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.pages import read
from tests.reports.views.desk import Desk, said_of, shown, toasts

# -- Typed and kept -----------------------------------------------------------------------------


def test_draft_keeps_what_was_typed(leader: Desk) -> None:
    response = leader.type(
        **{
            "adults": "1,038",
            "residents": "52779",
            "households": " 0 ",
            "sim_2g_users.na": "1",
            "difficulties": "Mạng yếu.\r\n\r\nThiếu máy.",
            "proposals": "Thêm <b>loa</b>",
        }
    )
    assert response["Location"] == leader.address
    assert leader.values() == {
        "adults": 1038,
        "residents": 52779,
        "households": 0,
        "sim_2g_users": None,
    }
    assert leader.status() == "draft"
    page = leader.look()
    assert toasts(page) == "The draft is saved."
    form = leader.form()
    assert (form["adults"], form["residents"], form["households"]) == ("1038", "52779", "0")
    assert (form["sim_2g_users"], form["sim_2g_users.na"]) == ("", "1")
    assert "zalo_followers.na" not in form
    assert form["zalo_followers"] == ""
    assert form["difficulties"] == "Mạng yếu.\n\nThiếu máy."
    assert form["proposals"] == "Thêm <b>loa</b>"
    assert (form["version"], leader.steps()) == ("1", [])


def test_draft_is_changed_as_often_as_one_likes(leader: Desk) -> None:
    leader.type(adults="5", households="7")
    leader.type(adults="6", households="")
    leader.type(**{"adults": "", "adults.na": "1"})
    assert leader.values() == {"adults": None}
    assert leader.form()["version"] == "3"


def test_draft_is_submitted(leader: Desk) -> None:
    leader.type(adults="5")
    response = leader.type("submit", adults="6")
    assert response["Location"] == leader.address
    assert (leader.status(), leader.values(), leader.steps()) == (
        "submitted",
        {"adults": 6},
        ["submit"],
    )
    page = leader.look()
    assert toasts(page) == "The report of Tổ hg-1a is submitted."
    assert page.all("form", class_="figures-form") == []
    assert page.row("Adults") == ["Adults", "6", "people", "–"]
    assert page.row("Residents guided")[1] == "not reported"


def test_submission_leads_an_officer_to_the_next_team(officer: Desk) -> None:
    commune = officer.cast.units["06691"].pk
    response = officer.type("submit", adults="5")
    assert response["Location"] == f"/months/2024-06/units/{commune}/"
    assert officer.status() == "submitted"


def test_submission_of_an_enterprise_leads_to_where_it_sits(admin: Desk) -> None:
    for team, unit in (("vnpt", "22"), ("viettel", "193")):
        admin.team = team
        response = admin.type("submit", adults="5")
        assert response["Location"] == f"/months/2024-06/units/{admin.cast.units[unit].pk}/"


def test_form_shows_the_month_before(leader: Desk, forms: Catalogue, enter: Enter) -> None:
    cast = leader.cast
    with enter(cast.admin):
        may = lay_out(tenant=cast.province, year=2024, month=5, by=DECREE_09)
        may.save()
        open_period(period=may, actor=cast.admin)
        save_draft(
            team=cast.teams["hg-1a"],
            period=may,
            draft=Draft({"adults": 1038, "households": None}),
            version=0,
            actor=cast.admin,
        )
    said = {
        row.all("input")[0].attributes["name"]: row.one("small").one("b").text
        for row in leader.look().all(class_="figure-row")
        if "last month" in row.text
    }
    assert said == {"adults": "1,038", "households": "not applicable"}


def test_form_names_every_figure_of_the_catalogue(leader: Desk, forms: Catalogue) -> None:
    sent = leader.form()
    assert set(forms.codes) <= set(sent)
    assert set(sent) - set(forms.codes) - {"blanks"} == {
        "csrfmiddlewaretoken", "version", "key", "difficulties", "proposals", "evidence",
    }  # fmt: skip


def test_form_takes_no_more_than_its_figures(leader: Desk) -> None:
    cast = leader.cast
    response = leader.type(
        adults="5", status="approved", tenant=cast.other.pk, team=cast.teams["bd-1"].pk,
        unit=cast.units["pl-1"].pk, period=cast.june_elsewhere.pk, updated_by=cast.admin.pk,
        submitted_at="2024-01-01", id="99", nothing="5", ADULTS="7",
    )  # fmt: skip
    assert response.status_code == 302
    report = leader.stored()
    assert report is not None
    assert (report.values, report.status, report.submitted_at) == ({"adults": 5}, "draft", None)
    assert (report.tenant_id, report.unit_id) == (cast.province.pk, cast.units["hg-1"].pk)
    assert (report.period_id, report.updated_by_id) == (cast.june.pk, cast.leader.pk)


# -- Refused beside the field -------------------------------------------------------------------

FRACTION = "Only whole numbers count here: write 1,038 or 1038, without decimals."
NO_NUMBER = "This is not a number: write digits only, such as 1,038 or 1038."
TOO_MUCH = "At most 100,000 can be reported here. Please check the figure."


# Each in a field of its own, none of which holds more than 100,000.
REFUSED = {
    "adults": ("1,5", FRACTION),
    "residents": ("-3", "A figure cannot be negative."),
    "residents_guided": ("abc", NO_NUMBER),
    "adults_paying": ("100,001", TOO_MUCH),
    "adults_connected": ("9" * 10_000, TOO_MUCH),
    "service_accounts_created": ("<script>alert(1)</script>", NO_NUMBER),
    "vneid_accounts_created": ('"><img src=x>', NO_NUMBER),
    "guided_public_services": ("=1+1", NO_NUMBER),
    "guided_shopping": ("năm", NO_NUMBER),
    "guided_payment": (unicodedata.normalize("NFD", "năm"), NO_NUMBER),
    "guided_safety": ("5²", NO_NUMBER),
    "guided_platforms": ("5 \x1b 6", NO_NUMBER),
    "sim_2g_users": ("x" * 10_000, NO_NUMBER),
}


@pytest.mark.parametrize("action", ["draft", "submit"])
def test_figure_is_refused_beside_its_field(action: str, leader: Desk) -> None:
    typed = {code: text for code, (text, _) in REFUSED.items()}
    reasons = {code: reason for code, (_, reason) in REFUSED.items()}
    response = leader.type(action, **typed, households="1,038", difficulties="Mạng yếu")
    page = read(response)
    fields = {code: page.one("input", name=code).attributes for code in [*REFUSED, "households"]}
    assert response.status_code == 422
    assert {code: said_of(page, code) for code in REFUSED} == reasons
    assert [code for code, given in fields.items() if given.get("aria-invalid") != "true"] == [
        "households"
    ]
    # Nothing is lost of what was typed, and nothing is stored.
    assert {code: given["value"] for code, given in fields.items()} == {
        **typed, "households": "1,038",
    }  # fmt: skip
    assert page.one("textarea", name="difficulties").text == "Mạng yếu"
    assert leader.stored() is None
    # The summary on top leads to each field.
    summary = page.one(role="alert")
    assert sorted(summary.links) == sorted(f"#f-{code}" for code in REFUSED)
    assert [reason for reason in reasons.values() if reason not in summary.text] == []
    assert "<script>alert" not in response.content.decode()
    assert "<img src=x>" not in response.content.decode()


def test_part_above_its_whole_is_refused_beside_the_part(leader: Desk) -> None:
    page = read(leader.type(adults="1,038", adults_paying="1,039"))
    assert said_of(page, "adults_paying") == ("1,039 is more than the 1,038 of “Adults”.")
    assert said_of(page, "adults") == ""
    assert leader.stored() is None


def test_every_refused_figure_is_named_at_once(leader: Desk) -> None:
    page = read(
        leader.type(adults="1,5", households="-3", residents="abc", ocop_products="3",
                    ocop_products_listed="4", training_sessions="201", zalo_followers="12")
    )  # fmt: skip
    refused = [
        "training_sessions", "ocop_products_listed", "households", "adults", "residents",
    ]  # fmt: skip
    assert page.one(role="alert").links == [f"#f-{code}" for code in refused]
    assert [code for code in refused if not said_of(page, code)] == []
    assert said_of(page, "zalo_followers") == ""
    assert shown(page, "zalo_followers") == "12"


def test_figure_is_mended_on_the_page_that_refused_it(leader: Desk) -> None:
    page = read(leader.type("submit", adults="1,5", households="7"))
    sent = page.one("form", class_="figures-form").filled()
    assert leader.send({**sent, "adults": "15"}, "submit").status_code == 302
    assert (leader.values(), leader.status()) == ({"adults": 15, "households": 7}, "submitted")


def test_tick_of_not_applicable_outweighs_the_text_beside_it(leader: Desk) -> None:
    leader.type(**{"adults": "abc", "adults.na": "1", "households": "x"})
    assert leader.values() == {"adults": None, "households": None}


def test_empty_report_is_not_submitted(leader: Desk) -> None:
    response = leader.type("submit", difficulties="Không có số liệu")
    page = read(response)
    assert response.status_code == 409
    assert "The report is empty: enter at least one figure, or 0." in page.one(role="alert").text
    assert page.one("textarea", name="difficulties").text == "Không có số liệu"
    assert leader.stored() is None
    assert leader.type("submit", adults="0").status_code == 302


@pytest.mark.parametrize("name", ["difficulties", "proposals"])
def test_text_that_is_too_long_is_refused_beside_its_field(name: str, leader: Desk) -> None:
    response = leader.type(**{name: "ế" * 2001, "adults": "5"})
    page = read(response)
    field = page.one("textarea", name=name)
    assert response.status_code == 422
    assert (field.text, field.attributes["aria-invalid"]) == ("ế" * 2001, "true")
    told = page.description_of(field)
    assert told == "Please keep this text under 2,000 characters."
    assert leader.stored() is None
    # Two thousand letters are two thousand letters, however many marks were typed one by one.
    assert leader.type(**{name: unicodedata.normalize("NFD", "ế" * 2000)}).status_code == 302


@pytest.mark.parametrize("name", ["difficulties", "proposals"])
def test_text_is_shown_as_it_was_typed(name: str, leader: Desk) -> None:
    typed = {
        "<script>alert(1)</script>": "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0": "=cmd|' /C calc'!A0",
        "a\x00b\x1b[31m\x7f": "a b [31m",
        unicodedata.normalize("NFD", "Mạng yếu ở thôn"): "Mạng yếu ở thôn",
        "</textarea><b>x</b>": "</textarea><b>x</b>",
    }
    leader.type("submit", adults="5", **{name: "\n".join(typed)})
    report = leader.stored()
    assert getattr(report, name).split("\n") == list(typed.values())
    page = leader.look()
    assert " ".join(typed.values()) in page.text
    assert page.all("script", src="", type="") == []
    leader.press("withdraw")
    assert leader.form()[name].split("\n") == list(typed.values())


def test_version_that_is_none_is_stale(leader: Desk) -> None:
    leader.type(adults="5")
    sent = {**leader.form(), "adults": "6"}
    wrong = ["", "abc", "-1", "²", "1.0", "9" * 30, "9" * 5000, "\x00"]
    got = {version: leader.send({**sent, "version": version}).status_code for version in wrong}
    assert got == dict.fromkeys(wrong, 409)
    assert leader.values() == {"adults": 5}


@pytest.mark.parametrize("key", ["", "abc", "\x00", "x" * 10_000])
def test_key_that_is_none_is_replaced(key: str, leader: Desk) -> None:
    assert leader.type("submit", adults="5", key=key).status_code == 302
    assert leader.steps() == ["submit"]


# -- When the month is closed -------------------------------------------------------------------


def test_locked_month_says_who_can_open_it(leader: Desk, enter: Enter) -> None:
    cast = leader.cast
    typed = leader.form()
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
    page = leader.look()
    why = page.one(role="status", class_="alert").text
    assert "Month 06/2024 has been locked since 10/06/2024: đã báo cáo Bộ." in why
    assert "It can be opened by the provincial administrator, who can also give" in why
    assert page.all("form", class_="figures-form") == []
    # Whoever had it open loses nothing of what was typed.
    response = leader.send({**typed, "adults": "5"}, "submit")
    page = read(response)
    assert response.status_code == 409
    assert "the provincial administrator" in page.one(role="alert").text
    assert shown(page, "adults") == "5"
    assert leader.stored() is None


def test_month_that_is_not_opened_says_who_can_open_it(leader: Desk, enter: Enter) -> None:
    cast = leader.cast
    with enter(cast.admin):
        lay_out(tenant=cast.province, year=2024, month=7, by=DECREE_09).save()
    leader.month = "2024-07"
    page = leader.look()
    assert page.one(role="status", class_="alert").text == (
        "Month 07/2024 is not opened yet. It can be opened by the provincial administrator."
    )
    assert page.all("form", class_="figures-form") == []
    assert leader.send({"adults": "5", "version": "0"}).status_code == 409
    assert leader.stored() is None


def test_month_that_was_opened_early_takes_drafts_and_says_from_when_it_can_be_submitted(
    leader: Desk, settings: Settings
) -> None:
    settings.BUSINESS_DATE = date(2024, 5, 14)
    form = leader.look().one("form", class_="figures-form")
    buttons = form.all("button", type="submit")
    assert [each.attributes.get("value") for each in buttons] == ["draft"]
    assert "It can be submitted from 15/05/2024 on." in form.text
    response = leader.type("submit", adults="5")
    page = read(response)
    assert response.status_code == 409
    assert page.one(role="alert").text == (
        "Month 06/2024 can be submitted from 15/05/2024 on. Save the figures as a draft."
    )
    assert (shown(page, "adults"), leader.stored()) == ("5", None)
    assert leader.send(page.one("form", class_="figures-form").filled()).status_code == 302
    assert (leader.status(), leader.values()) == ("draft", {"adults": 5})


def test_month_that_there_is_not_is_not_found(leader: Desk) -> None:
    leader.month = "2023-01"
    assert leader.client.get(leader.address).status_code == 404
    assert leader.client.post(leader.address, {"adults": "5"}).status_code == 404


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED, Status.LOCKED])
def test_report_that_was_handed_in_is_a_document(
    status: Status, leader: Desk, report_in: ReportIn
) -> None:
    report = report_in(status, values={"adults": 1038, "households": 0, "residents": None})
    page = leader.look()
    assert page.all("form", class_="figures-form") == []
    assert page.row("Adults")[1:] == ["1,038", "people", "–"]
    assert page.row("Households and household")[1] == "0"
    assert [row[1] for row in page.rows() if row[0] == "Residents"] == ["not applicable"]
    assert [row[1] for row in page.rows() if row[0] == "Residents guided"] == ["not reported"]
    # Last month's figure stands in the same row, so the unit does even where this month's is not.
    assert [row[2] for row in page.rows() if row[0] == "Residents guided"] == ["people"]
    response = leader.send({"adults": "9", "version": str(report.version)}, "submit")
    assert response.status_code == 409
    assert "its figures cannot be changed now" in read(response).one(role="alert").text
    assert leader.values() == {"adults": 1038, "households": 0, "residents": None}


# -- Others -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["district_officer", "staff", "national"])
def test_figures_are_refused_to_whoever_only_looks_on(
    who: str, cast: Cast, client_of: SignIn, report_in: ReportIn, enter: Enter
) -> None:
    report = report_in(Status.DRAFT, values={"adults": 5})
    desk = Desk(cast, client_of(getattr(cast, who)), enter)
    assert desk.look().all("form", class_="figures-form") == []
    for typed in ("6", "1,5"):
        for action in ("draft", "submit"):
            sent = {"adults": typed, "version": str(report.version)}
            assert desk.send(sent, action).status_code == 403
    assert (desk.values(), desk.status()) == ({"adults": 5}, "draft")


def test_page_asks_the_database_as_often_for_many_steps(officer: Desk, report_in: ReportIn) -> None:
    report_in(Status.SUBMITTED)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            officer.look()
        return len(queries)

    few = count()
    for _ in range(3):
        officer.press("return", reason="sai")
        officer.type("submit", adults="5")
    assert count() == few
