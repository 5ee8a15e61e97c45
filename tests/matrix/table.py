"""Who may do what at which address, written by hand: the table, and what its rows speak of.

What is asked for is always the commune officer's: phường Hồng Gai, its team hg-1a, the report of
that team.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from reports.models import Period, Report, Status
from teams.models import Batch, Membership, Seat, Team
from tests.cast import PASSWORD
from units.models import Unit

KEY = UUID("6d0f2f4e-6b7e-4a53-8d8e-0d7f3a5c9b11")

PEOPLE = [
    "anonymous",
    "leader",
    "officer",
    "neighbour",
    "district_officer",
    "staff",
    "admin",
    "stranger",  # the administrator of the other province
    "national",
    "roleless",
    "newcomer",  # a commune officer with a first password
]


# Commune, province, team and month of each.
PLACES = {
    "officer": ("06691", "22", "hg-1a", "june"),
    "neighbour": ("06688", "22", "bd-1", "june"),
    "stranger": ("10507", "30", "pl-1", "june_elsewhere"),
}


@dataclass
class Scene:
    """What the addresses name: things of one commune, and of its province."""

    commune: Unit
    province: Unit
    team: Team
    period: Period
    account: User
    deputy: Membership
    report: Report | None = None
    batch: Batch | None = None
    seat: Seat | None = None

    @property
    def pk_of_report(self) -> int:
        assert self.report is not None
        return self.report.pk

    @property
    def pk_of_batch(self) -> int:
        assert self.batch is not None
        return self.batch.pk


def nothing(scene: Scene) -> dict[str, Any]:
    return {}


@dataclass
class Row:
    """`get`, `post` and `put` are the expected statuses, in the order of PEOPLE."""

    get: str
    post: str
    kwargs: Callable[[Scene], dict[str, Any]] = nothing
    data: Callable[[Scene], dict[str, Any]] = nothing
    # In which state the report of the team has to be; None where there must be none.
    report: Status | None = None
    put: str = ""

    @property
    def needs(self) -> tuple[Status | None, bool, bool]:
        """What has to be there: a report in a state, a batch that was read, a seat."""
        return self.report, self.kwargs is of_batch, self.kwargs in (of_committee, of_seat)

    def expects(self, method: str, who: str) -> int:
        return int(getattr(self, method).split()[PEOPLE.index(who)])

    @property
    def methods(self) -> list[str]:
        return ["get", "post", "put"] if self.put else ["get", "post"]


def of_commune(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.commune.pk}


def of_commune_in_june(scene: Scene) -> dict[str, Any]:
    return {"month": (2024, 6), "pk": scene.commune.pk}


def of_team_in_june(scene: Scene) -> dict[str, Any]:
    return {"month": (2024, 6), "pk": scene.team.pk}


def of_team(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.team.pk}


def of_deputy(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.deputy.pk}


def of_team_and_period(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.team.pk, "period_id": scene.period.pk}


def of_province(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.province.pk}


def of_report(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.pk_of_report}


def of_step(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.pk_of_report, "name": "return"}


def of_batch(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.pk_of_batch}


def of_members(scene: Scene) -> dict[str, Any]:
    return {"key": "members"}


def offered(scene: Scene) -> dict[str, Any]:
    return {"number": 3, "key": "hamlet", "chosen": "Khu phố 1"}


def of_committee(scene: Scene) -> dict[str, Any]:
    assert scene.seat is not None
    return {"pk": scene.seat.committee_id}


def of_seat(scene: Scene) -> dict[str, Any]:
    assert scene.seat is not None
    return {"pk": scene.seat.pk}


def of_june(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.period.pk}


def of_account(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.account.pk}


def figures(scene: Scene) -> dict[str, Any]:
    return {"residents_guided": "12", "version": "0", "key": str(KEY), "action": "submit"}


def step(scene: Scene) -> dict[str, Any]:
    version = scene.report.version if scene.report else 1
    return {"version": version, "key": str(KEY), "reason": "sai số liệu"}


def correction(scene: Scene) -> dict[str, Any]:
    return {**step(scene), "residents_guided": "13"}


def draft(scene: Scene) -> dict[str, Any]:
    return {"version": 0, "values": {"residents_guided": 12}}


def closing(scene: Scene) -> dict[str, Any]:
    return {"active": "0"}


def english(scene: Scene) -> dict[str, Any]:
    return {"language": "en"}


def account(scene: Scene) -> dict[str, Any]:
    return {
        "username": "qn.moi",
        "full_name": "Nguyễn Thị Mới",
        "role": Role.COMMUNE_OFFICER.value,
        "unit": scene.commune.pk,
    }


def name(scene: Scene) -> dict[str, Any]:
    return {"username": "qn.moi"}


def committee(scene: Scene) -> dict[str, Any]:
    return {"name": "Tổ chỉ đạo mới", "since": "01/06/2024"}


def official(scene: Scene) -> dict[str, Any]:
    day = "01/06/2024"
    return {"full_name": "Lê Thị Mới", "post": "member", "since": day, "effective_on": day}


def ending(scene: Scene) -> dict[str, Any]:
    return {"until": "10/06/2024"}


def own_password(scene: Scene) -> dict[str, Any]:
    chosen = "biển bạc rừng vàng 1945"
    return {"old_password": PASSWORD, "new_password1": chosen, "new_password2": chosen}


# fmt: off
#                        anon leader officer next distr staff admin other nation none first
TABLE = {
    "home":          Row("302 200 200 200 200 200 200 200 200 200 302",
                         "302 405 405 405 405 405 405 405 405 405 302"),
    "this-month":    Row("302 302 302 302 302 403 302 302 403 403 302",
                         "302 405 405 405 405 403 405 405 403 403 302"),
    "unit-month":    Row("302 404 200 404 200 403 200 404 403 403 302",
                         "302 405 405 405 405 403 405 405 403 403 302", of_commune_in_june),
    "team-month":    Row("302 200 200 404 200 200 200 404 200 403 302",
                         "302 302 302 404 403 403 302 404 403 403 302", of_team_in_june, figures),
    "take-step":     Row("302 405 405 405 405 403 405 405 403 403 302",
                         "302 403 302 404 302 403 302 404 403 403 302",
                         of_step, step,
                         Status.SUBMITTED),
    "correct":       Row("302 403 403 403 403 403 405 405 403 403 403",
                         "302 403 403 403 403 403 302 404 403 403 403", of_report, correction,
                         Status.APPROVED),
    "overview-top":  Row("302 403 302 302 302 302 302 302 302 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302"),
    "overview":      Row("302 403 200 404 200 200 200 404 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302", of_commune_in_june),
    "progress":      Row("302 403 200 404 200 200 200 404 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302", of_commune_in_june),
    "download":      Row("302 403 200 404 200 200 200 404 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302", of_commune_in_june),
    # Of the province, for a commune has no public services of its own.
    "services":      Row("302 403 404 404 404 200 200 404 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302", of_province),
    "periods":       Row("302 403 403 403 403 403 200 200 403 403 403",
                         "302 403 403 403 403 403 405 405 403 403 403"),
    # June is open already, so that opening it again is a conflict.
    "open-period":   Row("302 403 403 403 403 403 405 405 403 403 403",
                         "302 403 403 403 403 403 409 404 403 403 403", of_june, step),
    "lock-period":   Row("302 403 403 403 403 403 405 405 403 403 403",
                         "302 403 403 403 403 403 302 404 403 403 403", of_june, step),
    "sign-in":       Row("200 302 302 302 302 302 302 302 302 302 302",
                         "200 302 302 302 302 302 302 302 302 302 302"),
    "sign-out":      Row("405 405 405 405 405 405 405 405 405 405 405",
                         "302 302 302 302 302 302 302 302 302 302 302"),
    "password":      Row("302 200 200 200 200 200 200 200 200 200 200",
                         "302 302 302 302 302 302 302 302 302 302 302", data=own_password),
    "accounts":      Row("302 403 403 403 403 403 200 200 403 403 403",
                         "302 403 403 403 403 403 405 405 403 403 403"),
    # The other administrator sends a unit that is none of the choices: the form comes back.
    "new-account":   Row("302 403 403 403 403 403 200 200 403 403 403",
                         "302 403 403 403 403 403 200 200 403 403 403", data=account),
    "renew-password": Row("302 403 403 403 403 403 405 405 403 403 403",
                          "302 403 403 403 403 403 200 404 403 403 403", of_account),
    "set-active":    Row("302 403 403 403 403 403 405 405 403 403 403",
                         "302 403 403 403 403 403 302 404 403 403 403", of_account, closing),
    "teams":         Row("302 200 200 200 200 200 200 200 200 200 302",
                         "302 405 405 405 405 405 405 405 405 405 302"),
    "team":          Row("302 200 200 404 200 200 200 404 200 404 302",
                         "302 405 405 405 405 405 405 405 405 405 302", of_team),
    "export-teams":  Row("302 403 200 200 200 200 200 200 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302"),
    # Whoever keeps more than one unit is asked for it first.
    "new-team":      Row("302 403 200 200 403 403 200 200 403 403 302",
                         "302 403 422 422 403 403 200 200 403 403 302"),
    "change-team":   Row("302 403 200 404 403 403 200 404 403 403 302",
                         "302 403 422 404 403 403 422 404 403 403 302", of_team),
    "end-team":      Row("302 403 200 404 403 403 200 404 403 403 302",
                         "302 403 422 404 403 403 422 404 403 403 302", of_team),
    # The team has not ended, so that there is no way back.
    "revive-team":   Row("302 403 405 405 403 403 405 405 403 403 302",
                         "302 403 409 404 403 403 409 404 403 403 302", of_team),
    "leader-account": Row("302 403 403 403 403 403 200 404 403 403 403",
                          "302 403 403 403 403 403 200 404 403 403 403", of_deputy, name),
    "new-member":    Row("302 403 200 404 403 403 200 404 403 403 302",
                         "302 403 422 404 403 403 422 404 403 403 302", of_team),
    "member":        Row("302 403 200 404 403 403 200 404 403 403 302",
                         "302 403 422 404 403 403 422 404 403 403 302", of_deputy),
    "members":       Row("302 200 200 200 200 200 200 200 200 200 302",
                         "302 405 405 405 405 405 405 405 405 405 302"),
    "export-members": Row("302 403 200 200 200 200 200 200 200 403 302",
                          "302 403 405 405 405 405 405 405 405 403 302"),
    "committees":    Row("302 403 200 200 200 200 200 200 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302"),
    "export-committees": Row("302 403 200 200 200 200 200 200 200 403 302",
                             "302 403 405 405 405 405 405 405 405 403 302"),
    "new-committee": Row("302 403 200 404 403 403 200 404 403 403 302",
                         "302 403 302 404 403 403 302 404 403 403 302", of_commune, committee),
    "committee":     Row("302 403 200 404 200 200 200 404 200 403 302",
                         "302 403 405 405 405 405 405 405 405 403 302", of_committee),
    "edit-committee": Row("302 403 200 404 403 403 200 404 403 403 302",
                          "302 403 302 404 403 403 302 404 403 403 302", of_committee, committee),
    "end-committee": Row("302 403 405 405 403 403 405 405 403 403 302",
                         "302 403 302 404 403 403 302 404 403 403 302", of_committee, ending),
    "new-seat":      Row("302 403 200 404 403 403 200 404 403 403 302",
                         "302 403 302 404 403 403 302 404 403 403 302", of_committee, official),
    "seat":          Row("302 403 200 404 403 403 200 404 403 403 302",
                         "302 403 302 404 403 403 302 404 403 403 302", of_seat, official),
    "end-seat":      Row("302 403 405 405 403 403 405 405 403 403 302",
                         "302 403 302 404 403 403 302 404 403 403 302", of_seat, ending),
    # A form without a file is refused.
    "imports":       Row("302 403 200 200 403 403 200 200 403 403 302",
                         "302 403 422 422 403 403 422 422 403 403 302"),
    "import-template": Row("302 403 200 200 403 403 200 200 403 403 302",
                           "302 403 405 405 403 403 405 405 403 403 302", of_members),
    # Nothing was offered.
    "correct-import": Row("302 403 405 405 403 403 405 405 403 403 302",
                          "302 403 409 404 403 403 409 404 403 403 302", of_batch, offered),
    "import":        Row("302 403 200 404 403 403 200 404 403 403 302",
                         "302 403 405 405 403 403 405 405 403 403 302", of_batch),
    "import-progress": Row("302 403 200 404 403 403 200 404 403 403 302",
                           "302 403 405 405 403 403 405 405 403 403 302", of_batch),
    "import-problems": Row("302 403 200 404 403 403 200 404 403 403 302",
                           "302 403 405 405 403 403 405 405 403 403 302", of_batch),
    "match-columns": Row("302 403 405 405 403 403 405 405 403 403 302",
                         "302 403 302 404 403 403 302 404 403 403 302", of_batch),
    "commit-import": Row("302 403 405 405 403 403 405 405 403 403 302",
                         "302 403 302 404 403 403 302 404 403 403 302", of_batch),
    # Nothing was imported yet that could be undone.
    "undo-import":   Row("302 403 405 405 403 403 405 405 403 403 302",
                         "302 403 409 404 403 403 409 404 403 403 302", of_batch),
    "targets":       Row("302 200 200 200 200 200 200 200 200 200 302",
                         "302 405 405 405 405 405 405 405 405 405 302"),
    "training":      Row("302 200 200 200 200 200 200 200 200 200 302",
                         "302 405 405 405 405 405 405 405 405 405 302"),
    "set_language":  Row("302 302 302 302 302 302 302 302 302 302 302",
                         "302 302 302 302 302 302 302 302 302 302 302",
                         data=english),
    "health":        Row("200 200 200 200 200 200 200 200 200 200 200",
                         "405 405 405 405 405 405 405 405 405 405 405"),
    "api-schema":    Row("401 200 200 200 200 200 200 200 200 200 403",
                         "401 405 405 405 405 405 405 405 405 405 403"),
    "api-unit-list":   Row("401 200 200 200 200 200 200 200 200 200 403",
                           "401 405 405 405 405 405 405 405 405 405 403"),
    "api-unit-detail": Row("401 404 200 404 200 200 200 404 200 404 403",
                           "401 405 405 405 405 405 405 405 405 405 403", of_commune),
    "api-period-list":   Row("401 200 200 200 200 200 200 200 200 200 403",
                             "401 405 405 405 405 405 405 405 405 405 403"),
    "api-period-detail": Row("401 200 200 200 200 200 200 404 200 200 403",
                             "401 405 405 405 405 405 405 405 405 405 403", of_june),
    "api-total-list":    Row("401 403 200 200 200 200 200 200 200 403 403",
                             "401 403 405 405 405 405 405 405 405 403 403"),
    "api-report-list":   Row("401 200 200 200 200 200 200 200 200 403 403",
                             "401 405 405 405 405 405 405 405 405 403 403"),
    "api-report-detail": Row("401 200 200 404 200 200 200 404 200 403 403",
                             "401 405 405 405 405 405 405 405 405 403 403", of_report,
                             report=Status.SUBMITTED),
    "api-report-steps":  Row("401 405 405 405 405 405 405 405 405 403 403",
                             "401 403 200 404 200 403 200 404 403 403 403",
                             of_step, step,
                             Status.SUBMITTED),
    "api-team-months":   Row("401 405 405 405 403 403 405 405 403 403 403",
                             "401 405 405 405 403 403 405 405 403 403 403",
                             of_team_and_period, draft,
                             put="401 200 200 404 403 403 200 404 403 403 403"),
}
# fmt: on

# The names of the rows that can share a scene: those that need the same to be there.
SCENES = [
    [name for name, row in TABLE.items() if row.needs == needs]
    for needs in dict.fromkeys(row.needs for row in TABLE.values())
]


def asked(names: list[str]) -> list[tuple[str, str]]:
    """Each address with each of its methods."""
    return [(name, method) for name in names for method in TABLE[name].methods]


def ask(client: Client, name: str, method: str, scene: Scene) -> HttpResponse:
    """Ask, and forget what the answer did to the cookies: whoever signs out is here again."""
    cookies = deepcopy(client.cookies)
    response = send(client, name, method, scene)
    client.cookies = cookies
    return response


def send(client: Client, name: str, method: str, scene: Scene) -> HttpResponse:
    address = reverse(name, kwargs=TABLE[name].kwargs(scene))
    if method not in ("post", "put"):
        return getattr(client, method)(address)
    data = TABLE[name].data(scene)
    if address.startswith("/api/"):
        return getattr(client, method)(address, data, content_type="application/json")
    return getattr(client, method)(address, data)


# What the fixtures `scene_of` and `browser_of` hand out.
SceneOf = Callable[..., Scene]
BrowserOf = Callable[[str], Client]
