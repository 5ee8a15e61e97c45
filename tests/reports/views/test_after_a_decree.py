"""The address of a team that a decree has ended leads to the team that goes on in its place."""

from typing import Any

import pytest
from django.test import Client

from reports.models import Report
from reports.periods import DECREE_09, lay_out, open_period
from teams.models import Team
from tests import boundaries
from tests.cast import Cast, Enter, SignIn
from tests.pages import in_english, read
from tests.reports.views.desk import Desk, said_of, shown
from units import reform
from units.models import Decree


@pytest.fixture
def desk(cast: Cast, client_of: SignIn, enter: Enter) -> Desk:
    """The administrator at the page of the team that sits at thành phố Hạ Long itself."""
    return Desk(cast, client_of(cast.admin), enter, team="viettel")


def apply(cast: Cast, enter: Enter) -> Team:
    """The decree; the team in the place of the one that ended."""
    with enter(cast.admin):
        reform.apply(decree=boundaries.bring(cast), actor=cast.admin)
        return Team.objects.select_related("unit").get(unit__name=boundaries.NEW_NAME)


def test_page_leads_to_the_team_that_goes_on(desk: Desk, cast: Cast, enter: Enter) -> None:
    after = apply(cast, enter)
    response = desk.client.get(desk.address)
    assert response["Location"] == f"/months/2024-06/teams/{after.pk}/"
    page = read(desk.client.get(response["Location"]))
    assert "goes on at Thành phố Hạ Long Mới from 01/06/2024 on" in page.one(class_="toasts").text
    # What a browser could not send for the former team is shown to whoever typed it there.
    former = cast.teams["viettel"].pk
    kept = page.one(data_entry_closed=f"/api/v1/teams/{former}/months/{cast.june.pk}/")
    assert "hidden" in kept.attributes


def test_page_of_a_month_before_stays_where_it_is(desk: Desk, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        may = lay_out(tenant=cast.province, year=2024, month=5, by=DECREE_09)
        may.save()
        open_period(period=may, actor=cast.admin)
    after = apply(cast, enter)
    desk.month = "2024-05"
    assert desk.look().all("form", class_="figures-form")
    response = desk.client.get(f"/months/2024-05/teams/{after.pk}/")
    page = read(response)
    assert response.status_code == 200
    assert not page.all("form", class_="figures-form")
    assert "stands from 01/06/2024 on" in page.one(class_="alert-info").text


def test_form_that_was_open_meanwhile_comes_to_stand_at_the_other_team(
    desk: Desk, cast: Cast, enter: Enter
) -> None:
    form = {**desk.form(), "adults": "12"}
    after = apply(cast, enter)
    response = desk.send(form)
    assert response.status_code == 409
    page = read(response)
    assert "goes on at Thành phố Hạ Long Mới" in page.one(class_="alert-error").text
    assert shown(page, "adults") == "12"
    assert desk.stored() is None
    again = page.one("form", class_="figures-form")
    sent = {**again.filled(), "action": "draft"}
    assert desk.client.post(again.attributes["action"], sent).status_code == 302
    with enter(cast.admin):
        assert [(each.team, each.values) for each in Report.objects.all()] == [
            (after, {"adults": 12})
        ]


def test_form_that_was_open_shows_what_went_along_before(
    desk: Desk, cast: Cast, enter: Enter
) -> None:
    desk.type(adults="5")
    form = {**desk.form(), "adults": "12"}
    after = apply(cast, enter)
    page = read(desk.send(form))
    assert (shown(page, "adults"), "5" in said_of(page, "adults")) == ("12", True)
    again = page.one("form", class_="figures-form")
    desk.client.post(again.attributes["action"], {**again.filled(), "action": "draft"})
    with enter(cast.admin):
        assert Report.objects.get().values == {"adults": 12}
        assert Report.objects.get().team_id == after.pk


def test_leader_whose_role_went_along_is_led_on(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    """The former team is no longer theirs."""
    with enter(cast.admin):
        Team.objects.filter(pk=cast.teams["hg-1a"].pk).update(unit=cast.units["193"])
    client = client_of(cast.leader)
    in_english(client)
    address = f"/months/2024-06/teams/{cast.teams['hg-1a'].pk}/"
    assert client.get(address).status_code == 200
    with enter(cast.admin):
        reform.apply(decree=boundaries.bring(cast), actor=cast.admin)
        (after,) = Team.objects.filter(name=cast.teams["hg-1a"].name, merged_into=None)
    assert client.get(address)["Location"] == f"/months/2024-06/teams/{after.pk}/"
    field = f"/api/v1/teams/{cast.teams['hg-1a'].pk}/months/{cast.june.pk}/"
    sent = {"typed": {"adults": {"text": "7"}}}
    response = client.patch(field, sent, content_type="application/json")
    assert response.status_code == 409
    assert boundaries.NEW_NAME in response.json()["detail"]


@pytest.mark.parametrize("who", ["neighbour", "stranger"])
def test_nobody_else_is_led_on(who: str, cast: Cast, client_of: SignIn, enter: Enter) -> None:
    apply(cast, enter)
    client: Client = client_of(getattr(cast, who))
    assert client.get(f"/months/2024-06/teams/{cast.teams['viettel'].pk}/").status_code == 404


def test_two_decrees_lead_to_the_last_team(desk: Desk, cast: Cast, enter: Enter) -> None:
    apply(cast, enter)
    with enter(cast.admin):
        later: Any = {"on": boundaries.DAY.replace(day=5), "name": "Thành phố Hạ Long Xanh"}
        decree: Decree = boundaries.bring(cast, **later)
        reform.apply(decree=decree, actor=cast.admin)
        last = Team.objects.get(unit__name="Thành phố Hạ Long Xanh")
    assert desk.client.get(desk.address)["Location"].endswith(f"/teams/{last.pk}/")


def test_field_that_is_sent_for_the_former_team_is_refused(
    desk: Desk, cast: Cast, enter: Enter
) -> None:
    apply(cast, enter)
    address = f"/api/v1/teams/{cast.teams['viettel'].pk}/months/{cast.june.pk}/"
    sent = {"typed": {"adults": {"text": "7"}}}
    response = desk.client.patch(address, sent, content_type="application/json")
    assert response.status_code == 409
    assert "Tổ viettel" in response.json()["detail"]
    with enter(cast.admin):
        assert not Report.objects.exists()
