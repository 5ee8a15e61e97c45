"""Who is reminded of what, and on which days: worked examples around the deadlines of June."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import Settings

from accounts.models import User
from reports import extensions, reminders, wording, working_days
from reports.addresses import address_of
from reports.models import Notice, Period, Report, Shift, Status
from reports.periods import DECREE_09, lay_out, lock_period, open_period
from teams.models import Membership, Post
from teams.registry import give_account
from tests.accounts import lending
from tests.cast import Cast, Enter, ReportIn
from units.tenancy import scope

PEOPLE = ("leader", "officer", "neighbour", "district_officer", "staff", "admin", "stranger")
# Who enters which team where nothing was begun: the teams due on 9 June.
EVERYBODY = {
    "leader": {"fill": ["hg-1a"]},
    "officer": {"fill": ["hg-1b", "hg-2"]},
    "neighbour": {"fill": ["bd-1", "bd-2"]},
    "admin": {"fill": ["ct-1", "ct-2", "viettel", "vnpt"]},
}
Told = dict[str, dict[str, list[str]]]


@pytest.fixture
def told(cast: Cast, enter: Enter, settings: Settings) -> Any:
    """`told(on=9)` makes the digests of a day of June: by person and kind, the teams named."""

    def remind(on: int | date) -> Told:
        settings.BUSINESS_DATE = on if isinstance(on, date) else date(2024, 6, on)
        with scope(tenant=cast.province.pk):
            reminders.remind(cast.province)
            return digests(cast)

    return remind


def digests(cast: Cast) -> Told:
    names = {getattr(cast, who).pk: who for who in PEOPLE}
    found: Told = {}
    for notice in Notice.objects.filter(kind="reminder"):
        by_kind = found.setdefault(names[notice.to_id], {})
        for part in notice.content["parts"]:
            short = [name.removeprefix("Tổ ") for _pk, name in part["teams"]]
            assert part["count"] == len(short)
            by_kind[part["what"]] = sorted([*by_kind.get(part["what"], []), *short])
    return found


# -- The days -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "is_reminded"),
    [
        (3, False), (4, True), (5, False), (6, False), (7, True), (8, False), (9, True),
        (10, True), (11, False), (12, True), (13, False), (16, True), (17, False), (30, False),
    ],
)  # fmt: skip
def test_everybody_is_reminded_on_the_days_of_the_table(
    on: int, is_reminded: bool, told: Any
) -> None:
    assert told(on) == (EVERYBODY if is_reminded else {})


def test_nothing_is_said_of_what_is_handed_in_and_approved(
    told: Any, cast: Cast, report_in: ReportIn
) -> None:
    for team in ("hg-1a", "hg-1b", "hg-2", "bd-1", "bd-2", "ct-1", "ct-2", "viettel", "vnpt"):
        report_in(Status.APPROVED, team=team)
    assert told(10) == {}


@pytest.mark.parametrize(
    ("team", "status", "who", "what", "on"),
    [
        # Figures by the deadline of the teams, 9 June; a draft is no report yet.
        ("hg-1a", Status.DRAFT, "leader", "fill", 9),
        ("hg-1b", Status.DRAFT, "officer", "fill", 9),
        ("hg-1a", Status.RETURNED, "admin", "mend", 9),
        # Reviews by that of the level to which the team belongs: commune, district, province.
        ("hg-1a", Status.SUBMITTED, "officer", "review", 13),
        ("bd-1", Status.SUBMITTED, "neighbour", "review", 13),
        ("viettel", Status.SUBMITTED, "district_officer", "review", 18),
        ("vnpt", Status.SUBMITTED, "admin", "review", 25),
        # No officer is on record for the commune, and none for its district.
        ("ct-1", Status.SUBMITTED, "admin", "review", 13),
    ],
)
def test_one_person_holds_it_up(
    team: str, status: Status, who: str, what: str, on: int, told: Any, cast: Cast,
    report_in: ReportIn,
) -> None:  # fmt: skip
    report_in(status, team=team)
    holders = [person for person, held in told(on).items() if team in held.get(what, [])]
    assert holders == [who]


def test_digest_lists_everything_that_is_near(told: Any, report_in: ReportIn) -> None:
    """8 June is a day of the table for the review alone, and one digest tells the rest."""
    report_in(Status.SUBMITTED, team="hg-1a")
    assert told(8) == {"officer": {"fill": ["hg-1b", "hg-2"], "review": ["hg-1a"]}}


def test_digest_leaves_out_what_is_far_off(told: Any, report_in: ReportIn) -> None:
    """The review of an enterprise's team is due on 18 June."""
    report_in(Status.SUBMITTED, team="vnpt")
    assert told(10)["admin"] == {"fill": ["ct-1", "ct-2", "viettel"]}


