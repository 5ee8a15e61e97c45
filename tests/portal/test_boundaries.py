"""The decrees of 1/11/2024 and 1/7/2025, applied to the whole of Quảng Ninh as the demo has it."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.db.models import Q
from django.test import override_settings

from accounts.models import Grant, User
from reports import rollup, workflow
from reports.models import Period, Report, Total
from teams.models import Committee, Membership, Team
from tests.portal.decreeing import (
    EVE_OF_FIRST,
    EVE_OF_SECOND,
    FIRST,
    SECOND,
    TODAY,
    Scene,
    count_on,
    first_answers,
    kinds_on,
)
from units import outlook, reform, tree, undoing
from units.errors import InvalidEntry, NotPossibleNow
from units.fates import Fate
from units.models import Decree, Level, Placement, Succession, Unit
from units.outlook import Outlook

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture
def scene(quang_ninh: Unit) -> Iterator[Scene]:
    with transaction.atomic(), override_settings(BUSINESS_DATE=TODAY):
        yield Scene(quang_ninh, User.objects.get(username="qn.admin"))
        transaction.set_rollback(True)


def fates(seen: Outlook, level: Level) -> dict[Fate, int]:
    return Counter(lot.fate for lot in seen.lots if lot.unit.level == level)


# -- The tree -------------------------------------------------------------------------------------


def test_first_decree_makes_171_communes_of_177(scene: Scene) -> None:
    seen = outlook.foresee(scene.load("2024-11-01"))
    assert fates(seen, Level.COMMUNE) == {
        Fate.SAME: 150,
        Fate.PLACED: 15,
        Fate.MERGED: 8,
        Fate.RENAMED: 4,
    }
    assert fates(seen, Level.DISTRICT) == {Fate.SAME: 12, Fate.RENAMED: 1}
    scene.apply("2024-11-01")
    assert count_on(EVE_OF_FIRST) == {1: 1, 2: 13, 3: 177}
    assert count_on(FIRST) == {1: 1, 2: 13, 3: 171}
    assert kinds_on(FIRST) == {"Xã": 91, "Phường": 73, "Thị": 7}
    assert tree.count_differences(tenant=scene.province.tenant) == 0


# -- What hangs on it -----------------------------------------------------------------------------


def test_sums_of_the_province_stay_in_every_month(scene: Scene) -> None:
    before = {
        total.period_id: (total.values, total.expected, total.submitted, total.approved)
        for total in Total.objects.filter(unit=scene.province)
    }
    assert len(before) == 3
    scene.apply("2024-11-01")
    july = [scene.open_month(2025, 6), scene.open_month(2025, 7)]
    scene.apply("2025-07-01")
    rollup.sweep(scene.province.tenant_id)
    for period in Period.objects.filter(pk__in=before):
        total = Total.objects.get(period=period, unit=scene.province, tree_on=period.tree_on)
        now = (total.values, total.expected, total.submitted, total.approved)
        assert now == before[period.pk]
        assert rollup.compare(period) == []
    for period in july:
        own = Total.objects.get(period=period, unit=scene.province)
        children = Unit.objects.children_of(scene.province, on=period.tree_on)
        below = Total.objects.filter(period=period, unit__in=children)
        assert len(below) == (13 if period.month == 6 else 54)
        seated = Team.objects.filter(unit=scene.province, active__contains=period.tree_on).count()
        assert own.expected == 1473 == sum(each.expected for each in below) + seated
        assert rollup.compare(period) == []


def test_teams_of_districts_go_on_at_the_province(scene: Scene) -> None:
    people = Q(valid__contains=EVE_OF_SECOND, team__unit__level=Level.DISTRICT)
    scene.apply("2024-11-01")
    before = Counter(Membership.objects.filter(people).values_list("person", "post").order_by("pk"))
    scene.apply("2025-07-01")
    teams = Team.objects.filter(unit=scene.province, active__startswith=SECOND)
    assert teams.count() == 7
    assert (
        Counter(Membership.objects.filter(team__in=teams).values_list("person", "post")) == before
    )
    assert not Team.objects.filter(unit__level=Level.DISTRICT, active__contains=SECOND).exists()


def test_committees_end_with_their_units(scene: Scene) -> None:
    scene.apply("2024-11-01")
    # That of Đông Triều goes on, for thị xã only became thành phố.
    assert Committee.objects.filter(unit__code="205", valid__contains=FIRST).count() == 1
    scene.apply("2025-07-01")
    standing = Committee.objects.filter(valid__contains=SECOND).select_related("unit")
    assert not standing.exclude(unit__valid__contains=SECOND).exists()
    assert standing.filter(unit=scene.province).exists()


def test_past_of_ended_units_stays_in_sight(scene: Scene) -> None:
    everywhere = Report.objects.visible_to(scene.admin).count()
    ended = Team.objects.filter(unit__level=Level.DISTRICT).values_list("pk", flat=True)
    before = Report.objects.filter(team__in=list(ended)).count()
    assert before == Report.objects.visible_to(scene.admin).filter(team__in=ended).count() > 0
    scene.apply("2024-11-01")
    scene.apply("2025-07-01")
    admin = User.objects.get(pk=scene.admin.pk)
    assert Report.objects.visible_to(admin).count() == everywhere == Report.objects.count()
    assert Team.objects.visible_to(admin).count() == Team.objects.count() == 1473 + 1 + 7
    # Today's choices have none of them.
    assert not Unit.objects.visible_to(admin).filter(valid__endswith__lte=SECOND).exists()


def test_late_report_of_a_team_at_a_district_goes_along(scene: Scene) -> None:
    """The decree is applied on 5/7, after somebody has begun to report July."""
    scene.apply("2024-11-01")
    july = scene.open_month(2025, 7)
    team = Team.objects.filter(unit__level=Level.DISTRICT, active__contains=SECOND).first()
    assert team is not None
    report = _report(team, july, scene.admin)
    scene.apply("2025-07-01")
    report.refresh_from_db()
    assert (report.unit, report.team.unit) == (scene.province, scene.province)
    assert report.team.active.lower == SECOND


def _report(team: Team, period: Period, actor: User, **figures: int) -> Report:
    draft = workflow.Draft({**figures})
    return workflow.save_draft(team=team, period=period, draft=draft, version=0, actor=actor)


# -- Deciding, and the way back -------------------------------------------------------------------


def test_split_communes_are_asked_about(scene: Scene) -> None:
    scene.apply("2024-11-01")
    decree = scene.load("2025-07-01")
    seen = outlook.foresee(decree)
    assert fates(seen, Level.DISTRICT) == {Fate.ABOLISHED: 13}
    assert fates(seen, Level.COMMUNE)[Fate.SPLIT] == 12
    with pytest.raises(NotPossibleNow, match="13 "):
        reform.apply(decree=decree, actor=scene.admin)
    answers = {
        each.key: each.options[0][0] for each in seen.questions if not each.key.startswith("hamlet")
    }
    seen = reform.decide(
        decree=decree, answers=answers, seen=None, is_example=False, actor=scene.admin
    )
    assert seen.undecided == set()


def test_hamlet_goes_where_a_person_said(scene: Scene) -> None:
    scene.apply("2024-11-01")
    decree = scene.load("2025-07-01")
    seen = outlook.foresee(decree)
    (lot,) = [lot for lot in seen.lots if lot.unit.code == "06655"]
    odd, even = seen.hamlets[lot.unit.pk][:2]
    answers = first_answers(seen) | {f"hamlet-{odd.pk}": "06706", f"hamlet-{even.pk}": "06661"}
    reform.decide(decree=decree, answers=answers, seen=None, is_example=False, actor=scene.admin)
    reform.apply(decree=decree, actor=scene.admin)
    where = {
        row.unit_id: row.parent.code
        for row in Placement.objects.filter(unit__in=[odd, even], valid__contains=SECOND)
    }
    assert where == {odd.pk: "06706", even.pk: "06661"}


def test_decree_is_applied_once_and_not_before_its_day(scene: Scene) -> None:
    decree = scene.apply("2024-11-01")
    with pytest.raises(NotPossibleNow):
        reform.apply(decree=decree, actor=scene.admin)
    with override_settings(BUSINESS_DATE=EVE_OF_SECOND), pytest.raises(NotPossibleNow):
        scene.apply("2025-07-01")
    with pytest.raises(InvalidEntry) as refusal:
        scene.load("2024-11-01")
    assert "01/11/2024" in refusal.value.errors["effective_on"][0]


def everything() -> list[object]:
    models = (Unit, Placement, Succession, Grant, Team, Membership, Committee)
    return [sorted(model.objects.values_list()) for model in models]


def test_undoing_brings_back_every_row(scene: Scene) -> None:
    scene.apply("2024-11-01")
    scene.open_month(2025, 7)
    before = everything()
    decree = scene.apply("2025-07-01")
    rollup.sweep(scene.province.tenant_id)
    assert everything() != before
    decree = undoing.undo(decree=decree, actor=scene.admin)
    assert decree.state == Decree.State.DRAFT
    assert (decree.undone_by, decree.record) == (str(scene.admin), None)
    # With all answers, so that it can be applied once more.
    assert outlook.foresee(decree).undecided == set()
    assert everything() == before
    assert tree.count_differences(tenant=scene.province.tenant) == 0
    rollup.sweep(scene.province.tenant_id)
    assert rollup.compare(Period.objects.get(year=2025, month=7)) == []


def test_first_report_under_the_new_tree_keeps_the_decree(scene: Scene) -> None:
    decree = scene.apply("2024-11-01")
    with pytest.raises(NotPossibleNow):
        undoing.undo(decree=scene.load("2025-07-01"), actor=scene.admin)
    july = scene.open_month(2025, 7)
    second = scene.apply("2025-07-01")
    with pytest.raises(NotPossibleNow):  # The later one first.
        undoing.undo(decree=decree, actor=scene.admin)
    team = Team.objects.filter(unit__level=Level.HAMLET).first()
    assert team is not None
    report = _report(team, july, scene.admin, adults=1)
    # What is not handed in goes back with its team.
    assert undoing.why_not_undone(second, scene.admin) is None
    workflow.apply(report, "submit", actor=scene.admin, version=report.version)
    with pytest.raises(NotPossibleNow, match=team.name):
        undoing.undo(decree=second, actor=scene.admin)
