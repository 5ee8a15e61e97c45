"""Teams stand in the order of the Vietnamese alphabet and of numbers."""

import random

import pytest

from teams.models import Kind, Team
from teams.registry import NewTeam, establish_teams
from tests.cast import SINCE, Cast, Enter

IN_ORDER = [
    "Khu 1",
    "Khu 1A",
    "Khu 2",
    "Khu 10",
    "Tổ CNSCĐ An Bình",
    "Tổ CNSCĐ Anh Đào",
    "Tổ CNSCĐ Ánh Sao",
    "Tổ CNSCĐ Ăng Ten",
    "Tổ CNSCĐ Ân Thi",
    "Tổ CNSCĐ Dũng Tiến",
    "Tổ CNSCĐ Đa Phúc",
    "Tổ CNSCĐ Em",
    # Word by word: the teams of a place stand together.
    "Tổ CNSCĐ Hoa 1",
    "Tổ CNSCĐ Hoa 2",
    "Tổ CNSCĐ Hòa 1",
    "Tổ CNSCĐ Hòa 2",
    "Tổ CNSCĐ Ma",
    "Tổ CNSCĐ Mà",
    "Tổ CNSCĐ Mả",
    "Tổ CNSCĐ Mã",
    "Tổ CNSCĐ Má",
    "Tổ CNSCĐ Mạ",
    "Tổ CNSCĐ Mai",
    "Tổ CNSCĐ Mậu",
    "Tổ CNSCĐ Oanh",
    "Tổ CNSCĐ Ô Quý Hồ",
    "Tổ CNSCĐ Ơn",
    "Tổ CNSCĐ Uông Bí",
    "Tổ CNSCĐ Ưng",
    "Tổ CNSCĐ Xuân 2",
    "tổ CNSCĐ Xuân 10",
]


def establish(cast: Cast, names: list[str]) -> list[Team]:
    new = [NewTeam(name, cast.units["22"], Kind.ENTERPRISE) for name in names]
    return establish_teams(tenant=cast.province, teams=new, since=SINCE)


def test_teams_stand_in_vietnamese_order(cast: Cast, enter: Enter) -> None:
    mixed = random.Random(7).sample(IN_ORDER, k=len(IN_ORDER))
    with enter(cast.admin):
        made = establish(cast, mixed)
        rows = Team.objects.filter(pk__in=[team.pk for team in made])
        assert [team.name for team in rows] == IN_ORDER


@pytest.mark.parametrize("name", ["Tổ " + "9" * 190, "Tổ " + "Ợ" * 190, "Tổ 😀 1"])
def test_every_name_has_a_key(name: str, cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        [team] = establish(cast, [name])
        assert Team.objects.get(pk=team.pk).sort_key


def test_team_that_gets_another_name_changes_its_place(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        first, second = establish(cast, ["Tổ 2", "Tổ 10"])
        Team.objects.filter(pk=first.pk).update(name="Tổ 11")
        assert list(Team.objects.filter(pk__in=[first.pk, second.pk])) == [second, first]
