"""What is lent for some days: exactly that, to exactly whom, for exactly so long."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import Settings

from accounts import delegation
from accounts.enrolment import grant_role
from accounts.models import Delegation, Grant, User
from accounts.roles import RIGHTS, Right, Role, lendable
from reports.models import Report, Status, Total
from teams.models import Batch, Membership, Team
from teams.subjects import kept_by
from tests.accounts.lending import lend
from tests.cast import Cast, Enter, ReportIn
from tests.teams import bringing
from units import clock
from units.errors import InvalidEntry, NotAllowed, NotPossibleNow
from units.models import Unit

TODAY = date(2024, 6, 14)
HONG_GAI = {"06691", "hg-1", "hg-2", "hg-3"}
BACH_DANG = {"06688", "bd-1", "bd-2"}


@pytest.fixture(autouse=True)
def _in_quang_ninh(cast: Cast, enter: Enter, settings: Settings) -> Iterator[None]:
    settings.BUSINESS_DATE = TODAY
    with enter(cast.admin), translation.override("en"):
        yield


def again(user: User) -> User:
    """The same person at the next request."""
    return User.objects.get(pk=user.pk)


def reached(cast: Cast, user: User, right: Right) -> set[str]:
    return {code for code, unit in cast.units.items() if again(user).may(right, unit)}


# -- What is lent -------------------------------------------------------------------------------


def test_holder_has_the_work_on_reports_and_nothing_more(cast: Cast) -> None:
    lend(cast.officer, cast.neighbour)
    for right in (Right.FILL, Right.REVIEW, Right.OVERVIEW):
        assert reached(cast, cast.neighbour, right) == HONG_GAI | BACH_DANG
    assert reached(cast, cast.neighbour, Right.ROSTER) == BACH_DANG
    assert not Team.objects.kept_by(again(cast.neighbour)).filter(pk=cast.teams["hg-2"].pk)


def test_administrator_lends_no_accounts_no_months_and_no_corrections(cast: Cast) -> None:
    lend(cast.admin, cast.officer)
    officer = again(cast.officer)
    assert officer.may(Right.REVIEW, cast.units["22"])
    held = {right for right in Right if officer.may(right, cast.units["195"])}
    assert held == {Right.FILL, Right.REVIEW, Right.OVERVIEW}
    assert not User.objects.visible_to(officer).exists()


@pytest.mark.parametrize("role", Role)
def test_nothing_is_lent_beyond_the_role(role: Role) -> None:
    assert lendable(role) <= RIGHTS[role] - {Right.ACCOUNTS, Right.PERIODS, Right.CORRECT}
    works = bool(RIGHTS[role] & {Right.FILL, Right.REVIEW})
    assert bool(lendable(role)) is works


def test_what_is_seen_follows(cast: Cast, report_in: ReportIn) -> None:
    report_in(Status.DRAFT, team="hg-1a")
    kinds = [Unit, Team, Report, Total]

    def seen() -> list[set[int]]:
        user = again(cast.neighbour)
        return [set(kind.objects.visible_to(user).values_list("pk", flat=True)) for kind in kinds]

    before = seen()
    lend(cast.officer, cast.neighbour)
    officer = again(cast.officer)
    for kind, own, now in zip(kinds, before, seen(), strict=True):
        theirs = set(kind.objects.visible_to(officer).values_list("pk", flat=True))
        assert now == own | theirs
        assert now > own


def test_imports_of_the_giver_stay_theirs(cast: Cast) -> None:
    bringing.bring(again(cast.officer), ["", "", "Tổ hg-2", "Lê Thị Mới", "TV", 1990, ""])
    lend(cast.officer, cast.neighbour)
    assert kept_by(again(cast.officer), Batch.objects).exists()
    assert not kept_by(again(cast.neighbour), Batch.objects).exists()


def test_own_roles_come_first(cast: Cast) -> None:
    lend(cast.district_officer, cast.officer)
    grants = again(cast.officer).held_grants
    assert [grant.unit.code for grant in grants] == ["06691", "193"]
    assert [bool(grant.lent) for grant in grants] == [False, True]


def test_only_what_the_holder_lacks_is_lent(cast: Cast) -> None:
    row = lend(cast.officer, cast.district_officer)
    assert row.rights == [Right.FILL]
    assert reached(cast, cast.district_officer, Right.FILL) == HONG_GAI


def test_leader_lends_the_teams_that_they_lead_alone(cast: Cast) -> None:
    lend(cast.leader, cast.neighbour)
    editable = Team.objects.editable_by(again(cast.neighbour))
    assert {team.name for team in editable} == {"Tổ hg-1a", "Tổ bd-1", "Tổ bd-2"}
    assert reached(cast, cast.neighbour, Right.REVIEW) == BACH_DANG


def test_leader_without_a_team_of_ones_own_sees_no_more_than_what_is_lent(cast: Cast) -> None:
    person = Membership.objects.get(team=cast.teams["bd-1"], post="leader").person
    person.user = cast.staff
    person.save()
    lend(cast.leader, cast.staff)
    editable = Team.objects.editable_by(again(cast.staff))
    assert {team.name for team in editable} == {"Tổ hg-1a"}


# -- For how long -------------------------------------------------------------------------------


def test_it_holds_on_its_days_alone(cast: Cast, settings: Settings) -> None:
    since, until = TODAY + timedelta(days=2), TODAY + timedelta(days=4)
    lend(cast.officer, cast.neighbour, since=since, until=until)
    held = {}
    for days in range(7):
        settings.BUSINESS_DATE = TODAY + timedelta(days=days)
        held[days] = again(cast.neighbour).may(Right.FILL, cast.units["hg-1"])
    assert held == {0: False, 1: False, 2: True, 3: True, 4: True, 5: False, 6: False}


@pytest.mark.parametrize("who", ["officer", "neighbour"])
def test_either_ends_it_at_once(who: str, cast: Cast) -> None:
    row = lend(cast.officer, cast.neighbour)
    delegation.end(delegation=row, actor=getattr(cast, who))
    assert reached(cast, cast.neighbour, Right.FILL) == BACH_DANG
    with pytest.raises(NotPossibleNow):
        delegation.end(delegation=row, actor=getattr(cast, who))


@pytest.mark.parametrize(
    ("who", "begins_in", "declined"),
    [("neighbour", 1, True), ("neighbour", 0, False), ("officer", 1, False), ("officer", 0, False)],
)
def test_holder_alone_declines_and_only_before_it_begins(
    who: str, begins_in: int, declined: bool, cast: Cast, settings: Settings
) -> None:
    since = TODAY + timedelta(days=begins_in)
    row = lend(cast.officer, cast.neighbour, since=since, until=since + timedelta(days=3))
    assert not row.was_declined
    ended = delegation.end(delegation=row, actor=getattr(cast, who), reason="  Bận   họp\n")
    settings.BUSINESS_DATE = since
    stored = Delegation.objects.get()
    assert (ended.was_declined, stored.was_declined) == (declined, declined)
    assert (stored.ended_by, stored.ending_reason) == (getattr(cast, who), "Bận họp")
    assert reached(cast, cast.neighbour, Right.FILL) == BACH_DANG
    # Somebody else can be asked for the same days.
    lend(cast.officer, cast.staff, since=since)


def test_what_is_said_of_the_end_is_as_long_as_there_is_room(cast: Cast) -> None:
    row = lend(cast.officer, cast.neighbour)
    with pytest.raises(InvalidEntry, match="under 250 characters"):
        delegation.end(delegation=row, actor=cast.neighbour, reason="x" * 251)
    assert Delegation.objects.get().ended_at is None
    delegation.end(delegation=row, actor=cast.neighbour, reason="x" * 250)


def test_listener_is_called_in_the_same_transaction(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, told = lend(cast.officer, cast.neighbour), []

    def fail(delegation: Delegation) -> None:
        told.append((delegation.holder, delegation.ended_by))
        raise NotPossibleNow("")

    monkeypatch.setattr(delegation, "_listeners", [fail])
    with pytest.raises(NotPossibleNow):
        delegation.end(delegation=row, actor=cast.neighbour)
    with pytest.raises(NotPossibleNow):
        lend(cast.neighbour, cast.staff)
    assert told == [(cast.neighbour, cast.neighbour), (cast.staff, None)]
    assert [each.ended_at for each in Delegation.objects.all()] == [None]


@pytest.mark.parametrize("who", ["admin", "district_officer", "leader", "stranger"])
def test_nobody_else_ends_it(who: str, cast: Cast) -> None:
    row = lend(cast.officer, cast.neighbour)
    with pytest.raises(NotAllowed):
        delegation.end(delegation=row, actor=getattr(cast, who))
    assert reached(cast, cast.neighbour, Right.FILL) == HONG_GAI | BACH_DANG


def test_it_goes_with_the_role_of_the_giver(cast: Cast) -> None:
    row = lend(cast.officer, cast.neighbour)
    Grant.objects.filter(user=cast.officer).delete()
    assert reached(cast, cast.neighbour, Right.FILL) == BACH_DANG
    assert not Delegation.objects.with_standing().get(pk=row.pk).is_backed
    # Another role on the same unit does not bring it back.
    grant_role(
        user=cast.officer, role=Role.TEAM_LEADER, unit=cast.units["06691"], actor=again(cast.admin)
    )
    assert reached(cast, cast.neighbour, Right.FILL) == BACH_DANG


def test_it_goes_with_the_account_of_the_giver(cast: Cast) -> None:
    lend(cast.officer, cast.neighbour)
    User.objects.filter(pk=cast.officer.pk).update(is_active=False)
    assert reached(cast, cast.neighbour, Right.FILL) == BACH_DANG


# -- What is refused ----------------------------------------------------------------------------


def test_what_is_lent_cannot_be_handed_on(cast: Cast) -> None:
    lend(cast.officer, cast.neighbour)
    neighbour = again(cast.neighbour)
    lent = neighbour.held_grants[1]
    assert [grant.unit.code for grant in delegation.to_hand_over(neighbour)] == ["06688"]
    for grant in (lent, Grant.objects.get(user=cast.officer)):
        with pytest.raises(NotAllowed):
            delegation.hand_over(
                grant=grant, username="qn.staff", since=TODAY, until=TODAY, reason="Nghỉ",
                actor=neighbour,
            )  # fmt: skip
    # And what they hand over themselves is theirs alone.
    lend(cast.neighbour, cast.staff)
    assert reached(cast, cast.staff, Right.FILL) == BACH_DANG


def test_who_does_no_work_on_reports_has_nothing_to_hand_over(cast: Cast) -> None:
    assert delegation.to_hand_over(again(cast.staff)) == []


@pytest.mark.parametrize(
    ("days", "username", "reason", "key", "said"),
    [
        ((-1, 1), "qn.neighbour", "Nghỉ", "until", "cannot begin in the past"),
        ((2, 1), "qn.neighbour", "Nghỉ", "until", "lies before the first"),
        ((0, 62), "qn.neighbour", "Nghỉ", "until", "At most 62 days"),
        ((0, 0), "qn.neighbour", "  ", "reason", "Say why"),
        ((0, 0), "qn.nobody", "Nghỉ", "username", "No open account"),
        ((0, 0), "hd.admin", "Nghỉ", "username", "No open account"),
        ((0, 0), "qn.officer", "Nghỉ", "username", "This is yourself"),
        ((0, 0), "qn.admin", "Nghỉ", "username", "holds these rights there already"),
    ],
)
def test_refusal_says_where_and_why(
    days: tuple[int, int], username: str, reason: str, key: str, said: str, cast: Cast
) -> None:
    officer = again(cast.officer)
    first, last = (TODAY + timedelta(days=each) for each in days)
    with pytest.raises(InvalidEntry) as refusal:
        delegation.hand_over(
            grant=officer.held_grants[0], username=username, since=first, until=last,
            reason=reason, actor=officer,
        )  # fmt: skip
    assert list(refusal.value.errors) == [key]
    assert said in refusal.value.message
    assert not Delegation.objects.exists()


def test_closed_account_stands_in_for_nobody(cast: Cast) -> None:
    User.objects.filter(pk=cast.neighbour.pk).update(is_active=False)
    with pytest.raises(InvalidEntry):
        lend(cast.officer, cast.neighbour)


def test_one_stands_in_at_a_time(cast: Cast) -> None:
    row = lend(cast.officer, cast.neighbour, until=TODAY + timedelta(days=3))
    with pytest.raises(InvalidEntry) as refusal:
        lend(cast.officer, cast.staff, since=TODAY + timedelta(days=3))
    assert refusal.value.message == (
        "Cán bộ neighbour stands in for you from 14/06/2024 to 17/06/2024: end that first."
    )
    lend(cast.officer, cast.staff, since=TODAY + timedelta(days=4))
    delegation.end(delegation=row, actor=cast.officer)
    lend(cast.officer, cast.staff, until=TODAY + timedelta(days=3))


def test_database_holds_what_a_race_would_break(cast: Cast) -> None:
    row = lend(cast.officer, cast.neighbour)
    ended = clock.now()
    for holder, ended_at in ((cast.staff, None), (cast.officer, ended)):
        row.pk, row.holder, row.ended_at = None, holder, ended_at
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
    row.holder = cast.staff
    row.save(force_insert=True)


# -- Who sees it --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sees", "ends"),
    [
        ("officer", True, True),
        ("neighbour", True, True),
        ("admin", True, False),
        ("leader", False, False),
        ("district_officer", False, False),
        ("staff", False, False),
        ("stranger", False, False),
        ("national", False, False),
    ],
)
def test_it_is_seen_by_both_and_by_the_administrator(
    who: str, sees: bool, ends: bool, cast: Cast, enter: Enter
) -> None:
    lend(cast.officer, cast.neighbour)
    # Everything is readable here, so that only the first wall decides.
    with enter(cast.national):
        user = again(getattr(cast, who))
        assert Delegation.objects.visible_to(user).exists() is sees
        assert Delegation.objects.editable_by(user).exists() is ends


def test_rights_are_asked_for_as_often_with_one_delegation_as_with_three(cast: Cast) -> None:
    asked = {}
    givers = [cast.neighbour, cast.district_officer, cast.admin]
    for giver in givers:
        lend(giver, cast.leader)
        user = again(cast.leader)
        with CaptureQueriesContext(connection) as queries:
            held = user.held_grants
        asked[len(held)] = len(queries)
    # One's own, whether anything is lent, and what.
    assert asked == {2: 3, 3: 3, 4: 3}
