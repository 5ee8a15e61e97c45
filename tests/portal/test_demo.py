"""The demo has the counts of the provinces' own reports, and is the same every time."""

from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.test.utils import CaptureQueriesContext

from accounts.models import Delegation, User
from accounts.roles import Role
from cnscd_portal.demo import area, establishment, figures, story
from cnscd_portal.demo.accounts import HOLDERS, PASSWORD
from cnscd_portal.demo.courses import TOLD, Fate
from cnscd_portal.demo.members import YOUTH_UNION
from cnscd_portal.demo.provinces import HAI_DUONG, HONG_GAI, PROVINCES, QUANG_NINH, Province
from reports import catalogue, corrections, rollup
from reports.models import DirtyTotal, Extension, Period, Report, ServiceFigure, Status, Total
from teams import census
from teams.census import Census
from teams.models import Kind, Membership, Person, Post, Team
from units import tree
from units.models import Level, Tenant, Unit
from units.tenancy import scope

pytestmark = pytest.mark.xdist_group("demo")

TODAY = date(2024, 6, 10)


def _units_by_level() -> dict[int, int]:
    return Counter(Unit.objects.values_list("level", flat=True))


def _june() -> Period:
    return Period.objects.get(year=2024, month=6)


# -- Counts ---------------------------------------------------------------------------------------


def test_quang_ninh_has_the_counts_of_its_report(quang_ninh: Unit) -> None:
    assert _units_by_level() == {
        Level.PROVINCE: 1, Level.DISTRICT: 13, Level.COMMUNE: 177, Level.HAMLET: 1452
    }  # fmt: skip
    counted = census.take([quang_ninh], on=TODAY)[quang_ninh.pk]
    assert counted == Census(
        local=1462,
        enterprise=11,
        members=11_255,
        hamlets=1452,
        hamlets_covered=1452,
        communes=177,
        communes_covered=177,
    )
    assert counted.teams == 1473


def test_hai_duong_has_the_counts_of_its_report(hai_duong: Unit) -> None:
    assert _units_by_level() == {
        Level.PROVINCE: 1, Level.DISTRICT: 12, Level.COMMUNE: 235, Level.HAMLET: 1360
    }  # fmt: skip
    assert census.take([hai_duong], on=TODAY)[hai_duong.pk] == Census(
        local=1360,
        enterprise=0,
        members=6751,
        hamlets=1360,
        hamlets_covered=1360,
        communes=235,
        communes_covered=235,
    )


@pytest.mark.parametrize("province", PROVINCES, ids=lambda province: province.name)
def test_every_team_has_a_leader_a_deputy_and_two_core_members(
    demo: list[str], province: Province
) -> None:
    with scope(tenant=Tenant.objects.get(code=province.code).pk):
        teams = Team.objects.annotate(
            size=Count("memberships"),
            leaders=Count("memberships", Q(memberships__post=Post.LEADER)),
            deputies=Count("memberships", Q(memberships__post=Post.DEPUTY)),
            core_leaders=Count(
                "memberships", Q(memberships__post=Post.LEADER, memberships__is_core=True)
            ),
            core_youth=Count(
                "memberships",
                Q(memberships__organisation=YOUTH_UNION, memberships__is_core=True),
            ),
        )
        rows = list(teams.values_list("size", "leaders", "deputies", "core_leaders", "core_youth"))
    assert len(rows) == province.teams
    assert {size for size, *_ in rows} == {4, 5, 6, 7, 8, 9}
    posts = Counter((leaders, deputies, core) for _, leaders, deputies, core, _ in rows)
    # Two have nobody at their head, so that the filter finds some.
    assert posts == {(1, 1, 1): len(rows) - 2, (0, 1, 0): 2}
    assert min(youth for *_, youth in rows) == 1


def test_no_two_members_share_a_telephone(quang_ninh: Unit) -> None:
    phones = Counter(Person.objects.exclude(phone="").values_list("phone", flat=True))
    assert phones.most_common(1)[0][1] == 1
    assert len(phones) > 10_000
    assert all(phone.startswith("+84900") and len(phone) == 12 for phone in phones)


def test_support_is_said_of_most_teams(quang_ninh: Unit) -> None:
    said = Team.objects.exclude(has_wifi=None)
    assert 0.8 < said.count() / Team.objects.count() < 0.95
    assert set(said.values_list("has_wifi", flat=True)) == {True, False}
    assert not Team.objects.filter(has_wifi=None, phones_given__isnull=False).exists()


