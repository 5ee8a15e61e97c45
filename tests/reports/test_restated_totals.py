"""Totals of any month under any tree are what anybody would add up by hand."""

from datetime import timedelta
from typing import Any

from django.test import override_settings
from hypothesis import example, given
from hypothesis import strategies as st

from reports import rollup
from reports.catalogue import Catalogue
from reports.models import DirtyTotal, Report, Status, Total
from tests.cast import SINCE, Cast, Undone
from tests.reports.reforming import REFORMS, TREES, Figures, Province
from units import lineage
from units.tenancy import scope
from units.tree import count_differences

CODES = ["training_sessions", "residents_guided"]
steps = st.tuples(
    st.sampled_from(["absorbed", "merged", "renamed", "split", "founded", "district"]),
    st.integers(0, 5),
    st.integers(0, 5),
)
reforms = st.lists(steps, max_size=4)
figures = st.dictionaries(
    st.sampled_from(CODES), st.one_of(st.none(), st.integers(0, 99)), max_size=2
)


def figures_of(province: Province, drawn: list[Figures], month: int) -> dict[str, Figures]:
    """Every third team is silent."""
    names = sorted(province.teams)
    return {
        name: drawn[(n + month) % len(drawn)] for n, name in enumerate(names) if (n + month) % 3
    }


def assert_all_trees(province: Province) -> None:
    for month in range(3):
        roots = []
        for tree in range(3):
            stored = province.stored(month, tree)
            assert stored == province.by_hand(month, tree), (month, tree)
            roots.append(stored["91"])
        assert roots[0] == roots[1] == roots[2]


@example(
    # What absorbed another one carried on, and is what it was before.
    communes=2, hamlets=[0], first=[("renamed", 0, 0)], second=[("absorbed", 0, 0)],
    drawn=[{}], touched=[],
)  # fmt: skip
@given(
    communes=st.integers(2, 6),
    hamlets=st.lists(st.integers(0, 5), min_size=1, max_size=8),
    first=reforms,
    second=reforms,
    drawn=st.lists(figures, min_size=1, max_size=5),
    touched=st.lists(st.tuples(st.integers(0, 30), figures), max_size=4),
)
def test_totals_under_any_tree_are_the_sum_by_hand(
    communes: int,
    hamlets: list[int],
    first: list[Any],
    second: list[Any],
    drawn: list[Figures],
    touched: list[tuple[int, Figures]],
    cast: Cast,
    forms: Catalogue,
    undone: Undone,
) -> None:
    with undone(), override_settings(BUSINESS_DATE=TREES[2]):
        province = Province(communes, hamlets)
        with scope(tenant=province.tenant.pk):
            province.settle()
            province.reform(REFORMS[0], first)
            province.reform(REFORMS[1], second)
            assert count_differences(tenant=province.tenant) == 0
            for number, period in enumerate(province.months):
                province.report(forms.form, number, figures_of(province, drawn, number))
                for on in TREES:
                    rollup.rebuild(period, on=on)
            assert_all_trees(province)
            # What changes afterwards is brought into every tree that is kept.
            for number, values in touched:
                reports = list(Report.objects.filter(tenant=province.tenant).order_by("pk"))
                if reports:
                    report = reports[number % len(reports)]
                    report.status = Status.APPROVED if number % 2 else Status.RETURNED
                    report.values = values
                    report.save()
                    rollup.mark_dirty([report])
            rollup.sweep(province.tenant.pk)
            assert_all_trees(province)
            # Twice is once.
            for period in province.months:
                assert rollup.compare(period) == []
            assert_all_trees(province)


# -- Reforms made by hand -------------------------------------------------------------------------


def reformed(steps: list[tuple[str, int, int]]) -> Province:
    """Communes c0 in d0, c1 in d1 and c2 in the province; h0 and h3 in c0, h1 in c1, h2 in c2."""
    province = Province(3, [0, 1, 2, 0])
    with scope(tenant=province.tenant.pk):
        province.settle()
        province.reform(REFORMS[0], steps)
        province.reform(REFORMS[1], [])
    return province


def homes(province: Province, month: int, tree: int) -> dict[str, tuple[str, bool]]:
    names = {unit.pk: name for name, unit in province.units.items()}
    with scope(tenant=province.tenant.pk):
        found = lineage.homes(province.tenant.pk, counted_on=TREES[month], on=TREES[tree])
    return {names[pk]: (names[home.unit_id], home.is_unplaced) for pk, home in found.items()}


