"""Which unit a cell of a sheet means."""

from collections.abc import Callable
from datetime import date

import pytest
from django.utils import translation

from teams.places import ABOVE_HAMLETS, Misplaced, Places, near_names
from tests.cast import SINCE, Cast, Enter
from units.models import Level, Unit
from units.text import fold

ON = date(2024, 6, 10)
PlacesOf = Callable[[str], Places]


@pytest.fixture
def places_of(cast: Cast, enter: Enter) -> PlacesOf:
    """`places_of("22")` knows the units as who keeps that area names them."""

    def load(code: str) -> Places:
        with enter(cast.admin):
            return Places(cast.units[code], on=ON)

    return load


def add(cast: Cast, enter: Enter, level: Level, code: str, name: str) -> Unit:
    """One more unit of the province, which no sheet of the whole province is barred from."""
    with enter(cast.admin):
        return Unit.objects.create(
            tenant=cast.province, level=level, code=code, name=name, valid=(SINCE, None)
        )


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("06691", "06691"),
        ("Phường Hồng Gai", "06691"),
        ("phuong hong gai", "06691"),
        ("Hồng Gai", "06691"),
        ("Xã Hồng Gai", "06691"),
        ("Hạ Long", "193"),
        ("TP Hạ Long", "193"),
        ("Tp.Hạ Long", "193"),
        ("P. Hồng Gai", "06691"),
        ("p.hong gai", "06691"),
        ("X. Hồng Gai", "06691"),
        ("TT. Hồng Gai", "06691"),
        ("H. Hồng Gai", None),
        ("TPHạ Long", None),
        ("Huyện Hồng Gai", None),
        ("Quảng Ninh", "22"),
        ("Khu phố 1", None),
    ],
)
def test_unit_is_found_by_code_or_by_name_with_its_kind_or_without(
    typed: str, code: str | None, places_of: PlacesOf
) -> None:
    places = places_of("22")
    if code is None:
        with pytest.raises(Misplaced):
            places.unit(typed, key="unit")
    else:
        assert places.unit(typed, key="unit").code == code


def test_name_that_begins_like_a_kind_is_whole(
    places_of: PlacesOf, cast: Cast, enter: Enter
) -> None:
    """Quan Lạn is no quận Lạn."""
    add(cast, enter, Level.COMMUNE, "07000", "Xã Quan Lạn")
    add(cast, enter, Level.COMMUNE, "07001", "Xã Lạn")
    with translation.override("en"), pytest.raises(Misplaced, match="Xã Quan Lạn is not in"):
        places_of("22").commune("Quan Lạn")


def test_unit_of_another_level_is_named(places_of: PlacesOf) -> None:
    with translation.override("en"), pytest.raises(Misplaced) as refusal:
        places_of("22").commune("Thành phố Hạ Long")
    assert str(refusal.value) == "Thành phố Hạ Long is a district, and not a commune."
    assert refusal.value.key == "commune"


def test_several_of_one_name_are_told_apart_by_code_or_level(
    places_of: PlacesOf, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        Unit.objects.filter(code="06688").update(name="Phường Hạ Long")
    places = places_of("22")
    with pytest.raises(Misplaced, match=r"06688 .*193 .*"):
        places.unit("Hạ Long", key="unit")
    assert places.unit("Hạ Long", key="unit", levels=[Level.DISTRICT]).code == "193"
    assert places.unit("Phường Hạ Long", key="unit").code == "06688"


def test_unit_of_ones_own_is_meant_before_one_of_others(
    places_of: PlacesOf, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        Unit.objects.filter(code="06757").update(name="Phường Hồng Gai")
    assert places_of("193").commune("Hồng Gai").code == "06691"
    with pytest.raises(Misplaced, match=r"06691 .*06757 "):
        places_of("22").commune("Hồng Gai")


def test_unit_of_others_is_refused_by_name(places_of: PlacesOf) -> None:
    with translation.override("en"), pytest.raises(Misplaced, match="not in the area that you"):
        places_of("06691").commune("Bạch Đằng")


def test_names_that_come_near_are_those_of_ones_own_levels(places_of: PlacesOf) -> None:
    with pytest.raises(Misplaced) as refusal:
        places_of("193").unit("Phường Hồng Gay", key="unit", levels=ABOVE_HAMLETS)
    assert refusal.value.near == ("Phường Hồng Gai",)
    with pytest.raises(Misplaced) as refusal:
        places_of("06688").unit("Phường Hồng Gay", key="unit", levels=ABOVE_HAMLETS)
    assert refusal.value.near == ()


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Khu 22", []),
        ("Khu phố 22", []),
        ("Khu pho 2", ["Khu phố 2"]),
        ("Khu phó 02", ["Khu phố 2"]),
        ("Khu fố 2", ["Khu phố 2"]),
        ("Khu phố", []),
        ("Thôn Ha", ["Thôn Hạ"]),
    ],
)
def test_letters_may_differ_and_numbers_may_not(typed: str, near: list[str]) -> None:
    names = {fold(name): name for name in ("Khu phố 1", "Khu phố 2", "Khu phố 12", "Thôn Hạ")}
    assert near_names(typed, names) == near


def test_hamlets_that_differ_by_their_marks_alone_are_told_apart(
    places_of: PlacesOf, cast: Cast, enter: Enter
) -> None:
    with enter(cast.admin):
        Unit.objects.filter(code="hg-1").update(name="Khu Vân Sơn")
        Unit.objects.filter(code="hg-2").update(name="Khu Vạn Sơn")
    places = places_of("06691")
    assert places.hamlet("khu vạn sơn", places.home()).code == "hg-2"
    with pytest.raises(Misplaced, match=r"hg-1 \(Khu Vân Sơn\), hg-2 \(Khu Vạn Sơn\)"):
        places.hamlet("khu van son", places.home())