def test_hamlets_of_a_commune_have_different_names(quang_ninh: Unit) -> None:
    named = Counter(
        Unit.objects.filter(level=Level.HAMLET).values_list("placements__parent", "name")
    )
    assert len(named) == 1452


def test_tree_is_derived_from_its_placements(quang_ninh: Unit) -> None:
    assert tree.count_differences(tenant=quang_ninh.tenant) == 0
    assert [unit.name for unit in tree.path(_hong_gai(), on=TODAY)] == [
        "Tỉnh Quảng Ninh",
        "Thành phố Hạ Long",
        "Phường Hồng Gai",
    ]


def _hong_gai() -> Unit:
    return Unit.objects.get(level=Level.COMMUNE, code=HONG_GAI)


def test_enterprises_stand_at_the_province_and_at_districts(quang_ninh: Unit) -> None:
    levels = Counter(
        Team.objects.filter(kind=Kind.ENTERPRISE).values_list("unit__level", flat=True)
    )
    assert levels == {Level.PROVINCE: 4, Level.DISTRICT: 7}


# -- Accounts -------------------------------------------------------------------------------------


def test_accounts_open_with_the_public_password(demo: list[str]) -> None:
    with scope(reads_all=True):
        users = list(User.objects.prefetch_related("grants__unit"))
    held = {
        (user.username, Role(grant.role), grant.unit.code)
        for user in users
        for grant in user.grants.all()
    }
    assert held == {(holder.username, holder.role, holder.unit) for holder in HOLDERS}
    assert len(users) == len(HOLDERS)
    assert all(user.is_demo and not user.must_change_password for user in users)
    # One hash, made once: to check all of them would only be slow.
    assert len({user.password for user in users}) == 1
    assert users[0].check_password(PASSWORD)


def test_something_waits_for_each_desk(quang_ninh: Unit) -> None:
    admin = User.objects.get(username="qn.admin")
    (waiting,) = corrections.waiting_for(admin)
    assert (waiting.is_own, len(waiting.changes)) == (False, 1)
    assert [each.unit.name for each in Extension.objects.all()] == ["Phường Bạch Đằng"]
    (lent,) = Delegation.objects.all()
    assert (lent.giver.username, lent.holder.username) == ("qn.bach-dang", "qn.ha-long")


def test_leader_of_the_first_team_has_an_account(quang_ninh: Unit) -> None:
    leader = Membership.objects.get(person__user__username="qn.hong-gai.to-1")
    assert leader.post == Post.LEADER
    assert leader.team.name == "Tổ CNSCĐ Khu 1, phường Hồng Gai"
    assert list(Team.objects.editable_by(leader.person.user)) == [leader.team]


# -- Reports --------------------------------------------------------------------------------------


def test_march_is_approved_and_locked_with_a_reason(quang_ninh: Unit) -> None:
    march = Period.objects.get(year=2024, month=3)
    assert (march.state, march.state_reason) == (Period.State.LOCKED, "Hết hạn chỉnh lý số liệu")
    assert march.starts_on == date(2024, 2, 15)
    assert march.state_at.date() == date(2024, 3, 30)
    assert Counter(march.reports.values_list("status", flat=True)) == {Status.LOCKED: 1473}


def test_july_is_laid_out_and_not_opened(hai_duong: Unit) -> None:
    july = Period.objects.get(year=2024, month=7)
    assert (july.state, july.starts_on) == (Period.State.UNOPENED, date(2024, 7, 1))


@pytest.mark.parametrize(("province", "share"), [(QUANG_NINH, 0.6), (HAI_DUONG, 0.3)])
def test_june_is_under_way(demo: list[str], province: Province, share: float) -> None:
    with scope(tenant=Tenant.objects.get(code=province.code).pk):
        counts = Counter(_june().reports.values_list("status", flat=True))
        communes = Total.objects.filter(period=_june(), unit__level=Level.COMMUNE)
        silent = communes.filter(submitted=0, expected__gt=0).count()
        complete = communes.filter(approved=F("expected")).count()
    submitted = counts[Status.SUBMITTED] + counts[Status.APPROVED]
    assert submitted / province.teams == pytest.approx(share, abs=0.05)
    assert min(counts[status] for status in (Status.RETURNED, Status.DRAFT)) >= 10
    assert counts[Status.LOCKED] == 0
    assert silent >= 10
    assert complete >= 10


def test_nothing_has_happened_after_the_demos_day(quang_ninh: Unit) -> None:
    steps = Report.objects.filter(period=_june()).values_list("steps__at", "updated_at")
    assert max(moment for row in steps for moment in row if moment).date() < TODAY


