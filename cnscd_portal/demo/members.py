"""The demo's volunteers: a leader, a deputy and the others, with the bodies that sent them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from cnscd_portal.demo import chance, names
from cnscd_portal.demo.establishment import Crew, Spot
from cnscd_portal.demo.provinces import Province
from teams.models import Membership, Post, Sex
from teams.registry import NewMember, enrol_members
from units.models import Tenant

YOUTH_UNION = "Đoàn Thanh niên"
WOMENS_UNION = "Hội Liên hiệp Phụ nữ"
# Whom the rest of a team comes from, the likeliest first.
LOCAL_BODIES = (
    WOMENS_UNION,
    "Ban Công tác Mặt trận",
    "Hội Cựu chiến binh",
    "Hội Người cao tuổi",
    "Trường học",
    "Trạm Y tế",
    "Doanh nghiệp viễn thông",
    YOUTH_UNION,
)
RURAL_BODIES = ("Hội Nông dân", *LOCAL_BODIES)
ENTERPRISE_BODIES = ("Phòng Kỹ thuật", "Phòng Kinh doanh", "Công đoàn", "Phòng Hành chính")
WITHOUT_PHONE = 0.03
# As many teams of a province have nobody at their head just now.
LEADERLESS = 2
# Years of birth of those who come from a body; of the others, below.
BORN = {
    YOUTH_UNION: (1990, 2005),
    "Hội Người cao tuổi": (1948, 1963),
    "Hội Cựu chiến binh": (1952, 1978),
    "Trường học": (1968, 1999),
    "Công an khu vực": (1976, 1999),
    "Công an xã": (1976, 1999),
}
BORN_OTHERWISE = (1958, 1992)


def enrol(province: Province, tenant: Tenant, crews: Sequence[Crew]) -> list[Membership]:
    """Enrol everybody; the members of a team follow each other, its leader first."""
    # The two provinces' numbers lie apart.
    number = int(province.code) * 10_000
    enlisted = []
    leaderless = _leaderless(province, crews)
    for crew in crews:
        for member in _members(crew.spot, number):
            if member.post == Post.LEADER and crew.spot.key in leaderless:
                member = replace(member, post=Post.MEMBER)
            enlisted.append((crew.team, member))
            number += 1
    return enrol_members(tenant=tenant, members=enlisted, since=province.established_on)


def _leaderless(province: Province, crews: Sequence[Crew]) -> list[str]:
    """Outside the communes of which the demo tells a story."""
    keys = [crew.spot.key for crew in crews if crew.spot.area not in province.fixed]
    return chance.of("leaderless", province.code).sample(keys, LEADERLESS)


def _members(spot: Spot, number: int) -> Iterator[NewMember]:
    draw = chance.of("members", spot.key)
    for place, (post, body) in enumerate(_places(spot, draw)):
        sex = _sex(body, draw)
        yield NewMember(
            full_name=names.full_name(draw, sex, highland=spot.is_highland),
            post=post,
            # Whoever has the free data allowance: the leader and one of the Youth Union.
            is_core=place in {0, 2} or draw.random() < 0.12,
            sex=sex,
            birth_year=draw.randint(*BORN.get(body, BORN_OTHERWISE)),
            phone="" if draw.random() < WITHOUT_PHONE else names.phone(number + place),
            organisation=body,
        )


def _places(spot: Spot, draw: Random) -> list[tuple[Post, str]]:
    """The posts of a team in order, each with the body that its holder comes from."""
    if spot.is_enterprise:
        bodies = [draw.choice(ENTERPRISE_BODIES) for _ in range(spot.size - 3)]
        first = ["Ban Giám đốc", "Phòng Kỹ thuật", YOUTH_UNION]
    else:
        pool = LOCAL_BODIES if spot.is_urban else RURAL_BODIES
        # As many different bodies as there are, in their order, with a few left out by chance.
        bodies = [body for body in pool if draw.random() < 0.8][: spot.size - 3]
        bodies += [YOUTH_UNION] * (spot.size - 3 - len(bodies))
        police = "Công an khu vực" if spot.is_urban else "Công an xã"
        deputy = draw.choice((police, police, WOMENS_UNION, "Ban Công tác Mặt trận"))
        first = [_head_of(spot), deputy, YOUTH_UNION]
    posts = [Post.LEADER, Post.DEPUTY] + [Post.MEMBER] * (spot.size - 2)
    return list(zip(posts, first + bodies, strict=True))


def _head_of(spot: Spot) -> str:
    """A hamlet's head has the title of its kind: Trưởng thôn, Trưởng bản, Trưởng khu phố."""
    for kind in ("Khu phố", "Khu dân cư", "Khu", "Bản"):
        if spot.unit.name.startswith(kind):
            return f"Trưởng {kind.lower()}"
    return "Trưởng thôn"


def _sex(body: str, draw: Random) -> Sex:
    if body == WOMENS_UNION:
        return Sex.FEMALE
    men = 0.85 if body.startswith(("Công an", "Hội Cựu")) else 0.62 if "Trưởng" in body else 0.48
    return Sex.MALE if draw.random() < men else Sex.FEMALE
