"""Which units a person sees."""

from datetime import date, timedelta

import pytest
from pytest_django import Settings

from tests.cast import Cast, Enter, move
from units.models import Level, Unit
from units.tree import path

HONG_GAI = {"06691", "hg-1", "hg-2", "hg-3"}
BACH_DANG = {"06688", "bd-1", "bd-2"}
CAM_PHA = {"195", "06757", "ct-1", "ct-2"}
QUANG_NINH = {"22", "193"} | HONG_GAI | BACH_DANG | CAM_PHA
HAI_DUONG = {"30", "290", "10507", "pl-1", "pl-2"}

SEEN = {
    "leader": {"hg-1"},
    "officer": HONG_GAI,
    "neighbour": BACH_DANG,
    "district_officer": {"193"} | HONG_GAI | BACH_DANG,
    "staff": QUANG_NINH,
    "admin": QUANG_NINH,
    "stranger": HAI_DUONG,
    "national": {"00"} | QUANG_NINH | HAI_DUONG,
}


@pytest.mark.parametrize("who", SEEN)
def test_units_are_seen_at_and_below_a_role(who: str, cast: Cast, enter: Enter) -> None:
    user = getattr(cast, who)
    with enter(user):
        assert set(Unit.objects.visible_to(user).values_list("code", flat=True)) == SEEN[who]


def test_units_are_seen_in_todays_tree(cast: Cast, enter: Enter, settings: Settings) -> None:
    reform = date(2024, 11, 1)
    with enter(cast.admin):
        move(cast.units["06688"], to=cast.units["195"], on=reform)
    with enter(cast.district_officer):
        settings.BUSINESS_DATE = reform - timedelta(days=1)
        assert cast.units["bd-1"] in Unit.objects.visible_to(cast.district_officer)
        settings.BUSINESS_DATE = reform
        assert cast.units["bd-1"] not in Unit.objects.visible_to(cast.district_officer)


def test_units_of_another_province_stay_hidden_without_the_second_wall(cast: Cast, enter) -> None:
    with enter(cast.national):
        assert Unit.objects.count() == 19
        seen = Unit.objects.visible_to(cast.stranger)
        assert set(seen.values_list("code", flat=True)) == HAI_DUONG


def test_path_begins_at_the_highest_unit_that_may_be_read(cast: Cast, enter: Enter) -> None:
    hamlet = cast.units["hg-1"]
    with enter(cast.national):
        levels = [unit.level for unit in path(hamlet, on=date(2024, 6, 10))]
        assert levels == [Level.NATION, Level.PROVINCE, Level.DISTRICT, Level.COMMUNE, Level.HAMLET]
    with enter(cast.officer):
        codes = [unit.code for unit in path(hamlet, on=date(2024, 6, 10))]
        assert codes == ["22", "193", "06691", "hg-1"]
