"""The way back, for a province that has become part of another one."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pghistory
import pytest

from accounts.models import Grant, User
from reports import kept_census, rollup, workflow
from reports.models import Report, Status
from reports.periods import DECREE_09, lay_out, open_period
from reports.workflow import Draft
from teams.models import Post, Team
from teams.registry import NewMember, enrol_members
from tests.cast import Cast, Enter, lead_report
from tests.matrix.test_walls import FENCED
from tests.merging import ON, again, dump, merge, unmerge
from units.errors import NotPossibleNow
from units.models import Tenant
from units.tenancy import scope
from units.tree import count_differences

DERIVED = {"units_ancestry", "reports_total", "reports_keptcensus", "reports_censusmark"}


def stripped(rows: dict[int, dict[str, Any]], *names: str) -> list[str]:
    return sorted(
        json.dumps({name: value for name, value in row.items() if name not in names})
        for row in rows.values()
    )


@pytest.mark.parametrize("on", [ON, date(2024, 7, 1)])
@pytest.mark.parametrize("swept", [False, True])
def test_everything_is_back_as_it_was(peopled: Cast, on: date, swept: bool, enter: Enter) -> None:
    with enter(peopled.stranger):
        grant = Grant.objects.get(user=peopled.stranger)
    before = dump()
    merger = merge(peopled, on=on, carried=[grant.pk])
    if swept:
        with scope(tenant=peopled.province.pk):
            rollup.sweep(peopled.province.pk)
    unmerge(merger)
    for tenant in (peopled.province, peopled.other):
        with scope(tenant=tenant.pk):
            rollup.sweep(tenant.pk)
            assert count_differences(tenant=tenant) == 0
            assert kept_census.compare(tenant.pk) == []
    after = dump()
    for table in set(FENCED) - DERIVED - {"units_merger"}:
        new = {key: row for key, row in after[table].items() if key not in before[table]}
        kept = {key: row for key, row in after[table].items() if key in before[table]}
        assert kept == before[table], table
        if table.endswith("event"):
            said = [row["pgh_context"] for row in new.values()]
            assert all({"merges", "takes_back_merger"} & each.keys() for each in said)
        else:
            assert new == {}, table
    assert stripped(after["units_ancestry"], "id") == stripped(before["units_ancestry"], "id")
    derived = ("id", "computed_at")
    assert stripped(after["reports_total"], *derived) == stripped(before["reports_total"], *derived)
    former = Tenant.objects.get(pk=peopled.other.pk)
    assert (former.merged_into, former.merged_on) == (None, None)


def test_what_the_province_did_meanwhile_goes_along(
    peopled: Cast, officer: User, enter: Enter
) -> None:
    merger = merge(peopled)
    with scope(tenant=peopled.province.pk):
        officer.refresh_from_db()
        officer.full_name = "Trần Thị Ổi"
        officer.save()
    unmerge(merger)
    with scope(tenant=peopled.other.pk):
        kept = User.objects.get(pk=officer.pk)
        assert kept.full_name == "Trần Thị Ổi"
        assert kept.events.filter(full_name="Trần Thị Ổi").exists()


def report(peopled: Cast) -> None:
    """The first one under the new tree."""
    team = Team.objects.get(pk=peopled.teams["mobifone"].pk)
    month = lay_out(tenant=peopled.province, year=2024, month=7, by=DECREE_09)
    month.save()
    open_period(period=month, actor=again(peopled.admin))
    workflow.save_draft(
        team=team, period=month, draft=Draft({"residents_guided": 4}), version=0,
        actor=again(peopled.admin),
    )  # fmt: skip


def enrol(peopled: Cast) -> None:
    """Somebody new in a team that came."""
    enrol_members(
        tenant=peopled.province,
        members=[(peopled.teams["pl-2"], NewMember(full_name="Lê Thị Mới", post=Post.MEMBER))],
        since=ON,
    )


def rename(peopled: Cast) -> None:
    """What the merger itself wrote, written over."""
    with pghistory.context(user=peopled.admin.pk):
        Team.objects.filter(pk=peopled.teams["mobifone"].pk).update(name="Tổ MobiFone Đông")


@pytest.mark.parametrize("build", [report, enrol, rename])
def test_who_has_built_on_it_ends_the_way_back(
    build: Callable[[Cast], None], peopled: Cast
) -> None:
    merger = merge(peopled)
    with scope(tenant=peopled.province.pk):
        build(peopled)
    before = dump()
    with pytest.raises(NotPossibleNow, match="dữ liệu phát sinh sau sáp nhập"):
        unmerge(merger)
    assert dump() == before


def test_what_the_other_province_does_of_its_own_is_in_nobodys_way(peopled: Cast) -> None:
    merger = merge(peopled)
    with scope(tenant=peopled.province.pk):
        lead_report(peopled, Status.SUBMITTED, peopled.teams["hg-1b"], {"residents_guided": 4})
    unmerge(merger)
    with scope(tenant=peopled.province.pk):
        assert Report.objects.filter(team=peopled.teams["hg-1b"]).exists()


def test_merger_is_taken_back_once(peopled: Cast) -> None:
    merger = merge(peopled)
    unmerge(merger)
    with pytest.raises(NotPossibleNow, match="đã được hủy"):
        unmerge(merger)


def test_province_merges_anew_after_the_way_back(peopled: Cast) -> None:
    unmerge(merge(peopled))
    merge(peopled)
    assert Tenant.objects.get(pk=peopled.other.pk).merged_into == peopled.province
