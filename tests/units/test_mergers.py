"""A province becomes part of another one: Hải Dương, for the test, of Quảng Ninh."""

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from accounts.enrolment import open_first_account
from accounts.models import Grant, User
from accounts.roles import Role
from reports import overview, punctuality, rollup
from reports.models import Report, Total
from reports.punctuality import Tally
from reports.sums import Sum
from teams.models import Committee, Membership, Person, Team
from tests.cast import SINCE, Cast, Enter, SignIn
from tests.matrix.test_walls import FENCED
from tests.merging import DECREE, ON, again, dump, merge
from units import mergers
from units.errors import DomainError, NotPossibleNow
from units.founding import found_province
from units.models import Level, Placement, Tenant, Unit
from units.tenancy import scope
from units.tree import Seedling, count_differences

HA_GIANG = [
    Seedling(Level.PROVINCE, "02", "Tỉnh Hà Giang", ""),
    Seedling(Level.COMMUNE, "00688", "Phường Quang Trung", "02"),
    Seedling(Level.HAMLET, "qt-1", "Tổ dân phố 1", "00688"),
]

# What a merger writes beside the tenant, and what is derived from the tree.
WRITES = {"units_placement", "units_unit", "units_succession", "accounts_grant", "teams_team",
          "teams_committee", "teams_seat", "units_merger", "units_arrival"}  # fmt: skip
DERIVED = {"units_ancestry", "reports_dirtytotal", "reports_keptcensus", "reports_censusmark"}
# Of these a row refers to a month of its own province.
DATED = {"reports_report", "reports_reportevent", "reports_total", "reports_extension",
         "reports_extensionevent", "reports_notice"}  # fmt: skip
STAYS = {"reports_period", "reports_periodevent", "reports_reportingcalendar",
         "reports_reportingcalendarevent", "reports_ownholiday", "units_merger",
         "units_mergerevent", "units_arrival"}  # fmt: skip


# -- Nothing is forgotten -------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_table_with_a_tenant_is_walled_and_moves_or_stays_whole() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.columns "
            "where table_schema = 'public' and column_name = 'tenant_id'"
        )
        tables = {table for (table,) in cursor}
    assert {model._meta.db_table for model in mergers.walled()} == tables
    staying = {model._meta.db_table for model in mergers.walled()} - {
        model._meta.db_table for model in mergers._moving()
    }
    assert staying == {"units_ancestry", "units_merger", "units_mergerevent", "units_arrival"}


def test_rows_keep_their_keys_and_what_they_say(peopled: Cast) -> None:
    before = dump()
    merge(peopled)
    after = dump()
    source, into = peopled.other.pk, peopled.province.pk
    ours = {peopled.june_elsewhere.pk: peopled.june.pk}
    for table in set(FENCED) - WRITES - DERIVED:
        for key, row in before[table].items():
            meant = dict(row)
            if row["tenant_id"] == source and table not in STAYS:
                meant["tenant_id"] = into
            if table in DATED:
                meant["period_id"] = ours.get(row["period_id"], row["period_id"])
            if table == "reports_evidence" and row["tenant_id"] == source:
                meant["stored_under_id"] = source
            if table == "reports_report" and row["status"] == "draft":
                # Of the team at the province itself: somebody there has to finish it.
                meant["unit_id"] = peopled.units["22"].pk
            assert after[table][key] == meant, table
    for table in WRITES:
        assert before[table].keys() <= after[table].keys()
        assert {row["tenant_id"] for row in after[table].values()} <= {
            into, peopled.nation.pk, *([source] if table in STAYS else [])
        }  # fmt: skip


def test_nothing_but_months_and_settings_stays_with_the_former_province(peopled: Cast) -> None:
    merge(peopled)
    left = {
        table
        for table, rows in dump().items()
        if any(row["tenant_id"] == peopled.other.pk for row in rows.values())
    }
    assert left == STAYS


def test_nothing_but_the_fact_is_written_into_the_history(peopled: Cast) -> None:
    before = dump()
    merger = merge(peopled)
    for table, rows in dump().items():
        if table.endswith("event"):
            new = [row for key, row in rows.items() if key not in before[table]]
            assert {row["pgh_context_id"] for row in new} <= {str(merger.context)}
    with scope(tenant=peopled.province.pk):
        assert merger.events.get().pgh_context == {"merges": peopled.other.pk}


