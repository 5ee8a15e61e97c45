"""The administrator's pages of the legal clock: calendar, days off, schedule, and more time."""

from datetime import date

import pytest
from django.test import Client

from reports import schedule
from reports.models import Extension, OwnHoliday, Period, ReportingCalendar
from reports.periods import DECREE_09, lay_out, lock_period
from tests.cast import Cast, Enter, SignIn
from tests.pages import in_english, read

LIST = "/administration/periods/"


@pytest.fixture
def admin(cast: Cast, client_of: SignIn, enter: Enter) -> Client:
    with enter(cast.admin):
        lay_out(tenant=cast.province, year=2024, month=7, by=DECREE_09).save()
    return in_english(client_of(cast.admin))


def test_calendar_is_chosen(admin: Client, cast: Cast, enter: Enter) -> None:
    form = read(admin.get(f"{LIST}calendar/")).one("form", class_="member-form")
    typed = form.filled()
    assert (typed["since"], typed["starts_day"], typed["team_due"]) == ("2024-07-01", "15", "9")
    sent = {**typed, "shift": "later", "locks_after": "5", "opens_by_itself": "on"}
    assert admin.post(f"{LIST}calendar/", sent)["Location"] == LIST
    page = read(admin.get(LIST))
    assert "Months from 07/2024 on follow it." in page.text
    assert page.row("07/2024")[6] == "not opened yet Opens by itself on 15/06/2024. Hold 07/2024"
    with enter(cast.admin):
        row = ReportingCalendar.objects.get()
        assert (row.shift, row.locks_after, row.set_by) == ("later", 5, cast.admin)
    again = read(admin.get(f"{LIST}calendar/"))
    assert "qn.admin" in again.row("07/2024")[-1]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"starts_day": "29"}, "less than or equal to 28"),
        ({"team_due": "x"}, "whole number"),
        ({"commune_due": "8"}, "This deadline lies before that of the level below."),
        ({"since": "2024-06-01"}, "not one of the available choices"),
    ],
)
def test_calendar_is_refused_and_nothing_typed_is_lost(
    typed: dict[str, str], told: str, admin: Client, cast: Cast, enter: Enter
) -> None:
    form = read(admin.get(f"{LIST}calendar/")).one("form", class_="member-form")
    response = admin.post(f"{LIST}calendar/", {**form.filled(), "locks_after": "17", **typed})
    page = read(response)
    assert response.status_code == 422
    assert told in page.text
    assert page.one("form", class_="member-form").filled()["locks_after"] == "17"
    with enter(cast.admin):
        assert not ReportingCalendar.objects.exists()


