"""Every state, step and person, through the doors: the API, the page, and nothing else.

The table is written out by hand, beside `reports.steps`, `accounts.roles` and the querysets: what a
person sees, and which steps they may take, whatever the state of the report.
"""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings

from accounts.enrolment import open_account
from accounts.models import User
from accounts.roles import Role
from reports.models import Report, Status
from reports.steps import STEPS
from teams.models import Membership, Post
from teams.registry import give_account
from tests.accounts.lending import lend
from tests.cast import Cast, Enter, ReportIn, SignIn, Undone

DRAFT, SUBMITTED, RETURNED = Status.DRAFT, Status.SUBMITTED, Status.RETURNED
APPROVED, LOCKED = Status.APPROVED, Status.LOCKED

# From where to where.
BY_HAND = {
    "submit": ({DRAFT, RETURNED}, SUBMITTED),
    "withdraw": ({SUBMITTED}, DRAFT),
    "approve": ({SUBMITTED}, APPROVED),
    "return": ({SUBMITTED}, RETURNED),
    "reopen": ({APPROVED}, RETURNED),
}
FILL, REVIEW, NOTHING = {"submit", "withdraw"}, {"approve", "return", "reopen"}, set[str]()
ALWAYS, HANDED_IN, NEVER = set(Status), {SUBMITTED, APPROVED, LOCKED}, set[Status]()
# On the report of the team hg-1a: in which states they see it, and what they may do there.
PEOPLE: dict[str, tuple[set[Status], set[str]]] = {
    "leader": (ALWAYS, FILL),
    "officer": (ALWAYS, FILL | REVIEW),
    "district_officer": (ALWAYS, REVIEW),
    "staff": (HANDED_IN, NOTHING),
    "admin": (ALWAYS, FILL | REVIEW),
    "national": (HANDED_IN, NOTHING),
    # Of another team of the hamlet, another commune, another district and another province.
    "other_leader": (NEVER, NOTHING),
    "neighbour": (NEVER, NOTHING),
    "other_district": (NEVER, NOTHING),
    "stranger": (NEVER, NOTHING),
    # Those who stand in for somebody, or did until yesterday, or will from tomorrow on.
    "for_leader": (ALWAYS, FILL),
    "for_officer": (ALWAYS, FILL | REVIEW),
    "for_district": (ALWAYS, REVIEW),
    "was_for_officer": (NEVER, NOTHING),
    "will_be_for_leader": (NEVER, NOTHING),
    "nobody": (NEVER, NOTHING),
}
# Whom a door keeps out of every report: without a role, and, of steps on pages, without work.
SHUT = {
    "api": {"was_for_officer", "will_be_for_leader", "nobody"},
    "page": {"was_for_officer", "will_be_for_leader", "nobody", "staff", "national"},
}
STAND_INS = {
    "for_leader": ("leader", 0),
    "for_officer": ("officer", 0),
    "for_district": ("district_officer", 0),
    "was_for_officer": ("officer", -1),
    "will_be_for_leader": ("leader", 1),
}

TODAY = date(2024, 6, 10)

Clients = dict[str, Client]


@pytest.fixture
def clients(cast: Cast, client_of: SignIn, enter: Enter) -> Clients:
    with enter(cast.admin):
        people = _newcomers(cast)
    people |= {who: getattr(cast, who) for who in PEOPLE if who not in people}
    return {who: client_of(people[who]) for who in PEOPLE}


def _newcomers(cast: Cast) -> dict[str, User]:
    chair = Membership.objects.get(team=cast.teams["hg-1b"], post=Post.LEADER)
    leader, _ = give_account(membership=chair, username="qn.other_leader", actor=cast.admin)
    officer, _ = open_account(
        username="qn.other_district", full_name="Cán bộ Cẩm Phả", role=Role.DISTRICT_OFFICER,
        unit=cast.units["195"], actor=cast.admin,
    )  # fmt: skip
    made = {"other_leader": leader, "other_district": officer}
    for user in made.values():
        user.must_change_password = False
        user.save()
    for who in (*STAND_INS, "nobody"):
        made[who] = User.objects.create_user(f"qn.{who}", tenant=cast.province)
    for who, (giver, days) in STAND_INS.items():
        # Nobody hands over for a day that is past, so it was done on that day.
        with override_settings(BUSINESS_DATE=TODAY + timedelta(min(days, 0))):
            lend(getattr(cast, giver), made[who], since=TODAY + timedelta(days))
    return made


