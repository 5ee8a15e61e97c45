"""What was taken out comes in again, and changes nothing."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.test import Client

from teams import batches
from teams.models import Committee, Membership, Person, Seat, Team
from teams.subjects import subject_of
from tests.cast import Cast, Enter, SignIn
from tests.pages import in_english
from tests.teams import bringing, rosters, sitting
from tests.teams.bringing import worked

EXPORTS = {
    "members": "/members/export/",
    "teams": "/teams/export/",
    "committees": "/teams/committees/export/",
}


@pytest.fixture
def full(cast: Cast, enter: Enter) -> Cast:
    """No name holds a digit, a committee is headed, and a team has all that can be said of it."""
    with enter(cast.admin):
        for number, person in enumerate(Person.objects.order_by("pk")):
            letter = "ABCDEGHIKLMNOPQRSTUVXY"[number % 22]
            person.full_name = f"Lê Thị {letter}{'a' * (number // 22)}"
            person.sex = "f"
            person.save()
        sitting.set_up(cast.admin, cast.units["06691"])
        Team.objects.filter(pk=cast.teams["hg-2"].pk).update(
            has_wifi=False, phones_given=2, funds_in_dong=5_000_000, zalo_link="https://zalo.me/g/a"
        )
    return cast


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("key", EXPORTS)
@pytest.mark.parametrize("who", ["officer", "admin"])
def test_file_that_was_taken_out_changes_nothing(
    who: str,
    key: str,
    kind: str,
    language: str,
    full: Cast,
    client_of: SignIn,
    enter: Enter,
    tmp_path: Path,
) -> None:
    actor = getattr(full, who)
    client: Client = client_of(actor) if language == "vi" else in_english(client_of(actor))
    path = tmp_path / f"list.{kind}"
    path.write_bytes(client.get(EXPORTS[key], {"format": kind}).content)
    with enter(actor):
        batch = bringing.received(path, actor, subject=subject_of(key))
        told = list(batch.rows.exclude(outcome="unchanged").values_list("changes", "problems"))
    assert (list(batch.counts), batch.said, told) == (["unchanged"], "", [])


@pytest.mark.parametrize(
    ("key", "heads", "row"),
    [
        ("members", ["Tên tổ", "Họ và tên"], ["Tổ hg-2", "Phạm Thị Mới"]),
        ("teams", ["Tên Tổ", "Khu phố"], ["Tổ Khu phố 3", "Khu phố 3"]),
        ("committees", ["Đơn vị", "Tên tổ chỉ đạo", "Họ và tên", "Chức danh"],
         ["Phường Hồng Gai", "Tổ chỉ đạo", "Phạm Thị Mới", "Tổ trưởng"]),
    ],
)  # fmt: skip
def test_import_of_every_subject_is_taken_back(
    key: str, heads: list[str], row: list[str], cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    models = (Committee, Membership, Person, Seat, Team)
    path = rosters.save(tmp_path / "Danh sách.xlsx", row, heads=heads)
    with enter(cast.officer):
        before = [list(model.objects.order_by("pk").values()) for model in models]
        batch = bringing.received(path, cast.officer, subject=subject_of(key))
        assert batch.counts == {"new": 1}
        bringing.commit(batch, cast.officer)
        worked(batch)
        assert [list(model.objects.order_by("pk").values()) for model in models] != before
        batches.undo(batch=batch, actor=cast.officer)
        assert worked(batch).state == "undone"
        assert [list(model.objects.order_by("pk").values()) for model in models] == before


@pytest.mark.parametrize("key", EXPORTS)
def test_file_says_what_the_drop_down_of_its_template_offers(
    key: str, full: Cast, client_of: SignIn
) -> None:
    content = client_of(full.admin).get(EXPORTS[key], {"format": "csv"}).content
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"))))[1:]
    for place, column in enumerate(subject_of(key).columns):
        if column.choices:
            assert {row[place] for row in rows} <= {"", *column.choices()}, column.key
