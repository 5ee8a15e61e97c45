"""Planting units, and asking who stood above whom on a day."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from tests.cast import AtOnce, Cast, Enter, Undone, move
from units.models import Ancestry, Level, Placement, Tenant, Unit
from units.tenancy import scope
from units.tree import Seedling, count_differences, path, plant, rebuild_ancestry

SINCE = date(2020, 1, 1)
REFORM = date(2024, 11, 1)
EVE = REFORM - timedelta(days=1)
ALWAYS = DateRange(SINCE, None)

SMALL = [
    Seedling(Level.PROVINCE, "89", "Tỉnh An Giang", ""),
    Seedling(Level.DISTRICT, "883", "Thành phố Long Xuyên", "89"),
    Seedling(Level.DISTRICT, "884", "Thành phố Châu Đốc", "89"),
    Seedling(Level.COMMUNE, "30280", "Phường Mỹ Bình", "883"),
    Seedling(Level.HAMLET, "mb-1", "Khóm 1", "30280"),
    Seedling(Level.HAMLET, "mb-2", "Khóm 2", "30280"),
]


@pytest.fixture
def tenant(db: None) -> Iterator[Tenant]:
    """A province of its own, open for reading and writing."""
    tenant = Tenant.objects.create(code="89", name="An Giang")
    with scope(tenant=tenant.pk):
        yield tenant


@pytest.fixture
def units(tenant: Tenant) -> dict[str, Unit]:
    return {
        unit.code: unit for unit in plant(tenant=tenant, seedlings=SMALL, root=None, since=SINCE)
    }


def codes_under(unit: Unit, on: date) -> list[str]:
    return sorted(Unit.objects.under(unit, on=on).values_list("code", flat=True))


# -- Planting -----------------------------------------------------------------------------------


def test_plant_puts_each_unit_below_the_parent_it_names(units: dict[str, Unit]) -> None:
    above = {code: [each.code for each in path(unit, on=SINCE)] for code, unit in units.items()}
    assert above == {
        "89": ["89"],
        "883": ["89", "883"],
        "884": ["89", "884"],
        "30280": ["89", "883", "30280"],
        "mb-1": ["89", "883", "30280", "mb-1"],
        "mb-2": ["89", "883", "30280", "mb-2"],
    }


def test_plant_is_valid_from_its_day_on(units: dict[str, Unit]) -> None:
    eve = SINCE - timedelta(days=1)
    assert codes_under(units["89"], eve) == []
    assert path(units["mb-1"], on=eve) == []
    assert len(codes_under(units["89"], date(2099, 1, 1))) == 6


def test_plant_goes_below_the_root(tenant: Tenant, units: dict[str, Unit]) -> None:
    [late] = plant(
        tenant=tenant,
        seedlings=[Seedling(Level.HAMLET, "mb-3", "Khóm 3", "")],
        root=units["30280"],
        since=REFORM,
    )
    assert codes_under(units["30280"], EVE) == ["30280", "mb-1", "mb-2"]
    assert codes_under(units["30280"], REFORM) == ["30280", "mb-1", "mb-2", "mb-3"]
    assert [each.code for each in path(late, on=REFORM)] == ["89", "883", "30280", "mb-3"]


def test_plant_needs_no_district_between_province_and_commune(tenant: Tenant) -> None:
    seedlings = [SMALL[0], Seedling(Level.COMMUNE, "30280", "Phường Long Xuyên", "89")]
    _, commune = plant(tenant=tenant, seedlings=seedlings, root=None, since=SINCE)
    assert [(each.code, each.level) for each in path(commune, on=SINCE)] == [
        ("89", Level.PROVINCE),
        ("30280", Level.COMMUNE),
    ]


def test_plant_stores_names_in_one_form(tenant: Tenant) -> None:
    [unit] = plant(
        tenant=tenant,
        seedlings=[Seedling(Level.PROVINCE, "89", "  Ti\u0309nh  \u0110\u00f4\u0300ng", "")],
        root=None,
        since=SINCE,
    )
    unit.refresh_from_db()
    assert (unit.name, unit.search) == ("Tỉnh Đồng", "tinh dong")


def test_plant_refuses_a_code_that_is_taken_on_those_days(
    tenant: Tenant, units: dict[str, Unit]
) -> None:
    with pytest.raises(IntegrityError, match="unit_code_names_one_unit_at_a_time"):
        plant(tenant=tenant, seedlings=[SMALL[0]], root=None, since=REFORM)


def test_plant_refuses_a_code_of_another_province(cast: Cast) -> None:
    # The constraint looks behind the wall: two provinces cannot both hold a code.
    with (
        scope(tenant=cast.other.pk),
        pytest.raises(IntegrityError, match="unit_code_names_one_unit_at_a_time"),
    ):
        plant(
            tenant=cast.other,
            seedlings=[Seedling(Level.COMMUNE, "06691", "Phường Hồng Gai", "")],
            root=cast.units["290"],
            since=REFORM,
        )


def test_code_names_another_unit_after_the_first_has_ended(
    tenant: Tenant, units: dict[str, Unit]
) -> None:
    first = units["30280"]
    first.valid = DateRange(SINCE, REFORM)
    first.save()
    [second] = plant(
        tenant=tenant,
        seedlings=[Seedling(Level.COMMUNE, "30280", "Phường Bình Khánh", "")],
        root=units["884"],
        since=REFORM,
    )
    on_the_eve, on_the_day = (
        Unit.objects.get(code="30280", valid__contains=day) for day in (EVE, REFORM)
    )
    assert (on_the_eve, on_the_day) == (first, second)


# -- Parents ------------------------------------------------------------------------------------


def test_placement_refuses_a_second_parent_on_the_same_day(units: dict[str, Unit]) -> None:
    with pytest.raises(IntegrityError, match="unit_has_one_parent_at_a_time"), transaction.atomic():
        Placement.objects.create(
            tenant=units["89"].tenant, unit=units["30280"], parent=units["884"],
            valid=DateRange(REFORM, None),
        )  # fmt: skip


def test_ancestry_follows_a_unit_to_its_new_parent(units: dict[str, Unit]) -> None:
    move(units["30280"], to=units["884"], on=REFORM)
    assert codes_under(units["883"], EVE) == ["30280", "883", "mb-1", "mb-2"]
    assert codes_under(units["883"], REFORM) == ["883"]
    assert codes_under(units["884"], EVE) == ["884"]
    assert codes_under(units["884"], REFORM) == ["30280", "884", "mb-1", "mb-2"]
    assert codes_under(units["89"], EVE) == codes_under(units["89"], REFORM)


def test_ancestry_follows_when_the_district_ends(units: dict[str, Unit]) -> None:
    district = units["883"]
    district.valid = DateRange(SINCE, REFORM)
    district.save()
    Placement.objects.filter(unit=district).update(valid=DateRange(SINCE, REFORM))
    move(units["30280"], to=units["89"], on=REFORM)
    assert [each.code for each in path(units["mb-1"], on=EVE)] == ["89", "883", "30280", "mb-1"]
    assert [each.code for each in path(units["mb-1"], on=REFORM)] == ["89", "30280", "mb-1"]
    assert codes_under(units["89"], REFORM) == ["30280", "884", "89", "mb-1", "mb-2"]


def test_children_of_are_those_of_the_day(units: dict[str, Unit]) -> None:
    move(units["30280"], to=units["884"], on=REFORM)

    def children(code: str, on: date) -> list[str]:
        return [each.code for each in Unit.objects.children_of(units[code], on=on)]

    assert children("89", REFORM) == ["883", "884"]
    assert children("883", EVE) == ["30280"]
    assert children("883", REFORM) == []
    assert children("884", REFORM) == ["30280"]


def test_within_takes_each_unit_once_however_many_roots_it_has(units: dict[str, Unit]) -> None:
    roots = [units["883"].pk, units["30280"].pk]
    codes = Unit.objects.within(roots, on=SINCE).values_list("code", flat=True)
    assert sorted(codes) == ["30280", "883", "mb-1", "mb-2"]
    assert not Unit.objects.within([], on=SINCE).exists()


def test_within_uses_the_tree_of_today(units: dict[str, Unit], settings: Settings) -> None:
    move(units["30280"], to=units["884"], on=REFORM)
    settings.BUSINESS_DATE = EVE
    assert units["mb-1"] in Unit.objects.within([units["883"].pk])
    settings.BUSINESS_DATE = REFORM
    assert units["mb-1"] not in Unit.objects.within([units["883"].pk])
    # Unless the tree of another day is asked for.
    assert units["mb-1"] in Unit.objects.within([units["883"].pk], on=EVE)


# -- Checking -----------------------------------------------------------------------------------


def test_count_differences_is_nothing_after_a_rebuild(
    tenant: Tenant, units: dict[str, Unit]
) -> None:
    move(units["30280"], to=units["884"], on=REFORM)
    assert count_differences(tenant=tenant) == 0


@pytest.mark.parametrize(
    ("tamper", "differences"),
    [
        (lambda row: row.delete(), 1),
        (lambda row: Ancestry.objects.filter(pk=row.pk).update(depth=4), 2),
        (lambda row: Ancestry.objects.filter(pk=row.pk).update(valid=DateRange(SINCE, EVE)), 2),
        # A row that stands twice would count a team twice.
        (lambda row: Ancestry(**row.contents).save(), 1),
    ],
    ids=["row is lost", "depth is wrong", "days are wrong", "row stands twice"],
)
def test_count_differences_finds_a_row_that(
    tamper: Callable[[Ancestry], object], differences: int, tenant: Tenant, units: dict[str, Unit]
) -> None:
    row = Ancestry.objects.get(unit=units["mb-1"], ancestor=units["89"])
    row.contents = {
        "tenant": tenant, "unit": row.unit, "ancestor": row.ancestor, "depth": row.depth,
        "valid": row.valid,
    }  # fmt: skip
    tamper(row)
    assert count_differences(tenant=tenant) == differences


@pytest.mark.django_db(transaction=True)
def test_two_rebuilds_at_once_leave_each_row_once(
    cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    def rebuild() -> None:
        with enter(cast.admin):
            rebuild_ancestry(tenant=cast.province)

    for _ in range(5):
        assert at_once(rebuild, rebuild, rebuild) == [None] * 3
        with enter(cast.admin):
            assert count_differences(tenant=cast.province) == 0


# -- Any history --------------------------------------------------------------------------------

DAYS = 12
UNITS = [
    ("p", Level.PROVINCE),
    ("d1", Level.DISTRICT),
    ("d2", Level.DISTRICT),
    ("c1", Level.COMMUNE),
    ("c2", Level.COMMUNE),
    ("h1", Level.HAMLET),
    ("h2", Level.HAMLET),
]
LEVELS = dict(UNITS)
Pieces = dict[str, list[tuple[int, int, str]]]


def day(number: int) -> date:
    return SINCE + timedelta(days=number)


@st.composite
def histories(draw: st.DrawFn) -> tuple[dict[str, tuple[int, int]], Pieces]:
    """The days of each unit, and under whom it stood on which days; gaps are allowed."""
    lives, pieces = {}, {}
    for name, level in UNITS:
        born = draw(st.integers(0, DAYS - 1))
        lives[name] = (born, draw(st.integers(born + 1, DAYS)))
        parents = [other for other, higher in UNITS if higher < level]
        cuts = sorted(draw(st.sets(st.integers(0, DAYS), max_size=5)))
        pieces[name] = [
            (start, end, parent)
            for start, end in pairwise(cuts)
            if parents and (parent := draw(st.sampled_from([*parents, None])))
        ]
    return lives, pieces


def climb(name: str, on: int, lives: dict[str, tuple[int, int]], pieces: Pieces) -> list[str]:
    """Who stands above a unit on a day, itself first, as a person would look it up."""
    if not lives[name][0] <= on < lives[name][1]:
        return []
    above = [name]
    while parent := next((p for start, end, p in pieces[above[-1]] if start <= on < end), None):
        above.append(parent)
    return above


@given(history=histories())
def test_ancestry_of_any_history_is_what_a_climb_finds(
    history: tuple[dict[str, tuple[int, int]], Pieces],
    tenant: Tenant,
    undone: Undone,
) -> None:
    lives, pieces = history
    with undone():
        units = {
            name: Unit.objects.create(
                tenant=tenant, level=level, code=name, name=name,
                valid=DateRange(day(lives[name][0]), day(lives[name][1])),
            )
            for name, level in UNITS
        }  # fmt: skip
        Placement.objects.bulk_create(
            Placement(
                tenant=tenant, unit=units[name], parent=units[parent],
                valid=DateRange(day(start), day(end)),
            )
            for name, rows in pieces.items()
            for start, end, parent in rows
        )  # fmt: skip
        rebuild_ancestry(tenant=tenant)
        expected = {
            (name, above, depth, on)
            for name in units
            for on in range(DAYS)
            for depth, above in enumerate(climb(name, on, lives, pieces))
        }
        rows = Ancestry.objects.filter(tenant=tenant).select_related("unit", "ancestor")
        found = [
            (row.unit.code, row.ancestor.code, row.depth, on)
            for row in rows
            for on in range(DAYS)
            if row.valid.lower <= day(on) < row.valid.upper
        ]
        assert sorted(found) == sorted(expected)
        assert count_differences(tenant=tenant) == 0
        rebuild_ancestry(tenant=tenant)
        assert Ancestry.objects.filter(tenant=tenant).count() == len(rows)