def test_june_of_hong_gai_shows_every_state(quang_ninh: Unit) -> None:
    reports = {
        report.unit.code: report
        for report in Report.objects.filter(
            period=_june(), unit__placements__parent=_hong_gai()
        ).select_related("unit")
    }
    status_of = {
        Fate.DRAFT: Status.DRAFT,
        Fate.SUBMITTED: Status.SUBMITTED,
        Fate.AMENDED: Status.SUBMITTED,
        Fate.RETURNED: Status.RETURNED,
        Fate.APPROVED: Status.APPROVED,
    }
    assert {code: report.status for code, report in reports.items()} == {
        f"{HONG_GAI}-{number:02}": status_of[fate]
        for number, fate in enumerate(TOLD[HONG_GAI], start=1)
        if fate is not Fate.NOTHING
    }
    returned = reports[f"{HONG_GAI}-05"].steps.get(name="return")
    assert (returned.by.username, list(returned.remarks)) == (
        "qn.hong-gai",
        ["households_young_payer"],
    )
    amended = reports[f"{HONG_GAI}-06"].steps.values_list("name", flat=True)
    assert list(amended) == ["submit", "return", "submit"]


def test_members_reported_are_members_enrolled(quang_ninh: Unit) -> None:
    sizes = dict(Membership.objects.values_list("team").annotate(Count("pk")))
    reported = Report.objects.filter(period__month=3, values__has_key="team_members")
    assert {
        team: members
        for team, members in reported.values_list("team", "values__team_members")
        if members != sizes[team]
    } == {}


def test_gaps_are_of_both_kinds(quang_ninh: Unit) -> None:
    codes = catalogue.of_year(2024).codes
    march = list(Report.objects.filter(period__month=3).values_list("values", flat=True))
    missing = sum(code not in values for values in march for code in codes)
    not_applicable = sum(value is None for values in march for value in values.values())
    assert 100 < missing < len(march)
    assert 500 < not_applicable < 2 * len(march)


def test_totals_are_rolled_up_for_every_month(quang_ninh: Unit) -> None:
    assert not DirtyTotal.objects.exists()
    assert [rollup.compare(period) for period in Period.objects.exclude(month=7)] == [[], [], []]
    march, may, june = Total.objects.filter(unit=quang_ninh).order_by("period__month")
    assert (march.expected, march.approved) == (1473, 1473)
    assert (may.expected, may.approved) == (1473, 1473)
    assert june.submitted < june.expected == 1473


def test_public_services_are_those_of_the_report_of_2022(quang_ninh: Unit) -> None:
    figures_of = ServiceFigure.objects.filter(unit=quang_ninh)
    residence = figures_of.filter(service__number__in=[3, 4, 6])
    assert figures_of.count() == 15
    assert figures_of.values_list("numerator", "denominator").get(service__number=6) == (
        47_308,
        47_723,
    )
    assert residence.aggregate(part=Sum("numerator"), whole=Sum("denominator")) == {
        "part": 53_963,
        "whole": 108_292,
    }


# -- The same every time --------------------------------------------------------------------------


def _generated(province: Province) -> list[object]:
    """All that chance decides of a province, made without a database."""
    seedlings = area.seedlings(province)
    planted = [(each, Unit(code=each.code, name=each.name)) for each in seedlings]
    spots = establishment.spots(province, planted)
    values = [figures.of_month(spot, figures.portray(spot), 3) for spot in spots]
    return [seedlings, [(spot.name, spot.size) for spot in spots], values]


@pytest.mark.parametrize("province", PROVINCES, ids=lambda province: province.name)
def test_two_generations_are_equal(province: Province) -> None:
    assert _generated(province) == _generated(province)


def test_generation_is_the_same_on_every_machine() -> None:
    seedlings, spots, values = _generated(QUANG_NINH)
    assert (seedlings[700].name, spots[700], values[700]["households"]) == (
        "Khu Lộc Xá",
        ("Tổ CNSCĐ Thôn Lục Luông, xã Đông Ngũ", 9),
        163,
    )


def test_second_run_changes_nothing(demo: list[str]) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert story.load(say=demo.append) is False
    assert len(queries) == 1


def test_progress_is_said_for_each_stage(demo: list[str]) -> None:
    assert [line for line in demo if line.startswith("Quảng Ninh")][:4] == [
        "Quảng Ninh: 1643 units",
        "Quảng Ninh: 1473 teams with 11255 members",
        "Quảng Ninh: 186 steering committees",
        "Quảng Ninh: 1473 reports of 03/2024",
    ]