# -- People and their rights ----------------------------------------------------------------------


def test_people_of_the_former_province_see_what_they_saw(
    peopled: Cast, officer: User, leader: User, enter: Enter
) -> None:
    def seen(user: User) -> list[set[int]]:
        user = again(user)
        with enter(user):
            return [
                set(rows.objects.visible_to(user).values_list("pk", flat=True))
                for rows in (Unit, Team, Membership, Person, Report, Total, Committee)
            ]

    before = [seen(officer), seen(leader)]
    assert all(each[1] for each in before)
    merge(peopled)
    assert again(officer).tenant_id == peopled.province.pk
    assert [seen(officer), seen(leader)] == before


def test_officer_who_is_signed_in_goes_on_working(
    peopled: Cast, officer: User, client_of: SignIn
) -> None:
    client = client_of(again(officer))
    merge(peopled)
    for code, status in (("10507", 200), ("06691", 404)):
        address = reverse("unit-month", args=["2024-06", peopled.units[code].pk])
        assert client.get(address).status_code == status


def test_staff_of_the_former_province_hold_nothing_unless_somebody_decides(
    peopled: Cast, enter: Enter
) -> None:
    merge(peopled)
    staff = again(peopled.stranger)
    with enter(staff):
        assert staff.held_grants == []
        assert not Team.objects.visible_to(staff).exists()


def test_role_that_is_carried_reaches_the_whole_new_province(peopled: Cast, enter: Enter) -> None:
    with enter(peopled.stranger):
        grant = Grant.objects.get(user=peopled.stranger)
    merge(peopled, carried=[grant.pk])
    staff = again(peopled.stranger)
    with enter(staff):
        [held] = staff.held_grants
        assert (held.role, held.unit) == (Role.PROVINCE_ADMIN, peopled.units["22"])
        assert Team.objects.visible_to(staff).count() == len(peopled.teams)


def test_only_roles_on_the_province_itself_are_carried(
    peopled: Cast, officer: User, enter: Enter
) -> None:
    with enter(peopled.stranger):
        grant = Grant.objects.get(user=officer)
    with pytest.raises(DomainError, match="vai trò ở cấp tỉnh"):
        merge(peopled, carried=[grant.pk])


def test_administrator_of_the_new_province_sees_both(peopled: Cast, enter: Enter) -> None:
    merge(peopled)
    with enter(peopled.admin):
        admin = again(peopled.admin)
        with enter(admin):
            assert Team.objects.visible_to(admin).count() == len(peopled.teams)
            assert Report.objects.visible_to(admin).count() == 5
            assert Total.objects.visible_to(admin).filter(unit=peopled.units["30"]).exists()
            assert set(Unit.objects.ever_visible_to(admin)) == set(
                Unit.objects.filter(tenant=peopled.province)
            )


def test_third_province_sees_nothing_of_either(peopled: Cast, enter: Enter) -> None:
    third = found_province(seedlings=HA_GIANG, since=SINCE)
    with scope(tenant=third[0].tenant_id):
        admin, _ = open_first_account(
            username="hg.admin", full_name="Admin", role=Role.PROVINCE_ADMIN, unit=third[0]
        )
    merge(peopled)
    with enter(admin):
        for rows in (Team, Person, Report, Membership, Committee):
            assert not rows.objects.exists()
        assert set(Unit.objects.all()) == set(third)


# -- The tree and the sums ------------------------------------------------------------------------


def test_units_stand_under_the_other_province_from_that_day(peopled: Cast, enter: Enter) -> None:
    merge(peopled, on=date(2024, 7, 1))
    district, ended, successor = (peopled.units[code] for code in ("290", "30", "22"))
    with enter(peopled.admin):
        above = dict(Placement.objects.filter(unit=district).values_list("valid", "parent"))
        days = {(valid.lower, valid.upper): parent for valid, parent in above.items()}
        assert days == {
            (SINCE, date(2024, 7, 1)): ended.pk,
            (date(2024, 7, 1), None): successor.pk,
        }
        ended.refresh_from_db()
        assert ended.valid.upper == date(2024, 7, 1)
        assert ended.successions.get().successor == successor
        assert count_differences(tenant=peopled.province) == 0
    with scope(tenant=peopled.other.pk):
        assert count_differences(tenant=peopled.other) == 0


