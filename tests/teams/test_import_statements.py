"""What a whole import asks of the database grows with its rows, and how often it asks does not."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams.models import Batch, Kind, SteeringPost
from teams.registry import NewTeam, establish_teams
from teams.seating import Official
from teams.subjects import Subject
from teams.workbooks import COMMITTEES, MEMBERS, TEAMS
from tests.cast import SINCE, Cast, Enter
from tests.teams import bringing, rosters, sitting

# How many rows of each sort there are.
SIZES = (3, 15)


@pytest.fixture(autouse=True)
def _as_administrator(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.admin):
        yield


def statements(cast: Cast, path: Path, subject: Subject, counts: dict[str, int]) -> int:
    """How many a preview and a commit take; the file does to so many rows what is told."""
    with CaptureQueriesContext(connection) as asked:
        batch = bringing.received(path, cast.admin, subject=subject)
        bringing.commit(batch, cast.admin)
        done = bringing.worked(batch)
    assert (done.state, done.counts) == (Batch.State.COMMITTED, counts)
    return len(asked)


def test_teams_take_as_many_statements_however_many_they_are(cast: Cast, tmp_path: Path) -> None:
    taken = [_teams(cast, tmp_path, size) for size in SIZES]
    assert taken[0] == taken[1]


def _teams(cast: Cast, folder: Path, size: int) -> int:
    """New ones of several days, some that are put right, and some that serve another hamlet."""
    home, other = cast.units["hg-3"], cast.units["hg-2"]
    known = establish_teams(
        tenant=cast.province,
        teams=[NewTeam(f"Tổ {size}-{n}", home, Kind.LOCAL) for n in range(2 * size)],
        since=SINCE,
    )
    begun = [f"{day:02}/05/2024" for day in range(1, size + 1)]
    new = [["", f"Mới {size}-{n}", home.name, "8/QĐ", day, "có"] for n, day in enumerate(begun)]
    amended = [[team.pk, team.name, home.name, "9/QĐ", "", ""] for team in known[:size]]
    moved = [[team.pk, team.name, other.name, "", "", ""] for team in known[size:]]
    heads = ["Mã tổ", "Tên Tổ", "Khu phố", "Số quyết định", "Hoạt động từ", "Wifi", "Xã/phường"]
    rows = [[*row, "Phường Hồng Gai"] for row in (*new, *amended, *moved)]
    path = rosters.save(folder / f"to-{size}.xlsx", *rows, heads=heads)
    return statements(cast, path, TEAMS, {"new": size, "changed": 2 * size})


def test_members_take_as_many_statements_however_many_they_are(cast: Cast, tmp_path: Path) -> None:
    taken = [_members(cast, tmp_path, size) for size in SIZES]
    assert taken[0] == taken[1]


def _members(cast: Cast, folder: Path, size: int) -> int:
    """New ones, and some of those whom the last file brought, who are put right."""
    team = cast.teams["hg-2"]
    rows = [[n, team.pk, f"Phạm Thị Mới {_letters(size, n)}", "TV", ""] for n in range(size)]
    path = _file_of_members(folder, rows)
    statements(cast, path, MEMBERS, {"new": size})
    changed = [[*row[:4], 1990] for row in rows]
    new = [[n, team.pk, f"Lê Văn Mới {_letters(size, n)}", "TV", ""] for n in range(size)]
    path = _file_of_members(folder, [*changed, *new])
    return statements(cast, path, MEMBERS, {"new": size, "changed": size})


def _file_of_members(folder: Path, rows: Sequence[list[Any]]) -> Path:
    heads = ["STT", "Mã tổ", "Họ và tên", "Chức danh", "Năm sinh"]
    return rosters.save(folder / "thanh-vien.xlsx", *rows, heads=heads)


def test_committees_take_as_many_statements_however_many_sit_in_them(
    cast: Cast, tmp_path: Path
) -> None:
    units = iter(["06691", "06688", "193", "195"])
    taken = [_committees(cast, tmp_path, size, next(units), next(units)) for size in SIZES]
    assert taken[0] == taken[1]


def _committees(cast: Cast, folder: Path, size: int, standing: str, bare: str) -> int:
    """In one that stands some come, turn and leave, and another is set up."""
    heads = ["Mã đơn vị", "Đơn vị", "Tên tổ chỉ đạo", "Họ và tên", "Chức danh", "Đến ngày"]
    names = [_letters(size, n) for n in range(size)]
    seated = [Official(f"{sort} {name}") for sort in ("Đổi", "Thôi") for name in names]
    head = Official("Lê Thị Trưởng", SteeringPost.HEAD)
    sitting.set_up(cast.admin, cast.units[standing], head, *seated, name="Tổ chỉ đạo")
    old = [standing, "x", "Tổ chỉ đạo mới"]
    rows = [
        *([*old, f"Đổi {name}", "Tổ phó", ""] for name in names),
        *([*old, f"Thôi {name}", "", "01/06/2024"] for name in names),
        *([*old, f"Đến {name}", "", ""] for name in names),
        *([bare, "x", "Tổ chỉ đạo", f"Đến {name}", "", ""] for name in names),
        [*old, "Lê Thị Trưởng", "Tổ phó", ""],
        [*old, "Phạm Thị Trưởng", "Tổ trưởng", ""],
    ]
    path = rosters.save(folder / f"to-chi-dao-{size}.xlsx", *rows, heads=heads)
    counts = {"new": 2 * size + 1, "changed": size + 1, "leaves": size}
    return statements(cast, path, COMMITTEES, counts)


def _letters(size: int, number: int) -> str:
    """A name for each number: people's have no digits."""
    return "AB"[size > SIZES[0]] + "abcdefghijklmno"[number] * 2