# -- The clock ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("on", "is_reminded"), [(9, False), (15, True), (20, True), (21, True)])
def test_more_time_moves_the_days(
    on: int, is_reminded: bool, told: Any, cast: Cast, enter: Enter
) -> None:
    team = cast.teams["hg-1a"]
    with enter(cast.admin):
        extensions.extend(
            period=cast.june, unit=team.unit, team=team, until=date(2024, 6, 20), reason="bão",
            actor=cast.admin,
        )  # fmt: skip
    assert ("leader" in told(on)) is is_reminded


@pytest.mark.parametrize(("on", "is_reminded"), [(9, False), (15, True), (20, True)])
def test_more_time_moves_the_days_of_the_review(
    on: int, is_reminded: bool, told: Any, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    """The commune's own deadline is the 13th: nobody is late while the team still has time."""
    report_in(Status.SUBMITTED, team="hg-1a")
    team = cast.teams["hg-1a"]
    with enter(cast.admin):
        extensions.extend(
            period=cast.june, unit=team.unit, team=team, until=date(2024, 6, 20), reason="bão",
            actor=cast.admin,
        )  # fmt: skip
    assert ("review" in told(on).get("officer", {})) is is_reminded


def test_locked_month_reminds_nobody(told: Any, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
    assert told(10) == {}


def test_locked_month_reminds_those_who_have_more_time(told: Any, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        extensions.extend(
            period=cast.june, unit=cast.units["06688"], until=date(2024, 6, 12), reason="bão",
            actor=cast.admin,
        )  # fmt: skip
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
    assert told(10) == {"neighbour": {"fill": ["bd-1", "bd-2"]}}


@pytest.mark.parametrize(
    ("on", "is_reminded"), [("2024-02-09", False), ("2024-02-10", True), ("2024-02-15", True)]
)
def test_deadline_after_tet_counts_from_where_it_moved(
    on: str, is_reminded: bool, told: Any, cast: Cast, enter: Enter
) -> None:
    """9 February 2024 is the last day of the old year: the deadline is the 15th."""
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã báo cáo Bộ")
        month = lay_out(
            tenant=cast.province, year=2024, month=2, by=replace(DECREE_09, shift=Shift.LATER),
            days=working_days.of(cast.province),
        )  # fmt: skip
        month.save()
        open_period(period=month, actor=cast.admin)
    assert month.team_due_on == date(2024, 2, 15)
    assert told(date.fromisoformat(on)) == (EVERYBODY if is_reminded else {})


def test_month_that_has_not_begun_reminds_nobody(told: Any, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Period.objects.filter(pk=cast.june.pk).update(starts_on=date(2024, 6, 11))
    assert told(10) == {}


# -- The person -----------------------------------------------------------------------------------


def test_stand_in_is_reminded_instead(told: Any, cast: Cast, enter: Enter) -> None:
    with enter(cast.officer):
        lending.lend(cast.officer, cast.neighbour)
    found = told(10)
    assert "officer" not in found
    assert found["neighbour"] == {"fill": ["bd-1", "bd-2", "hg-1b", "hg-2"]}


def test_stand_in_of_a_leader_is_reminded_of_the_team(told: Any, cast: Cast, enter: Enter) -> None:
    with enter(cast.leader):
        lending.lend(cast.leader, cast.staff)
    assert told(10)["staff"] == {"fill": ["hg-1a"]}


def test_delegation_of_other_days_changes_nothing(told: Any, cast: Cast, enter: Enter) -> None:
    with enter(cast.officer):
        lending.lend(cast.officer, cast.neighbour, since=date(2024, 6, 11), until=date(2024, 6, 12))
    assert told(10) == EVERYBODY


@pytest.mark.parametrize("change", [{"wants_reminders": False}, {"is_active": False}])
def test_nobody_is_reminded_who_does_not_want_it_or_is_gone(
    change: dict[str, bool], told: Any, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        User.objects.filter(pk=cast.neighbour.pk).update(**change)
    assert "neighbour" not in told(10)


def test_leader_is_reminded_before_a_deputy(told: Any, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        deputy = Membership.objects.get(team=cast.teams["hg-1a"], post=Post.DEPUTY)
        give_account(membership=deputy, username="qn.deputy", actor=cast.admin)
        told(10)
        people = set(Notice.objects.values_list("to__username", flat=True))
    assert people == {f"qn.{who}" for who in EVERYBODY}


def test_team_of_a_leader_whose_account_is_closed_is_the_officers(
    told: Any, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        User.objects.filter(pk=cast.leader.pk).update(is_active=False)
    assert told(10)["officer"] == {"fill": ["hg-1a", "hg-1b", "hg-2"]}


# -- Never a storm --------------------------------------------------------------------------------


def test_second_run_of_a_day_adds_nothing(told: Any, cast: Cast, enter: Enter) -> None:
    told(10)
    with enter(cast.admin):
        before = set(Notice.objects.values_list("pk", "made_at"))
    told(10)
    with enter(cast.admin):
        assert set(Notice.objects.values_list("pk", "made_at")) == before
        assert len(before) == len(EVERYBODY)


def test_many_teams_are_counted_and_few_named(
    told: Any, cast: Cast, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "NAMED", 3)
    with scope(tenant=cast.province.pk):
        reminders.remind(cast.province)
        notice = Notice.objects.get(to=cast.admin)
    parts = notice.content["parts"]
    assert [(part["place"], part["count"], len(part["teams"])) for part in parts] == [
        ("Phường Cẩm Tây", 2, 1),
        ("Thành phố Hạ Long", 1, 1),
        ("Tỉnh Quảng Ninh", 1, 1),
    ]
    assert [line.unnamed for line in wording.of(notice).lines] == [1, 0, 0]


def test_many_places_are_told_together(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "PLACES", 1)
    with scope(tenant=cast.province.pk):
        reminders.remind(cast.province)
        notice = Notice.objects.get(to=cast.admin)
    with translation.override("en"):
        words = wording.of(notice)
    assert words.title.endswith("wait for you: Phường Cẩm Tây and other units")
    assert [line.text for line in words.lines] == [
        "Phường Cẩm Tây, month 06/2024: 2 teams have not submitted their figures, "
        "due on 09/06/2024, 1 day late.",
        "2 more units, month 06/2024: 2 teams have not submitted their figures, "
        "due on 09/06/2024, 1 day late.",
    ]
    assert address_of(words.lines[1].target) == "/months/"


def test_statements_do_not_grow_with_the_teams(cast: Cast) -> None:
    asked = []
    for tenant in (cast.province, cast.other):
        with scope(tenant=tenant.pk), CaptureQueriesContext(connection) as seen:
            reminders.remind(tenant)
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_province_reminds_its_own_people_only(cast: Cast) -> None:
    with scope(tenant=cast.province.pk):
        reminders.remind(cast.province)
    with scope(reads_all=True):
        assert set(Notice.objects.values_list("tenant_id", flat=True)) == {cast.province.pk}
        assert Report.objects.count() == 0
