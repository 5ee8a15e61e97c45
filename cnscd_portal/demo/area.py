"""The demo's units: districts and communes from the file of 2022, hamlets with invented names."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from django.conf import settings

from cnscd_portal.demo import chance
from cnscd_portal.demo.provinces import Province
from units.models import Level
from units.tree import Seedling

FIRST = (
    "An", "Bình", "Cao", "Đại", "Đông", "Đồng", "Đức", "Hải", "Hòa", "Hoàng", "Hưng", "Kim",
    "Long", "Lộc", "Minh", "Nam", "Ngọc", "Nhân", "Phú", "Phúc", "Quang", "Quý", "Tân", "Tây",
    "Thanh", "Thịnh", "Thượng", "Tiên", "Trại", "Trung", "Vạn", "Vân", "Vĩnh", "Xuân", "Yên",
)  # fmt: skip
SECOND = (
    "An", "Bình", "Châu", "Đông", "Giang", "Hà", "Hải", "Hòa", "Hưng", "Khê", "Lạc", "Lâm", "Lĩnh",
    "Lộc", "Mai", "Nghĩa", "Phong", "Phú", "Sơn", "Tân", "Thành", "Thái", "Thịnh", "Thủy", "Tiến",
    "Trung", "Viên", "Xá", "Xuân", "Yên",
)  # fmt: skip
HIGHLAND_FIRST = (
    "Khe", "Nà", "Pắc", "Co", "Phai", "Khau", "Ngàn", "Lục", "Đồng", "Nặm", "Pò", "Làng",
)  # fmt: skip
HIGHLAND_SECOND = (
    "Bốc", "Cáp", "Chè", "Dào", "Giang", "Hắc", "Làng", "Lạnh", "Liềng", "Loọng", "Luông", "Lương",
    "Mạ", "Mò", "Nháng", "Nhòa", "Pá", "Phiêng", "Quang", "Sen", "Tiền", "Thắm", "Vàng", "Xoong",
)  # fmt: skip

# How the quarters of a town are called: by number, or by name.
NUMBERED_QUARTERS = ("Khu {}", "Khu {}", "Khu phố {}", "Khu dân cư số {}")
NAMED_QUARTER = "Khu {}"


@dataclass(frozen=True)
class Commune:
    code: str
    name: str
    district: str


def is_urban(name: str) -> bool:
    """Whether a commune of this name is a ward or a township."""
    return name.startswith(("Phường", "Thị trấn"))


def seedlings(province: Province) -> list[Seedling]:
    """Every unit of a province, from itself down to its hamlets."""
    rows = _read()
    own = [row for row in rows if row["level"] == "province" and row["code"] == province.code]
    districts = [
        row for row in rows if row["level"] == "district" and row["parent_code"] == province.code
    ]
    communes = _communes(rows, {row["code"] for row in districts})
    return [
        *(Seedling(Level.PROVINCE, row["code"], row["name"], "") for row in own),
        *(
            Seedling(Level.DISTRICT, row["code"], row["name"], row["parent_code"])
            for row in districts
        ),
        *(Seedling(Level.COMMUNE, each.code, each.name, each.district) for each in communes),
        *_hamlets(province, communes),
    ]


def _read() -> list[dict[str, str]]:
    path = settings.FIXTURE_ROOT / "units" / "units-2022.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _communes(rows: list[dict[str, str]], districts: set[str]) -> list[Commune]:
    return [
        Commune(row["code"], row["name"], row["parent_code"])
        for row in rows
        if row["level"] == "commune" and row["parent_code"] in districts
    ]


def _hamlets(province: Province, communes: list[Commune]) -> Iterator[Seedling]:
    for commune, count in zip(communes, _hamlet_counts(province, communes), strict=True):
        for number, name in enumerate(_hamlet_names(province, commune, count), start=1):
            yield Seedling(Level.HAMLET, f"{commune.code}-{number:02}", name, commune.code)


def _hamlet_counts(province: Province, communes: list[Commune]) -> list[int]:
    """Towns have more quarters than a rural commune has hamlets."""
    free = [each for each in communes if each.code not in province.fixed]
    weights = [
        (1.3 if is_urban(each.name) else 0.85) * chance.of("hamlets", each.code).uniform(0.5, 1.6)
        for each in free
    ]
    shares = chance.share(province.hamlets - sum(province.fixed.values()), weights)
    counts = {each.code: count for each, count in zip(free, shares, strict=True)}
    return [province.fixed.get(each.code) or counts[each.code] for each in communes]


def _hamlet_names(province: Province, commune: Commune, count: int) -> list[str]:
    draw = chance.of("hamlet names", commune.code)
    if commune.code in province.fixed:
        return _numbered("Khu {}", count)
    if is_urban(commune.name):
        if draw.random() < 0.75:
            return _numbered(_style_of_district(commune), count)
        return _named(draw, NAMED_QUARTER, FIRST, SECOND, count)
    if commune.district in province.highlands:
        style = draw.choice(("Bản {}", "Thôn {}"))
        return _named(draw, style, HIGHLAND_FIRST, HIGHLAND_SECOND, count)
    if draw.random() < 0.2:
        return _numbered("Thôn {}", count)
    return _named(draw, "Thôn {}", FIRST, SECOND, count)


def _style_of_district(commune: Commune) -> str:
    return chance.of("quarters", commune.district).choice(NUMBERED_QUARTERS)


def _numbered(style: str, count: int) -> list[str]:
    return [style.format(number) for number in range(1, count + 1)]


def _named(
    draw: Random, style: str, first: tuple[str, ...], second: tuple[str, ...], count: int
) -> list[str]:
    """Names of two syllables, none of them twice in a commune."""
    chosen: dict[str, None] = {}
    while len(chosen) < count:
        one, other = draw.choice(first), draw.choice(second)
        if one != other:
            chosen[style.format(f"{one} {other}")] = None
    return sorted(chosen)
