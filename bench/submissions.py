"""Who submits what: officers who have signed in, and for each team of theirs a month as a browser
sends it.

The month is the one after that which is built. A team says what it said before, but for what the
checks forbid, and explains whatever else they find: so each of them has something to look at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count as counting
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse

from accounts.models import Grant, User
from accounts.roles import Role
from accounts.sessions import SessionStore
from bench.province import Province
from reports import catalogue, checks, judging, periods
from reports.figures import Values, plain
from reports.models import Period
from teams.models import Team
from units.models import Level
from units.tenancy import scope

MONTH = (2024, 7)
HOST = "127.0.0.1"
EXPLANATION = "Đã kiểm tra với trưởng thôn."


@dataclass(frozen=True)
class Submission:
    """One team's month, as it goes over the wire."""

    team: int
    values: Values
    path: str
    body: str
    cookies: str

    @property
    def request(self) -> str:
        return post(self.path, self.body, f"Cookie: {self.cookies}")


@dataclass(frozen=True)
class Commune:
    """A commune whose teams have not submitted yet."""

    month: Period
    unit_id: int
    teams: Sequence[int]


def open_months(provinces: Sequence[Province]) -> Iterator[Commune]:
    """Open the month everywhere; all communes, one of each province in turn."""
    year, month = MONTH
    waiting = []
    for province in provinces:
        with scope(tenant=province.tenant.pk):
            period = periods.lay_out(
                tenant=province.tenant, year=year, month=month, by=periods.DECREE_09
            )
            period.save()
            periods.open_period(period=period, actor=province.admin)
            waiting.append(_communes(period))
    while waiting:
        waiting = [communes for communes in waiting if communes]
        yield from [communes.pop() for communes in waiting]


def _communes(month: Period) -> list[Commune]:
    """Those of the hamlets' teams that have figures of the month before."""
    rows = (
        Team.objects.filter(tenant_id=month.tenant_id, unit__level=Level.HAMLET)
        .order_by("unit__placements__parent", "pk")
        .values_list("unit__placements__parent", "pk")
    )
    teams: dict[int, list[int]] = {}
    for commune, team in rows:
        teams.setdefault(commune, []).append(team)
    return [Commune(month, commune, theirs) for commune, theirs in teams.items()]


def prepare(communes: Iterator[Commune], *, users: int, count: int) -> list[Submission]:
    """So many submissions of teams that are asked once only, the users in turn.

    Each of them has as many communes of a province as it takes.
    """
    share = -(-count // users)
    desks: list[list[Submission]] = []
    held: dict[int, list[Commune]] = {}
    while len(desks) < users:
        commune = next(communes, None)
        if commune is None:
            raise RuntimeError("There are not enough teams for this load.")
        mine = held.setdefault(commune.month.tenant_id, [])
        mine.append(commune)
        if sum(len(each.teams) for each in mine) >= share:
            desks.append(_desk(held.pop(commune.month.tenant_id))[:share])
    # What was left over goes to nobody: a commune is one officer's.
    return [desk[turn] for turn in range(share) for desk in desks][:count]


_numbers = counting(1)


def _desk(communes: Sequence[Commune]) -> list[Submission]:
    """Everything that an officer of these communes submits."""
    month = communes[0].month
    with scope(tenant=month.tenant_id):
        officer = _officer(communes)
        cookies, token = signed_in(officer)
        teams = [team for commune in communes for team in commune.teams]
        return [_submission(team, values, words, month, cookies, token)
                for team, values, words in _said(teams, month)]  # fmt: skip


def _officer(communes: Sequence[Commune]) -> User:
    tenant = communes[0].month.tenant_id
    user = User.objects.create_user(username=f"load.{next(_numbers)}", tenant_id=tenant)
    Grant.objects.bulk_create(
        Grant(tenant_id=tenant, user=user, unit_id=each.unit_id, role=Role.COMMUNE_OFFICER)
        for each in communes
    )
    return user


def signed_in(user: User) -> tuple[str, str]:
    """The cookies of somebody who has signed in, and what their form carries against forgery."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "accounts.backends.AccountBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    request = HttpRequest()
    token = get_token(request)
    cookies = f"sessionid={session.session_key}; csrftoken={request.META['CSRF_COOKIE']}"
    return cookies, token


def _said(teams: list[int], month: Period) -> Iterator[tuple[int, Values, dict[str, str]]]:
    """Each team's figures, and what it says of whatever the checks find in them."""
    form, known = catalogue.of_period(month), judging.yardsticks(teams, month)
    for team in teams:
        last = known[team].last
        forbidden = checks.problems(last, form, known[team])
        values = {code: value for code, value in last.items() if code not in forbidden}
        found = checks.find(values, form, known[team])
        yield team, values, {each.name: EXPLANATION for each in found}


def _submission(
    team: int, values: Values, words: dict[str, str], month: Period, cookies: str, token: str
) -> Submission:
    figures = {
        code if value is not None else f"{code}.na": plain(values, code)
        for code, value in values.items()
    }
    # Some figures are left blank, on purpose.
    fields = {"csrfmiddlewaretoken": token, "action": "submit", "blanks": 1, "version": 0}
    fields["key"] = uuid4()
    body = urlencode({**fields, **figures, **words, "difficulties": "", "proposals": ""})
    return Submission(team, values, reverse("team-month", args=[month.key, team]), body, cookies)


def post(path: str, body: str, *headers: str, kind: str = "x-www-form-urlencoded") -> str:
    """A request as it goes over the wire."""
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {HOST}",
        f"Content-Type: application/{kind}",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join([*lines, "", body])
