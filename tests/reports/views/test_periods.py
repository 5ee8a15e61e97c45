"""Opening and locking months."""

import unicodedata

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.models import Period, Report, Status
from reports.periods import DECREE_09, lay_out
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.pages import Node, in_english, read

LIST = "/administration/periods/"


@pytest.fixture
def admin(cast: Cast, client_of: SignIn, enter: Enter) -> Client:
    with enter(cast.admin):
        lay_out(tenant=cast.province, year=2024, month=7, by=DECREE_09).save()
    return in_english(client_of(cast.admin))


def month(cast: Cast, enter: Enter, number: int = 6) -> Period:
    with enter(cast.admin):
        return Period.objects.get(tenant=cast.province, month=number)


def button(page: Node, period: Period, what: str) -> Node:
    return page.form(f"{LIST}{period.pk}/{what}/")


def test_months_are_those_of_the_province(admin: Client, cast: Cast) -> None:
    page = read(admin.get(LIST))
    assert [row[0] for row in page.rows()[1:]] == ["07/2024", "06/2024"]
    assert page.row("06/2024")[1:6] == [
        "15/05/2024 – 14/06/2024", "09/06/2024", "13/06/2024", "18/06/2024", "25/06/2024",
    ]  # fmt: skip
    assert page.row("06/2024")[6] == "open 10/06/2024"
    assert page.row("07/2024")[6] == "not opened yet"


def test_month_is_opened(admin: Client, cast: Cast, enter: Enter) -> None:
    form = button(read(admin.get(LIST)), month(cast, enter, 7), "open")
    assert admin.post(form.attributes["action"], form.filled())["Location"] == LIST
    page = read(admin.get(LIST))
    assert "Month 07/2024 is open." in page.text
    assert page.row("07/2024")[6] == "open 10/06/2024"
    assert month(cast, enter, 7).state_by_id == cast.admin.pk


def test_month_is_locked_with_its_reports_and_opened_again(
    admin: Client, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report_in(Status.APPROVED, team="hg-1a")
    report_in(Status.SUBMITTED, team="hg-2")
    june = month(cast, enter)
    form = button(read(admin.get(LIST)), june, "lock")
    admin.post(form.attributes["action"], {**form.filled(), "reason": "Đã báo cáo Bộ"})
    page = read(admin.get(LIST))
    assert page.row("06/2024")[6] == "locked 10/06/2024 · Đã báo cáo Bộ"
    with enter(cast.admin):
        assert list(Report.objects.order_by("pk").values_list("status", flat=True)) == [
            "locked", "submitted",
        ]  # fmt: skip
    form = button(page, june, "open")
    admin.post(form.attributes["action"], {**form.filled(), "reason": "Bổ sung"})
    assert month(cast, enter).is_open


@pytest.mark.parametrize(
    ("what", "reason", "told"),
    [
        ("lock", "", "Say why the month is locked."),
        ("lock", " \t ", "Say why the month is locked."),
        ("lock", "\x00", "Say why the month is locked."),
        ("lock", "x" * 251, "Please keep the reason under 250 characters."),
        ("lock", "x" * 10_000, "Please keep the reason under 250 characters."),
        ("open", "", "The month has been changed by somebody else. Look again."),
    ],
)
def test_change_is_refused_with_the_reason(
    what: str, reason: str, told: str, admin: Client, cast: Cast, enter: Enter
) -> None:
    june = month(cast, enter)
    response = admin.post(f"{LIST}{june.pk}/{what}/", {"reason": reason})
    page = read(response)
    assert response.status_code == 409
    assert told in page.text
    assert "/" in page.one("main").links
    assert month(cast, enter).is_open


def test_locked_month_is_opened_with_a_reason_only(admin: Client, cast: Cast, enter: Enter) -> None:
    june = month(cast, enter)
    admin.post(f"{LIST}{june.pk}/lock/", {"reason": "Đã báo cáo Bộ"})
    response = admin.post(f"{LIST}{june.pk}/open/", {"reason": " "})
    assert response.status_code == 409
    assert "Say why the locked month is opened again." in read(response).text
    assert month(cast, enter).state == "locked"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=1+1", "=1+1"),
        (unicodedata.normalize("NFD", "Đã báo cáo Bộ"), "Đã báo cáo Bộ"),
        ("a\x00b\x1b", "a b"),
        (unicodedata.normalize("NFD", "ế" * 250), "ế" * 250),
    ],
)
def test_reason_is_shown_as_it_was_typed(
    typed: str, kept: str, admin: Client, cast: Cast, enter: Enter, client_of: SignIn
) -> None:
    june = month(cast, enter)
    assert admin.post(f"{LIST}{june.pk}/lock/", {"reason": typed}).status_code == 302
    assert month(cast, enter).state_reason == kept
    shown = admin.get(LIST)
    assert kept in read(shown).text
    assert "<script>alert" not in shown.content.decode()
    told = client_of(cast.officer).get(f"/months/2024-06/units/{cast.units['06691'].pk}/")
    assert kept in read(told).text
    assert "<script>alert" not in told.content.decode()


def test_months_ask_the_database_as_often_for_many(admin: Client, cast: Cast, enter: Enter) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin.get(LIST)
        return len(queries)

    few = count()
    with enter(cast.admin):
        for number in range(1, 6):
            lay_out(tenant=cast.province, year=2024, month=number, by=DECREE_09).save()
    assert count() == few
