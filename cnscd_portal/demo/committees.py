"""The demo's steering committees: of provinces, districts, and nearly all communes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, product
from random import Random

from accounts.models import User
from cnscd_portal.demo import chance, names
from cnscd_portal.demo.area import is_urban
from cnscd_portal.demo.provinces import BACH_DANG, HONG_GAI, QUANG_NINH, Province
from teams import seating, steering
from teams.models import Committee, Seat, Sex, SteeringPost
from teams.seating import Official
from teams.steering import NewCommittee
from units.models import Level, Unit
from units.tree import Seedling

# So many people sit in the smallest and in the largest one.
OF_A_DISTRICT, OF_A_COMMUNE = {"22": (14, 22), "30": (24, 36)}, (3, 5)
# In Quảng Ninh a few communes are behind, and Bạch Đằng is one of them.
BEHIND = 4
WITHOUT_PHONE = 0.04
# On this day another chairman of Hồng Gai takes the head's seat.
HEAD_OF_HONG_GAI_CHANGES_ON = date(2024, 3, 1)

BUREAUS = (
    "Sở Nội vụ", "Sở Giáo dục và Đào tạo", "Sở Y tế", "Sở Tư pháp", "Sở Tài chính",
    "Sở Kế hoạch và Đầu tư", "Sở Công Thương", "Sở Nông nghiệp và Phát triển nông thôn",
    "Sở Lao động - Thương binh và Xã hội", "Sở Văn hóa và Thể thao", "Sở Khoa học và Công nghệ",
    "Sở Tài nguyên và Môi trường", "Sở Giao thông vận tải", "Sở Xây dựng",
)  # fmt: skip
UNIONS = (
    "Ủy ban Mặt trận Tổ quốc", "Hội Liên hiệp Phụ nữ", "Hội Nông dân", "Hội Cựu chiến binh",
    "Liên đoàn Lao động",
)  # fmt: skip
NEAREST_OFFICES = (
    "Trưởng phòng Công nghệ thông tin, Sở Thông tin và Truyền thông",
    "Trưởng phòng Bưu chính, Viễn thông, Sở Thông tin và Truyền thông",
    "Giám đốc Trung tâm Công nghệ thông tin và Truyền thông",
    "Trưởng phòng An ninh mạng và phòng, chống tội phạm công nghệ cao, Công an tỉnh",
    "Trưởng phòng Cảnh sát quản lý hành chính về trật tự xã hội, Công an tỉnh",
    "Phó Giám đốc Bảo hiểm xã hội tỉnh",
    "Phó Cục trưởng Cục Thuế tỉnh",
    "Phó Giám đốc Ngân hàng Nhà nước chi nhánh tỉnh",
    "Phó Giám đốc Bưu điện tỉnh",
    "Giám đốc doanh nghiệp viễn thông trên địa bàn tỉnh",
    "Phó Giám đốc Đài Phát thanh và Truyền hình tỉnh",
)
CHAMBERS = (
    "Nội vụ", "Tài chính - Kế hoạch", "Giáo dục và Đào tạo", "Tư pháp", "Y tế", "Kinh tế",
    "Lao động - Thương binh và Xã hội", "Tài nguyên và Môi trường",
)  # fmt: skip
HELPERS_OF_A_COMMUNE = (
    "Trưởng Công an", "Công chức Văn hóa - Xã hội", "Công chức Văn phòng - Thống kê",
    "Bí thư Đoàn Thanh niên", "Chủ tịch Hội Liên hiệp Phụ nữ",
)  # fmt: skip


# A post in the committee, and the office of whoever holds it.
Place = tuple[SteeringPost, str]
# A committee with its places in order, and whether it sits in the mountains.
Draft = tuple[NewCommittee, list[Place], bool]


@dataclass(frozen=True)
class Decree:
    """Of the province: the number of its decision, its day, and how many sit in each level."""

    number: str
    on: date
    people: int
    people_of_districts: int


# Hải Dương's stand in its report; those of Quảng Ninh are invented.
DECREES = {
    "30": Decree("689/QĐ-UBND", date(2022, 3, 21), 113, 357),
    "22": Decree("1018/QĐ-UBND", date(2022, 4, 20), 45, 238),
}


def set_up(
    province: Province, planted: Sequence[tuple[Seedling, Unit]], actor: User
) -> list[Committee]:
    """Set up the committees of a province; `planted` is its tree, from the top down."""
    drawn = drafts(province, planted)
    # The two provinces' numbers lie apart, and those of the volunteers before them.
    number = int(province.code) * 10_000 + 20_000
    ready = []
    for new, seats, highland in drawn:
        ready.append((new, _officials(new.unit, seats, number, highland)))
        number += len(seats)
    rows = steering.set_up_many(committees=ready, actor=actor)
    if province is QUANG_NINH:
        _change_head_of_hong_gai(actor)
    return rows


def _change_head_of_hong_gai(actor: User) -> None:
    old = Seat.objects.get(committee__unit__code=HONG_GAI, post=SteeringPost.HEAD)
    steering.end_seat(seat=old, until=HEAD_OF_HONG_GAI_CHANGES_ON, actor=actor)
    draw = chance.of("head", HONG_GAI)
    name = names.full_name(draw, Sex.FEMALE, highland=False)
    steering.give_seat(
        committee=old.committee,
        official=Official(name, SteeringPost.HEAD, old.office, names.phone(249_999)),
        since=HEAD_OF_HONG_GAI_CHANGES_ON,
        actor=actor,
    )


def drafts(province: Province, planted: Sequence[tuple[Seedling, Unit]]) -> list[Draft]:
    """The committees of a province from the top down, all but those of communes that are behind."""
    decree = DECREES[province.code]
    of_level = {
        level: [(seedling, unit) for seedling, unit in planted if seedling.level == level]
        for level in seating.STEERED
    }
    districts, communes = of_level[Level.DISTRICT], of_level[Level.COMMUNE]
    sizes = chance.sizes(
        decree.people_of_districts,
        len(districts),
        within=OF_A_DISTRICT[province.code],
        draw=chance.of("committees", province.code),
    )
    ((_, top),) = of_level[Level.PROVINCE]
    drawn = [_draft(decree, top, _of_province(districts), decree.people)]
    for (_, unit), size in zip(districts, sizes, strict=True):
        below = [commune for seedling, commune in communes if seedling.parent == unit.code]
        highland = unit.code in province.highlands
        drawn.append(_draft(decree, unit, _of_district(unit, below), size, highland))
    behind = _behind(province, communes)
    for seedling, unit in communes:
        if unit.code not in behind:
            size = chance.of("committee", unit.code).randint(*OF_A_COMMUNE)
            highland = seedling.parent in province.highlands and not is_urban(unit.name)
            drawn.append(_draft(decree, unit, _of_commune(unit), size, highland))
    return drawn


def _behind(province: Province, communes: Sequence[tuple[Seedling, Unit]]) -> set[str]:
    """The communes without a committee."""
    if province is not QUANG_NINH:
        return set()
    others = [unit.code for _, unit in communes if unit.code not in {HONG_GAI, BACH_DANG}]
    return {BACH_DANG, *chance.of("behind", province.code).sample(others, BEHIND)}


def _draft(
    decree: Decree,
    unit: Unit,
    seats: Iterator[Place],
    size: int,
    highland: bool = False,
) -> Draft:
    new = NewCommittee(
        unit=unit,
        name=steering.usual_name(unit),
        since=_decided_on(decree, unit),
        decision_number=_number(decree, unit),
        decided_on=_decided_on(decree, unit),
    )
    return new, list(islice(seats, size)), highland


def _decided_on(decree: Decree, unit: Unit) -> date:
    """The province first, its districts in the next month, and the communes in the one after."""
    if unit.level == Level.PROVINCE:
        return decree.on
    day = chance.of("decided", unit.code).randint(1, 28)
    return date(2022, decree.on.month + unit.level - 1, day)


def _number(decree: Decree, unit: Unit) -> str:
    if unit.level == Level.PROVINCE:
        return decree.number
    return f"{chance.of('decree', unit.code).randint(25, 980)}/QĐ-UBND"


def _called(unit: Unit) -> str:
    return f"{unit.name[0].lower()}{unit.name[1:]}"


# -- Who sits in them -----------------------------------------------------------------------------


def _seated(
    leading: Sequence[str], deputies: Sequence[str], others: Iterator[str]
) -> Iterator[Place]:
    yield SteeringPost.HEAD, leading[0]
    yield SteeringPost.STANDING_DEPUTY, leading[1]
    for office in deputies:
        yield SteeringPost.DEPUTY, office
    for office in others:
        yield SteeringPost.MEMBER, office


def _of_province(
    districts: Sequence[tuple[Seedling, Unit]],
) -> Iterator[Place]:
    leading = (
        "Giám đốc Sở Thông tin và Truyền thông",
        "Phó Giám đốc Sở Thông tin và Truyền thông",
    )
    deputies = (
        "Phó Chánh Văn phòng UBND tỉnh",
        "Phó Giám đốc Công an tỉnh",
        "Phó Bí thư Tỉnh Đoàn",
    )
    return _seated(leading, deputies, _members_of_province(districts))


def _members_of_province(districts: Sequence[tuple[Seedling, Unit]]) -> Iterator[str]:
    """The nearest to the work first: a smaller committee has those alone."""
    yield from NEAREST_OFFICES
    yield from (f"Phó Giám đốc {bureau}" for bureau in BUREAUS)
    yield from (f"Phó Chủ tịch {union} tỉnh" for union in UNIONS)
    yield from (f"Phó Chủ tịch UBND {_called(unit)}" for _, unit in districts)
    yield from (f"Trưởng phòng Văn hóa và Thông tin {_called(unit)}" for _, unit in districts)
    ranks = ("Chánh Văn phòng", "Chuyên viên phụ trách công nghệ thông tin")
    yield from (f"{rank} {bureau}" for rank, bureau in product(ranks, BUREAUS))
    ranks = ("Trưởng Ban Tuyên giáo", "Chánh Văn phòng", "Chuyên viên Văn phòng")
    yield from (f"{rank} {union} tỉnh" for rank, union in product(ranks, UNIONS))
    yield from (f"Chánh Văn phòng HĐND và UBND {_called(unit)}" for _, unit in districts)


def _of_district(unit: Unit, communes: Sequence[Unit]) -> Iterator[Place]:
    called = _called(unit)
    leading = (f"Phó Chủ tịch UBND {called}", f"Trưởng phòng Văn hóa và Thông tin {called}")
    deputies = (f"Phó Trưởng Công an {called}", "Phó Chánh Văn phòng HĐND và UBND")
    return _seated(leading, deputies, _members_of_district(called, communes))


def _members_of_district(called: str, communes: Sequence[Unit]) -> Iterator[str]:
    yield f"Bí thư Đoàn Thanh niên {called}"
    yield from (f"Trưởng phòng {chamber}" for chamber in CHAMBERS)
    yield from (f"Phó Chủ tịch {union} {called}" for union in UNIONS)
    yield f"Giám đốc Trung tâm Văn hóa - Thông tin và Thể thao {called}"
    yield f"Giám đốc Bưu điện {called}"
    yield f"Giám đốc Bảo hiểm xã hội {called}"
    yield from (f"Chủ tịch UBND {_called(commune)}" for commune in communes)


def _of_commune(unit: Unit) -> Iterator[Place]:
    called = _called(unit)
    leading = (f"Chủ tịch UBND {called}", f"Phó Chủ tịch UBND {called}")
    return _seated(leading, (), iter(HELPERS_OF_A_COMMUNE))


def _officials(unit: Unit, seats: Sequence[Place], number: int, highland: bool) -> list[Official]:
    draw = chance.of("officials", unit.code)
    return [
        Official(
            full_name=names.full_name(draw, _sex(office, draw), highland=highland),
            post=post,
            office=office,
            phone="" if draw.random() < WITHOUT_PHONE else names.phone(number + place),
        )
        for place, (post, office) in enumerate(seats)
    ]


def _sex(office: str, draw: Random) -> Sex:
    if "Phụ nữ" in office:
        return Sex.FEMALE
    men = 0.9 if "Công an" in office or "Cựu chiến binh" in office else 0.62
    return Sex.MALE if draw.random() < men else Sex.FEMALE
