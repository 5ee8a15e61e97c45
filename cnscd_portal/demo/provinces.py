"""What is known of the demo's two provinces: the counts come from their own reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from reports.periods import DECREE_09, STATISTICS, Calendar

HONG_GAI = "06691"
BACH_DANG = "06694"

# The days on which the file of units is true begin before the demo's first figure.
UNITS_SINCE = date(2021, 1, 1)


@dataclass(frozen=True)
class Province:
    code: str
    name: str
    hamlets: int
    # Hamlets that have a second team; Quảng Ninh has 1.462 local teams in 1.452 hamlets.
    doubled: int
    enterprises: int
    members: int
    established_on: date
    calendar: Calendar
    # Districts in the mountains, where a hamlet is a `bản`.
    highlands: frozenset[str] = frozenset()
    # How many hamlets stand in a commune that the demo's story needs to be of a certain size.
    fixed: Mapping[str, int] = field(default_factory=dict)

    @property
    def local_teams(self) -> int:
        return self.hamlets + self.doubled

    @property
    def teams(self) -> int:
        return self.local_teams + self.enterprises


QUANG_NINH = Province(
    code="22",
    name="Quảng Ninh",
    hamlets=1452,
    doubled=10,
    enterprises=11,
    members=11255,
    established_on=date(2022, 4, 29),
    calendar=DECREE_09,
    highlands=frozenset({"198", "199", "200", "201", "202"}),
    fixed={HONG_GAI: 8, BACH_DANG: 7},
)
HAI_DUONG = Province(
    code="30",
    name="Hải Dương",
    hamlets=1360,
    doubled=0,
    enterprises=0,
    members=6751,
    established_on=date(2022, 8, 15),
    calendar=STATISTICS,
)
PROVINCES = (QUANG_NINH, HAI_DUONG)
