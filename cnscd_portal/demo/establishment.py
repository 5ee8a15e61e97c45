"""The demo's teams: one or two in every hamlet, and a few of enterprises."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cnscd_portal.demo import chance
from cnscd_portal.demo.area import is_urban
from cnscd_portal.demo.provinces import Province
from teams.models import Kind, Team
from teams.registry import NewTeam, establish_teams
from units.models import Level, Tenant, Unit
from units.tree import Seedling

SMALLEST, LARGEST = 4, 9
SUPPORT = (
    "phones_given", "members_with_free_data", "has_wifi", "funds_in_dong", "zalo_followers",
)  # fmt: skip

# Where an enterprise's team sits, and what it is called. The enterprises have no names: none of
# them reported the figures that are invented here.
ENTERPRISES = (
    ("22", "Tổ CNSCĐ khối doanh nghiệp bưu chính"),
    ("22", "Tổ CNSCĐ khối doanh nghiệp viễn thông"),
    ("22", "Tổ CNSCĐ khối ngân hàng và trung gian thanh toán"),
    ("22", "Tổ CNSCĐ khối doanh nghiệp than - khoáng sản"),
    ("193", "Tổ CNSCĐ doanh nghiệp du lịch, lưu trú và vận tải khách Hạ Long"),
    ("193", "Tổ CNSCĐ doanh nghiệp điện lực Hạ Long"),
    ("194", "Tổ CNSCĐ doanh nghiệp thương mại biên giới Móng Cái"),
    ("195", "Tổ CNSCĐ doanh nghiệp than Cẩm Phả"),
    ("196", "Tổ CNSCĐ doanh nghiệp bưu chính Uông Bí"),
    ("203", "Tổ CNSCĐ doanh nghiệp viễn thông Vân Đồn"),
    ("205", "Tổ CNSCĐ doanh nghiệp gốm sứ Đông Triều"),
)


@dataclass(frozen=True)
class Spot:
    """Where a team stands in the demo's world: what its people and its figures depend on."""

    key: str
    unit: Unit
    commune: Unit | None
    district: str
    is_highland: bool
    # How many teams share the hamlet; 0 for a team of an enterprise.
    sharing: int
    name: str
    size: int = 0

    @property
    def number(self) -> int:
        """Which hamlet of the commune it is; 0 for a team of an enterprise."""
        return int(self.unit.code.partition("-")[2] or 0)

    @property
    def is_enterprise(self) -> bool:
        return self.commune is None

    @property
    def is_urban(self) -> bool:
        return self.commune is None or is_urban(self.commune.name)

    @property
    def area(self) -> str:
        """The code of the commune; of the unit itself for a team of an enterprise."""
        return self.commune.code if self.commune else self.unit.code


@dataclass(frozen=True)
class Crew:
    """A team as it stands in the database, and its place in the demo's world."""

    spot: Spot
    team: Team


def establish(
    province: Province, tenant: Tenant, planted: Sequence[tuple[Seedling, Unit]]
) -> list[Crew]:
    """Establish every team of a province; `planted` is its tree, from the top down."""
    drawn = spots(province, planted)
    teams = establish_teams(
        tenant=tenant,
        teams=[
            NewTeam(
                name=spot.name,
                unit=spot.unit,
                kind=Kind.ENTERPRISE if spot.is_enterprise else Kind.LOCAL,
                decision_number=_decision(spot),
            )
            for spot in drawn
        ],
        since=province.established_on,
    )
    crews = [Crew(spot, team) for spot, team in zip(drawn, teams, strict=True)]
    _support(crews)
    return crews


def _support(crews: Sequence[Crew]) -> None:
    """What most teams were given; of every eighth nobody has said."""
    for spot, team in ((crew.spot, crew.team) for crew in crews):
        draw = chance.of("support", spot.key)
        if draw.random() < 1 / 8:
            continue
        team.phones_given = draw.choice((0, 0, 1, 1, 2))
        team.members_with_free_data = draw.choice((2, 2, 2, 1, 0))
        team.has_wifi = draw.random() < (0.8 if spot.is_urban else 0.55)
        team.funds_in_dong = draw.choice((0, 2, 3, 5, 6)) * 1_000_000
        team.zalo_followers = draw.randint(40, 420)
    Team.objects.bulk_update([crew.team for crew in crews], SUPPORT, batch_size=2000)


def _decision(spot: Spot) -> str:
    """The chairman of a commune decides once for all of its teams."""
    return f"{chance.of('decision', spot.area).randint(11, 190)}/QĐ-UBND"


def spots(province: Province, planted: Sequence[tuple[Seedling, Unit]]) -> list[Spot]:
    """Where the teams of a province stand and how many members each has, in a fixed order."""
    sizes = chance.sizes(
        province.members,
        province.teams,
        within=(SMALLEST, LARGEST),
        draw=chance.of("sizes", province.code),
    )
    drafted = [*_local(province, planted), *_enterprise(province, planted)]
    return [replace(spot, size=size) for spot, size in zip(drafted, sizes, strict=True)]


def _local(province: Province, planted: Sequence[tuple[Seedling, Unit]]) -> Iterator[Spot]:
    parents = {unit.code: (seedling, unit) for seedling, unit in planted}
    doubled = _doubled(province, planted)
    for seedling, hamlet in planted:
        if seedling.level != Level.HAMLET:
            continue
        above, commune = parents[seedling.parent]
        where = f"{hamlet.name}, {commune.name[0].lower()}{commune.name[1:]}"
        sharing = 2 if hamlet.code in doubled else 1
        for number in range(1, sharing + 1):
            yield Spot(
                key=f"{hamlet.code}/{number}",
                unit=hamlet,
                commune=commune,
                district=above.parent,
                is_highland=above.parent in province.highlands and not is_urban(commune.name),
                sharing=sharing,
                name=f"Tổ CNSCĐ {f'số {number} ' if sharing > 1 else ''}{where}",
            )


def _doubled(province: Province, planted: Sequence[tuple[Seedling, Unit]]) -> set[str]:
    """The first hamlet of each of the communes that have most of them."""
    counts = Counter(seedling.parent for seedling, _ in planted if seedling.level == Level.HAMLET)
    free = [code for code, _ in counts.most_common() if code not in province.fixed]
    return {f"{code}-01" for code in free[: province.doubled]}


def _enterprise(province: Province, planted: Sequence[tuple[Seedling, Unit]]) -> Iterator[Spot]:
    units = {unit.code: unit for _, unit in planted}
    for number, (code, name) in enumerate(ENTERPRISES[: province.enterprises], start=1):
        yield Spot(
            key=f"enterprise/{number}",
            unit=units[code],
            commune=None,
            district=code,
            is_highland=False,
            sharing=0,
            name=name,
        )