def test_hamlets_of_a_split_commune_are_known_and_its_own_team_is_not(
    forms: Catalogue, cast: Cast
) -> None:
    province = reformed([("split", 0, 0)])
    found = homes(province, 0, 1)
    # h0 went to the new commune and h3 to c1; where the commune's own team belongs, nobody knows.
    assert found["h0"] == ("c240", False)
    assert found["h3"] == ("c1", False)
    assert found["c0"] == ("d0", True)
    # All of the new commune was a part of the old one.
    assert homes(province, 1, 0)["c240"] == ("c0", False)


def test_split_is_between_two_days_from_the_eve_on(forms: Catalogue, cast: Cast) -> None:
    province = reformed([("split", 0, 0)])
    day = REFORMS[0]
    with scope(tenant=province.tenant.pk):
        for first, last, parts in (
            (day - timedelta(days=1), day, {("c0", "c240"), ("c0", "c1")}),
            # On the day itself the tree is the new one.
            (day, TREES[1], set()),
            (TREES[0], day - timedelta(days=1), set()),
        ):
            found = lineage.split_between(province.tenant.pk, first=first, last=last)
            assert {(each.predecessor.code, each.successor.code) for each in found} == parts


def test_what_a_merged_commune_itself_reports_is_not_placed_in_the_tree_before(
    forms: Catalogue, cast: Cast
) -> None:
    province = reformed([("merged", 0, 0)])
    assert homes(province, 0, 1)["c0"] == homes(province, 0, 1)["c1"] == ("c240", False)
    before = homes(province, 1, 0)
    assert before["c240"] == ("d0", True)
    assert (before["h0"], before["h1"]) == (("c0", False), ("c1", False))


def test_team_of_an_abolished_district_is_at_home_in_the_province(
    forms: Catalogue, cast: Cast
) -> None:
    province = reformed([("district", 0, 0), ("renamed", 1, 0)])
    found = homes(province, 0, 1)
    assert found["d0"] == ("91", False)
    assert found["c1"] == found["h1"] == ("c241", False)
    assert homes(province, 1, 0)["c241"] == ("c1", False)


def test_spell_ends_where_the_tree_changes(forms: Catalogue, cast: Cast) -> None:
    province = reformed([("renamed", 0, 0)])
    with scope(tenant=province.tenant.pk):
        found = [lineage.spell_of(province.tenant.pk, on=day) for day in TREES]
        assert found[0] == lineage.Spell(SINCE, REFORMS[0])
        assert found[1] == found[2] == lineage.Spell(REFORMS[0], None)
        assert lineage.spell_of(province.tenant.pk, on=TREES[0].replace(year=1900)) is None


def test_new_hamlet_is_no_new_tree(forms: Catalogue, cast: Cast) -> None:
    province = reformed([("founded", 0, 0)])
    with scope(tenant=province.tenant.pk):
        assert lineage.spell_of(province.tenant.pk, on=TREES[2]) == lineage.Spell(SINCE, None)
    # The first commune took it in, and is its home in the tree before, too.
    assert homes(province, 1, 0)["h240"] == ("c0", False)


def test_mark_on_a_unit_that_has_ended_explains_the_total_of_its_successor(
    forms: Catalogue, cast: Cast
) -> None:
    province = reformed([("merged", 0, 0)])
    with scope(tenant=province.tenant.pk):
        june = province.months[0]
        rollup.rebuild(june)
        rollup.rebuild(june, on=TREES[1])
        Total.objects.filter(tree_on=TREES[1]).update(approved=77)
        DirtyTotal.objects.create(tenant=province.tenant, period=june, unit=province.units["c0"])
        found = rollup.compare(june)
    # Not c240, into which c0 was merged, and not what is above it.
    assert {unit for _on, unit, _was, _became in found} == {
        province.units[code].pk for code in ("d1", "c2")
    }


def test_totals_under_other_trees_are_dropped_when_the_tree_changes(
    forms: Catalogue, cast: Cast
) -> None:
    province = reformed([("merged", 0, 0)])
    with scope(tenant=province.tenant.pk):
        june = province.months[0]
        rollup.rebuild(june)
        assert rollup.kept_trees(june) == []
        rollup.rebuild(june, on=TREES[1])
        assert rollup.kept_trees(june) == [TREES[1]]
        rollup.forget_kept_trees([province.tenant.pk])
        assert rollup.kept_trees(june) == []
        assert Total.objects.filter(period=june, tree_on=june.tree_on).exists()