def test_schedule_of_a_month_is_held_and_let_go(admin: Client, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Period.objects.filter(pk=cast.june.pk).update(locks_on=date(2024, 6, 30))
    page = read(admin.get(LIST))
    assert "Locks by itself on 30/06/2024." in page.row("06/2024")[6]
    hold = f"{LIST}{cast.june.pk}/hold/"
    admin.post(hold, page.form(hold).filled())
    page = read(admin.get(LIST))
    assert "Held: opens and locks by hand only." in page.row("06/2024")[6]
    admin.post(hold, page.form(hold).filled())
    assert "Locks by itself" in read(admin.get(LIST)).row("06/2024")[6]


def test_quarter_is_told_where_its_months_are_laid_out(
    admin: Client, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        for number in (4, 8, 9):
            lay_out(tenant=cast.province, year=2024, month=number, by=DECREE_09).save()
    page = read(admin.get(LIST))
    assert page.row("Quarter 2/2024")[1:] == [
        "15/03/2024 – 14/06/2024", "13/06/2024", "18/06/2024", "25/06/2024",
    ]  # fmt: skip
    assert "Quarter 3/2024" in page.text
    assert "Year 2024" not in page.text


def test_days_off_of_the_province_come_and_go(admin: Client, cast: Cast, enter: Enter) -> None:
    page = read(admin.get(f"{LIST}days-off/"))
    assert "Lunar New Year" in page.text
    # What the catalogue does not know is the administrator's to say.
    assert "known up to 02/09/2027" in page.text
    sent = {"on": "09/07/2024", "is_worked": "", "label": "Bão số 3"}
    assert admin.post(f"{LIST}days-off/", sent).status_code == 302
    page = read(admin.get(f"{LIST}days-off/"))
    assert page.row("Tuesday, 09/07/2024")[1:3] == ["Bão số 3", "a day off"]
    with enter(cast.admin):
        day = OwnHoliday.objects.get()
    admin.post(f"{LIST}days-off/{day.pk}/forget/")
    assert "Bão số 3" not in read(admin.get(f"{LIST}days-off/")).text


@pytest.mark.parametrize("sent", [{"on": "31/02/2024", "label": "x"}, {"on": "09/07/2024"}])
def test_day_off_is_refused_at_its_field(sent: dict[str, str], admin: Client) -> None:
    response = admin.post(f"{LIST}days-off/", sent)
    assert response.status_code == 422
    assert len(read(response).all("p", class_="field-error")) == 1


def test_commune_is_given_more_time_and_told_of_it(
    admin: Client, cast: Cast, enter: Enter, client_of: SignIn
) -> None:
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
    commune = cast.units["06691"].pk
    month = f"/months/2024-06/units/{commune}/"
    link = next(each for each in read(admin.get(month)).links if "extensions/new" in each)
    form = read(admin.get(link)).one("form", class_="member-form")
    assert form.filled()["unit"] == str(commune)
    sent = {**form.filled(), "until": "20/06/2024", "reason": "Bão số 3"}
    assert admin.post(link, sent)["Location"] == LIST
    page = read(admin.get(LIST))
    assert "Phường Hồng Gai has time until 20/06/2024." in page.text
    assert page.row("Phường Hồng Gai")[1:5] == [
        "06/2024", "20/06/2024", "Bão số 3", "qn.admin 10/06/2024",
    ]  # fmt: skip
    officer = in_english(client_of(cast.officer))
    page = read(officer.get(month))
    assert "Tổ hg-1a: until the end of 20/06/2024" in page.text
    assert "Enter" in page.row("Tổ hg-1a")[-1]
    team = read(officer.get(f"/months/2024-06/teams/{cast.teams['hg-1a'].pk}/"))
    assert "The team was given more time, until the end of 20/06/2024." in team.text
    assert team.all("form", class_="figures-form")
    assert read(officer.get(f"{month}grid/")).all("input", **{"data-field": "adults"})
    assert "due 20/06/2024" in read(officer.get("/")).text
    with enter(cast.admin):
        extension = Extension.objects.get()
    admin.post(f"{LIST}extensions/{extension.pk}/end/")
    assert "taken back" in read(admin.get(LIST)).row("Phường Hồng Gai")[2]


def test_team_is_given_more_time_from_its_own_page(
    admin: Client, cast: Cast, enter: Enter, client_of: SignIn
) -> None:
    page = read(admin.get(f"/months/2024-06/teams/{cast.teams['hg-1a'].pk}/"))
    link = next(each for each in page.links if "extensions/new" in each)
    page = read(admin.get(link))
    assert "More time for Tổ hg-1a" in page.text
    form = page.one("form", class_="member-form").filled()
    assert "unit" not in form
    response = admin.post(link, {**form, "until": "09/06/2024", "reason": "Bão"})
    assert response.status_code == 422
    assert "This day is over." in read(response).text
    admin.post(link, {**form, "until": "20/06/2024", "reason": "Bão"})
    assert "due 20/06/2024" in read(in_english(client_of(cast.leader)).get("/")).text
    with enter(cast.admin):
        assert Extension.objects.get().team == cast.teams["hg-1a"]


def test_more_time_is_offered_to_the_administrator_alone(cast: Cast, client_of: SignIn) -> None:
    client = in_english(client_of(cast.officer))
    for address in (
        f"/months/2024-06/units/{cast.units['06691'].pk}/",
        f"/months/2024-06/teams/{cast.teams['hg-1a'].pk}/",
    ):
        assert not [each for each in read(client.get(address)).links if "extensions" in each]


def test_settled_until_is_the_last_day_that_is_known(cast: Cast) -> None:
    assert schedule.settled_until() == date(2027, 9, 2)