def by_api(client: Client, report: Report, name: str, said: dict[str, Any]) -> HttpResponse:
    address = f"/api/v1/reports/{report.pk}/steps/{name}/"
    return client.post(address, said, content_type="application/json")


def by_page(client: Client, report: Report, name: str, said: dict[str, Any]) -> HttpResponse:
    return client.post(f"/reports/{report.pk}/steps/{name}/", said)


DOORS: dict[str, tuple[Callable[..., HttpResponse], int]] = {
    "api": (by_api, 200),
    "page": (by_page, 302),
}


def test_table_names_every_step_with_a_door() -> None:
    assert {name for name, step in STEPS.items() if step.by_hand} == set(BY_HAND)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("status", Status)
def test_step_is_answered_by_state_and_person(
    status: Status,
    door: str,
    clients: Clients,
    cast: Cast,
    enter: Enter,
    report_in: ReportIn,
    undone: Undone,
) -> None:
    report = report_in(status)
    press, done = DOORS[door]
    expected: dict[tuple[str, str], tuple[int, str]] = {}
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for who, name in product(PEOPLE, BY_HAND):
        code = answer(door, who, name, status, done)
        became = BY_HAND[name][1] if code == done else status
        expected[who, name] = (code, became)
        reason = "" if name in ("approve", "submit") else "vì sao"
        said = {"version": report.version, "key": str(uuid4()), "reason": reason}
        with undone():
            response = press(clients[who], report, name, said)
            with enter(cast.national):
                found[who, name] = (response.status_code, Report.objects.get(pk=report.pk).status)
    assert found == expected


def answer(door: str, who: str, name: str, status: Status, done: int) -> int:
    """What the door answers: shut, not found, not allowed, not now, or done."""
    seen, may = PEOPLE[who]
    if who in SHUT[door]:
        return 403
    if status not in seen:
        return 404
    if name not in may:
        return 403
    return done if status in BY_HAND[name][0] else 409


@pytest.mark.parametrize("door", DOORS)
def test_step_with_a_door_of_its_own_is_found_at_no_other(
    door: str, clients: Clients, report_in: ReportIn
) -> None:
    report = report_in(LOCKED)
    press, _done = DOORS[door]
    said = {"version": report.version, "key": str(uuid4()), "reason": "vì sao"}
    for who, name in product(PEOPLE, set(STEPS) - set(BY_HAND)):
        code = press(clients[who], report, name, said).status_code
        assert code == (403 if who in SHUT[door] else 404), (who, name)


@pytest.mark.parametrize("status", Status)
def test_report_is_seen_by_state_and_person(
    status: Status, clients: Clients, report_in: ReportIn
) -> None:
    report = report_in(status)
    found = {
        who: client.get(f"/api/v1/reports/{report.pk}/").status_code
        for who, client in clients.items()
    }
    assert found == {
        who: 403 if who in SHUT["api"] else 200 if status in seen else 404
        for who, (seen, _may) in PEOPLE.items()
    }


@pytest.mark.parametrize("status", Status)
def test_figure_is_entered_by_state_and_person(
    status: Status, clients: Clients, cast: Cast, report_in: ReportIn, undone: Undone
) -> None:
    report = report_in(status)
    address = f"/api/v1/teams/{report.team_id}/months/{cast.june.pk}/"
    typed = {"typed": {"adults": {"text": "5"}}}
    found = {}
    for who, client in clients.items():
        with undone():
            response = client.patch(address, typed, content_type="application/json")
            found[who] = response.status_code
    written = 200 if status in Status.editable() else 409
    # The others know of no such team, or are kept out by the door, which is for those who fill in.
    unknown = {"other_leader", "neighbour", "stranger"}
    assert found == {
        who: written if "submit" in may else 404 if who in unknown else 403
        for who, (_seen, may) in PEOPLE.items()
    }
