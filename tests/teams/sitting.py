"""Steering committees with people in them, as an administrator sets them up."""

from datetime import date

from accounts.models import User
from teams import steering
from teams.models import Committee, SteeringPost
from teams.seating import Official
from teams.steering import NewCommittee
from tests.cast import SINCE
from units.models import Unit

HEAD = Official("Lê Thị Trưởng", SteeringPost.HEAD, "Chủ tịch UBND phường", "+84912345678")
MEMBER = Official("Đỗ Văn Ánh", SteeringPost.MEMBER, "Trưởng Công an phường", "+84987654321")


def set_up(
    actor: User, unit: Unit, *officials: Official, name: str = "Tổ chỉ đạo", since: date = SINCE
) -> Committee:
    new = NewCommittee(unit=unit, name=name, since=since, decision_number="12/QĐ-UBND")
    [committee] = steering.set_up_many(committees=[(new, officials or [HEAD, MEMBER])], actor=actor)
    return committee
