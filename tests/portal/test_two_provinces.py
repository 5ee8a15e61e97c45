"""A province becomes part of another one, and a decree makes one tree of both: Hải Dương and Hải
Phòng on 1/7/2025, with every district and commune that they had."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import override_settings

from accounts.enrolment import open_account, open_first_account
from accounts.models import Grant, User
from accounts.roles import Role
from reports import evidence, restating, rollup
from reports.catalogue import Catalogue
from reports.models import Evidence, Period, Report, Status, Total
from reports.periods import DECREE_09, lay_out, open_period
from teams import census
from teams.models import Kind, Membership, Post, Team
from teams.registry import NewMember, NewTeam, enrol_members, establish_teams, give_account
from tests.cast import Cast
from tests.merging import again
from tests.portal.test_boundaries import everything, first_answers
from tests.reports import proofs
from units import clock, decrees, outlook, reform, tree, undoing
from units.decrees import FOLDER, OFFICIAL
from units.errors import NotPossibleNow
from units.founding import found_province, read
from units.mergers import unmerge
from units.models import Decree, Level, Merger, Placement, Succession, Tenant, Unit
from units.tenancy import scope
from units.tree import Seedling

SINCE, EVE, DAY, TODAY = date(2024, 1, 1), date(2025, 6, 30), date(2025, 7, 1), date(2025, 7, 5)
HAI_DUONG, HAI_PHONG = "30", "31"
# That of Phả Lại, which becomes phường Chu Văn An with others.
OFFICERS_COMMUNE = "10507"
TOLD = ("values", "gave", "not_applicable", "expected", "submitted", "approved")

Told = dict[str, Counter[str]]


@dataclass
class Side:
    """One of both provinces before they become one."""

    root: Unit
    admin: User
    months: dict[int, Period] = field(default_factory=dict)

    @property
    def tenant(self) -> Tenant:
        return self.root.tenant

    def read(self) -> tuple[Told, ...]:
        """What its own sum says of June and of July."""
        return tuple(told(self.months[month], self.months[month].tree_on) for month in (6, 7))


@dataclass
class Pair:
    source: Side
    into: Side
    officer: User
    leader: User
    file: Evidence

    def merge(self) -> Merger:
        call_command(
            "merge_province", HAI_DUONG, HAI_PHONG, "--carry", "tinh-30",
            on=DAY, decree="202/2025/QH15", verbosity=0,
        )  # fmt: skip
        with scope(tenant=self.into.tenant.pk):
            return Merger.objects.get(undone_at=None)

    def decide(self) -> Decree:
        official = OFFICIAL["2025-07-01"]
        decree = decrees.load(**official.parts, province=self.into.root, actor=self.into.admin)
        answers = first_answers(outlook.foresee(decree))
        reform.decide(
            decree=decree, answers=answers, seen=None, is_example=True, actor=self.into.admin
        )
        return decree

    def apply(self) -> Decree:
        decree = reform.apply(decree=self.decide(), actor=self.into.admin)
        rollup.sweep(self.into.tenant.pk)
        return decree


def told(period: Period, on: date) -> Told:
    """What the sums of all provinces of the tenant say of a month under one tree, together."""
    found: Told = {name: Counter() for name in TOLD}
    for row in Total.objects.filter(period=period, tree_on=on, unit__level=Level.PROVINCE):
        for name in TOLD:
            said = getattr(row, name)
            found[name].update(said if isinstance(said, dict) else {name: said})
    return found


def both(one: Told, other: Told) -> Told:
    return {name: one[name] + other[name] for name in TOLD}


@pytest.fixture
def pair(cast: Cast, forms: Catalogue, tmp_path: Path) -> Iterator[Pair]:
    # The small Hải Dương of the cast gives its codes free.
    with scope(tenant=cast.other.pk):
        Unit.objects.update(valid=DateRange(date(2022, 5, 1), date(2023, 1, 1)))
    Tenant.objects.filter(pk=cast.other.pk).update(code="30a")
    with override_settings(BUSINESS_DATE=date(2025, 6, 20)):
        source, into = found(HAI_DUONG, forms), found(HAI_PHONG, forms)
        with scope(tenant=source.tenant.pk):
            at = Unit.objects.get(code=OFFICERS_COMMUNE)
            officer, _ = open_account(
                username="hd.pha-lai", full_name="Cán bộ", role=Role.COMMUNE_OFFICER, unit=at,
                actor=source.admin,
            )  # fmt: skip
            team = Team.objects.get(unit__code=f"{OFFICERS_COMMUNE}-1")
            chair = Membership.objects.get(team=team)
            leader, _ = give_account(membership=chair, username="hd.to-truong", actor=source.admin)
            file = evidence.attach(
                team=Team.objects.get(unit__code=f"{OFFICERS_COMMUNE}-2"),
                period=source.months[7], path=proofs.save(tmp_path, proofs.PDF), name="Ảnh.pdf",
                actor=source.admin,
            )  # fmt: skip
    with override_settings(BUSINESS_DATE=TODAY):
        yield Pair(source, into, officer, leader, file)
    default_storage.delete(file.path)


def found(code: str, forms: Catalogue) -> Side:
    """Two hamlets in each commune, a team in each, and one at the province itself; two of three
    have reported June, and one of three July."""
    seedlings = read(FOLDER / "units-2024.csv", province=code)
    hamlets = [
        Seedling(Level.HAMLET, f"{each.code}-{n}", f"Thôn {n} {each.name}", each.code)
        for each in seedlings
        if each.level == Level.COMMUNE
        for n in (1, 2)
    ]
    units = found_province(seedlings=[*seedlings, *hamlets], since=SINCE)
    root = units[0]
    with scope(tenant=root.tenant_id):
        admin, _ = open_first_account(
            username=f"tinh-{code}", full_name="Quản trị", role=Role.PROVINCE_ADMIN, unit=root
        )
        side = Side(root, admin)
        seats = [root, *(unit for unit in units if unit.level == Level.HAMLET)]
        new = [
            NewTeam(
                name=f"Tổ {unit.code}", unit=unit,
                kind=Kind.ENTERPRISE if unit is root else Kind.LOCAL,
            )
            for unit in seats
        ]  # fmt: skip
        teams = establish_teams(tenant=root.tenant, teams=new, since=SINCE)
        leaders = [
            (team, NewMember(full_name=f"Người {n}", post=Post.LEADER))
            for n, team in enumerate(teams)
        ]
        enrol_members(tenant=root.tenant, members=leaders, since=SINCE)
        for month, reporters in ((6, (0, 1)), (7, (0,))):
            period = lay_out(tenant=root.tenant, year=2025, month=month, by=DECREE_09)
            period.save()
            open_period(period=period, actor=admin)
            side.months[month] = period
            Report.objects.bulk_create(
                Report(
                    tenant=root.tenant, form=forms.form, period=period, unit_id=team.unit_id,
                    team=team, status=Status.APPROVED, values={"residents_guided": n + month},
                    updated_at=clock.now(), updated_by=admin,
                )
                for n, team in enumerate(teams)
                if n % 3 in reporters
            )  # fmt: skip
        rollup.sweep(root.tenant_id)
    return side


# -- The tree -------------------------------------------------------------------------------------


def test_one_province_of_114_communes_comes_of_two(pair: Pair) -> None:
    pair.merge()
    with scope(tenant=pair.into.tenant.pk):
        before = census.take([pair.source.root, pair.into.root], on=EVE)
        pair.apply()
        standing = Unit.objects.filter(level=Level.COMMUNE)
        assert standing.filter(valid__contains=EVE).count() == 207 + 167
        assert standing.filter(valid__contains=DAY).count() == 114
        assert Unit.objects.children_of(pair.into.root, on=DAY).count() == 114
        assert not Unit.objects.filter(level=Level.DISTRICT, valid__contains=DAY).exists()
        ended = standing.filter(valid__endswith=DAY)
        assert not ended.filter(successions=None).exists()
        ours = Succession.objects.filter(predecessor__in=before_of(pair), effective_on=DAY)
        assert ours.values("successor").distinct().count() == 65
        assert tree.count_differences(tenant=pair.into.tenant) == 0
        after = census.take([pair.into.root], on=DAY)[pair.into.root.pk]
        for name in ("local", "enterprise", "members", "hamlets"):
            assert getattr(after, name) == sum(getattr(each, name) for each in before.values())
        hamlets = Placement.objects.filter(unit__level=Level.HAMLET, valid__contains=DAY)
        assert hamlets.filter(parent__in=standing.filter(valid__contains=DAY)).count() == 748
        assert census.take([pair.source.root], on=EVE) == {
            pair.source.root.pk: before[pair.source.root.pk]
        }


def test_decree_waits_for_the_other_province(pair: Pair) -> None:
    with scope(tenant=pair.into.tenant.pk), pytest.raises(NotPossibleNow, match="207 xã"):
        reform.apply(decree=pair.decide(), actor=pair.into.admin)


def before_of(pair: Pair) -> list[int]:
    """The communes that Hải Dương had."""
    rows = Unit.objects.under(pair.source.root, on=EVE).filter(level=Level.COMMUNE)
    return list(rows.values_list("pk", flat=True))


# -- The sums -------------------------------------------------------------------------------------


def test_nothing_is_lost_or_counted_twice_under_any_tree(pair: Pair) -> None:
    reads = []
    for side in (pair.source, pair.into):
        with scope(tenant=side.tenant.pk):
            reads.append(side.read())
    june, july = (both(*month) for month in zip(*reads, strict=True))
    assert june["expected"] == Counter(expected=750)
    assert june["approved"] > july["approved"] > Counter(approved=200)
    pair.merge()
    with scope(tenant=pair.into.tenant.pk):
        pair.apply()
        months = pair.into.months
        assert told(months[6], months[6].tree_on) == june
        assert told(months[7], months[7].tree_on) == july
        restating.restate(pair.into.tenant.pk, on=TODAY, period_ids=[months[6].pk])
        rollup.rebuild(months[7], on=months[6].tree_on)
        assert told(months[6], DAY) == june
        assert told(months[7], months[6].tree_on) == july
        for month, on in ((6, DAY), (7, months[7].tree_on)):
            [whole] = Total.objects.filter(period=months[month], tree_on=on, unit=pair.into.root)
            below = Total.objects.filter(
                period=months[month], tree_on=on, unit__level=Level.COMMUNE
            )
            # The two teams that sit at the province itself.
            assert len(below) == 114
            assert sum(each.expected for each in below) == whole.expected - 2 == 748
            assert rollup.compare(months[month]) == []


# -- People and what they wrote -------------------------------------------------------------------


def test_people_rights_history_and_files_are_still_there(pair: Pair) -> None:
    pair.merge()
    with scope(tenant=pair.into.tenant.pk):
        pair.apply()
        officer, leader, staff = map(again, (pair.officer, pair.leader, pair.source.admin))
        [held] = officer.held_grants
        assert (held.role, held.unit.level) == (Role.COMMUNE_OFFICER, Level.COMMUNE)
        assert held.unit.valid.lower == DAY
        kept = Team.objects.kept_by(officer).values_list("unit__code", flat=True)
        assert {f"{OFFICERS_COMMUNE}-1", f"{OFFICERS_COMMUNE}-2"} <= set(kept)
        own = Report.objects.visible_to(leader)
        assert {each.team.unit.code for each in own} <= {f"{OFFICERS_COMMUNE}-1"}
        for user in (staff, again(pair.into.admin)):
            assert Report.objects.visible_to(user).count() == Report.objects.count() > 700
            assert Total.objects.visible_to(user).count() == Total.objects.count()
            assert Unit.objects.ever_visible_to(user).count() == Unit.objects.count()
            assert Team.objects.visible_to(user).count() == Team.objects.count()
        assert Grant.objects.filter(user=staff, unit=pair.into.root).exists()
        for report in Report.objects.select_related("team")[:5]:
            assert report.events.exists()
        [file] = Evidence.objects.visible_to(staff)
        assert file.report.period == pair.into.months[7]
        with default_storage.open(file.path) as stored:
            assert stored.read() == proofs.PDF
    with scope(tenant=pair.source.tenant.pk):
        assert not Report.objects.exists()


# -- The way back ---------------------------------------------------------------------------------


def test_decree_and_merger_are_taken_back_in_turn(pair: Pair) -> None:
    def rows() -> list[object]:
        found = []
        for side in (pair.source, pair.into):
            with scope(tenant=side.tenant.pk):
                found += [everything(), side.read()]
        return found

    before = rows()
    merger = pair.merge()
    with scope(tenant=pair.into.tenant.pk):
        decree = pair.apply()
        undoing.undo(decree=decree, actor=pair.into.admin)
        rollup.sweep(pair.into.tenant.pk)
    unmerge(merger=merger, actor=None)
    for side in (pair.source, pair.into):
        with scope(tenant=side.tenant.pk):
            rollup.sweep(side.tenant.pk)
            assert tree.count_differences(tenant=side.tenant) == 0
    assert rows() == before
