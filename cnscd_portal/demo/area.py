"""The demo's units: districts and communes from the file of 2022, hamlets with invented names."""

from collections.abc import Iterator
from random import Random

from django.conf import settings

from cnscd_portal.demo import chance
from cnscd_portal.demo.provinces import Province
from units import founding
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


def is_urban(name: str) -> bool:
    """Whether a commune of this name is a ward or a township."""
    return name.startswith(("Phường", "Thị trấn"))


def seedlings(province: Province) -> list[Seedling]:
    """Every unit of a province, from itself down to its hamlets."""
    path = settings.FIXTURE_ROOT / "units" / "units-2022.csv"
    official = founding.read(path, province=province.code)
    communes = [each for each in official if each.level == Level.COMMUNE]
    return [*official, *_hamlets(province, communes)]


def _hamlets(province: Province, communes: list[Seedling]) -> Iterator[Seedling]:
    for commune, count in zip(communes, _hamlet_counts(province, communes), strict=True):
        for number, name in enumerate(_hamlet_names(province, commune, count), start=1):
            yield Seedling(Level.HAMLET, f"{commune.code}-{number:02}", name, commune.code)


def _hamlet_counts(province: Province, communes: list[Seedling]) -> list[int]:
    """Towns have more quarters than a rural commune has hamlets."""
    free = [each for each in communes if each.code not in province.fixed]
    weights = [
        (1.3 if is_urban(each.name) else 0.85) * chance.of("hamlets", each.code).uniform(0.5, 1.6)
        for each in free
    ]
    shares = chance.share(province.hamlets - sum(province.fixed.values()), weights)
    counts = {each.code: count for each, count in zip(free, shares, strict=True)}
    return [province.fixed.get(each.code) or counts[each.code] for each in communes]


def _hamlet_names(province: Province, commune: Seedling, count: int) -> list[str]:
    draw = chance.of("hamlet names", commune.code)
    if commune.code in province.fixed:
        return _numbered("Khu {}", count)
    if is_urban(commune.name):
        if draw.random() < 0.75:
            return _numbered(_style_of_district(commune), count)
        return _named(draw, NAMED_QUARTER, FIRST, SECOND, count)
    if commune.parent in province.highlands:
        style = draw.choice(("Bản {}", "Thôn {}"))
        return _named(draw, style, HIGHLAND_FIRST, HIGHLAND_SECOND, count)
    if draw.random() < 0.2:
        return _numbered("Thôn {}", count)
    return _named(draw, "Thôn {}", FIRST, SECOND, count)


def _style_of_district(commune: Seedling) -> str:
    return chance.of("quarters", commune.parent).choice(NUMBERED_QUARTERS)


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
