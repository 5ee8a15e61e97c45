"""How the nation and its provinces come into being."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.cast import Cast, Enter
from units import tree
from units.errors import DomainError, NotPossibleNow
from units.founding import found_nation, found_province, read
from units.models import Level, Tenant, Unit
from units.tenancy import scope
from units.tree import Seedling

SINCE = date(2021, 1, 1)
OFFICIAL = settings.FIXTURE_ROOT / "units" / "units-2022.csv"
HA_GIANG = [
    Seedling(Level.PROVINCE, "02", "Tỉnh Hà Giang", ""),
    Seedling(Level.DISTRICT, "024", "Thành phố Hà Giang", "02"),
]


@pytest.fixture
def _emptied(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("truncate units_tenant cascade")


def test_found_province_plants_it_under_the_nation(cast: Cast, enter: Enter) -> None:
    province, district = found_province(seedlings=HA_GIANG, since=SINCE)
    tenant = Tenant.objects.get(code="02")
    assert (tenant.name, tenant.is_nation) == ("Hà Giang", False)
    with enter(cast.national):
        path = [unit.name for unit in tree.path(district, on=SINCE)]
        assert path == ["Việt Nam", "Tỉnh Hà Giang", "Thành phố Hà Giang"]
    with scope(tenant=tenant.pk):
        assert set(Unit.objects.all()) == {province, district}


def test_found_province_refuses_one_that_exists(cast: Cast, enter: Enter) -> None:
    with pytest.raises(NotPossibleNow, match="22"):
        found_province(seedlings=[Seedling(Level.PROVINCE, "22", "Tỉnh", "")], since=SINCE)
    with enter(cast.national):
        assert Unit.objects.filter(code="22").count() == 1


@pytest.mark.usefixtures("_emptied")
def test_found_province_needs_the_nation() -> None:
    with pytest.raises(NotPossibleNow):
        found_province(seedlings=HA_GIANG, since=SINCE)
    assert not Tenant.objects.exists()


def test_found_nation_refuses_a_second_one(cast: Cast) -> None:
    with pytest.raises(NotPossibleNow):
        found_nation(code="VN", since=SINCE)
    assert Tenant.objects.filter(is_nation=True).count() == 1


# -- The file -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("province", "name", "districts", "communes"),
    [("22", "Tỉnh Quảng Ninh", 13, 177), ("30", "Tỉnh Hải Dương", 12, 235)],
)
def test_read_takes_a_province_out_of_the_official_list(
    province: str, name: str, districts: int, communes: int
) -> None:
    seedlings = read(OFFICIAL, province=province)
    assert seedlings[0] == Seedling(Level.PROVINCE, province, name, "")
    assert Counter(each.level for each in seedlings) == {
        Level.PROVINCE: 1, Level.DISTRICT: districts, Level.COMMUNE: communes,
    }  # fmt: skip


def test_read_takes_what_an_office_saves(tmp_path: Path) -> None:
    """With a mark of the byte order, columns in another order, and a commune without a district."""
    file = tmp_path / "units.csv"
    rows = "name,level,parent_code,code\nXã Đảo,commune,22,06700\nTỉnh Quảng Ninh,province,,22\n"
    file.write_text(rows, encoding="utf-8-sig")
    assert read(file, province="22") == [
        Seedling(Level.PROVINCE, "22", "Tỉnh Quảng Ninh", ""),
        Seedling(Level.COMMUNE, "06700", "Xã Đảo", "22"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "code, level, name, parent_code"),
        ("level,code,name\n", "parent_code"),
        ("level,code,parent_code,name\nprovince,22,,Tỉnh\ntown,1,22,Phố\n", "3.*town"),
        ("level,code,parent_code,name\ndistrict,193,22,Hạ Long\n", "22"),
    ],
)
def test_read_says_what_is_wrong_with_a_file(text: str, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text(text)
    with pytest.raises(DomainError, match=reason):
        read(file, province="22")