def draw(cast: Cast, unit: Unit) -> Sum:
    user = again(cast.national)
    with scope(tenant=user.tenant_id, reads_all=True):
        return overview.draw(unit, year=2024, month=6, user=user).sum


def punctual(cast: Cast) -> tuple[Tally, list[str]]:
    """What the nation's calendar that ends with August says, and of which provinces."""
    user = again(cast.national)
    with scope(tenant=user.tenant_id, reads_all=True):
        drawn = punctuality.draw(cast.units["00"], year=2024, month=8, user=user)
    return drawn.own.whole, [str(line.of) for line in drawn.units]


# On the second of these days the window of June is over, but June is not.
@pytest.mark.parametrize("on", [date(2024, 7, 1), date(2024, 6, 20)])
def test_nation_counts_each_report_once_before_and_after(on: date, peopled: Cast) -> None:
    nation = peopled.units["00"]
    before = draw(peopled, nation)
    punctual_before = punctual(peopled)
    merge(peopled, on=on)
    with scope(tenant=peopled.province.pk):
        rollup.sweep(peopled.province.pk)
        assert rollup.compare(peopled.june) == []
    after = draw(peopled, nation)
    assert before.values == after.values == {"residents_guided": 12}
    assert (before.expected, before.approved) == (after.expected, after.approved) == (12, 2)
    assert punctual(peopled) == punctual_before


def test_sum_of_the_former_province_can_still_be_found(peopled: Cast) -> None:
    ended = peopled.units["30"]
    before = draw(peopled, ended)
    merge(peopled, on=date(2024, 7, 1))
    assert draw(peopled, ended).values == before.values == {"residents_guided": 5}


def test_month_that_ends_after_that_day_is_summed_under_the_other_province(peopled: Cast) -> None:
    merge(peopled)
    with scope(tenant=peopled.province.pk):
        rollup.sweep(peopled.province.pk)
    assert draw(peopled, peopled.units["22"]).values == {"residents_guided": 12}


def test_team_of_the_province_itself_sits_at_the_other_one(peopled: Cast, enter: Enter) -> None:
    merge(peopled)
    with enter(peopled.admin):
        assert Team.objects.get(pk=peopled.teams["mobifone"].pk).unit == peopled.units["22"]
        committee = Committee.objects.get(name="Tổ chỉ đạo tỉnh")
        assert (committee.unit_id, committee.valid.upper) == (peopled.units["30"].pk, ON)


def test_former_province_is_in_no_list(peopled: Cast) -> None:
    merge(peopled)
    assert list(Tenant.objects.provinces()) == [peopled.province]
    former = Tenant.objects.get(pk=peopled.other.pk)
    assert (former.merged_into, former.merged_on) == (peopled.province, ON)


# -- Refusals -------------------------------------------------------------------------------------


def test_merger_is_refused_where_a_number_is_in_both_registers(peopled: Cast) -> None:
    for team in ("hg-1a", "pl-1"):
        with scope(tenant=peopled.teams[team].tenant_id):
            person = Person.objects.filter(memberships__team=peopled.teams[team]).first()
            Person.objects.filter(pk=person.pk).update(id_number="030090001234")
    before = dump()
    with pytest.raises(DomainError, match="1 người của tỉnh cũ"):
        merge(peopled)
    assert dump() == before


@pytest.mark.parametrize(("source", "into"), [("other", "other"), ("nation", "other"),
                                              ("other", "nation")])  # fmt: skip
def test_only_one_province_merges_into_another(peopled: Cast, source: str, into: str) -> None:
    with pytest.raises(DomainError):
        mergers.merge(
            source=getattr(peopled, source), into=getattr(peopled, into), on=ON, decree=DECREE,
            carried=[], actor=None,
        )  # fmt: skip


def test_province_merges_once(peopled: Cast) -> None:
    merge(peopled)
    with pytest.raises(NotPossibleNow, match="đã sáp nhập vào tỉnh khác"):
        merge(peopled)


def test_merger_needs_both_provinces_to_stand_on_its_day(peopled: Cast) -> None:
    with pytest.raises(DomainError, match="không có đơn vị"):
        merge(peopled, on=SINCE)
