"""The import of a roster, beside the stock import of django-import-export on the same file.

Both begin with an empty register and the teams of Quảng Ninh, and are rolled back, so that the
next one finds the same. The stock one is one resource, as its documentation shows it: a row is
looked up, compared and saved by itself, first without keeping anything, for the preview, and then
in earnest.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import tablib
from django.db import connection, transaction
from import_export import resources

from accounts.models import User
from bench.measure import Figure, seconds
from bench.province import Province
from bench.sheets import write_xlsx
from teams import batches
from teams.models import Batch, Person, Team
from teams.workbooks import MEMBERS
from units.tenancy import scope

ON = date(2024, 6, 10)
HEADS = ("Mã tổ", "Họ và tên", "Giới tính", "Năm sinh", "Số điện thoại", "Chức danh", "Nòng cốt",
         "Tổ chức")  # fmt: skip


class PersonResource(resources.ModelResource):
    class Meta:
        model = Person
        import_id_fields = ("phone",)
        fields = ("full_name", "sex", "birth_year", "phone", "tenant")
        use_bulk = False


def measure(where: Province, *, members: int, many: int) -> Iterator[Figure]:
    """Preview and commit of so many members, the same file again, and the stock import of it; then
    `many` members in a process of their own, for the memory that they take."""
    with TemporaryDirectory() as folder, scope(tenant=where.tenant.pk):
        path = Path(folder) / "roster.xlsx"
        write_xlsx(path, HEADS, roster(members))
        with emptied():
            taken = ours(path, where.admin)
        with emptied():
            slow = theirs(where, members)
    yield Figure("import_members", members, "rows")
    yield from (Figure(name, value, "s") for name, value in taken.items())
    yield Figure("import_stock_preview_and_commit", slow, "s")
    yield Figure(
        "import_stock_ratio", slow / (taken["import_preview"] + taken["import_commit"]), "x"
    )
    at_once = sum(taken[name] for name in ("import_preview", "import_commit")) / members
    yield from alone(where, many, of_a_row=at_once)


@contextmanager
def emptied() -> Iterator[None]:
    """Nobody is in the register of the connection's province, until it is rolled back."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("delete from teams_membership")
            cursor.execute("delete from teams_person")
        check_constraints()
        yield
        transaction.set_rollback(True)


def check_constraints() -> None:
    """Do now what else waits for the end of a commit, which a roll-back would never do."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")


def ours(path: Path, admin: User) -> dict[str, float]:
    """How long reading, writing and reading the same file again take."""
    preview, commit = _brought_in(path, admin)
    again = _received(path, admin)
    repeated = seconds(lambda: batches.work(again.pk))
    again.refresh_from_db()
    if set(again.counts) != {"unchanged"}:
        raise AssertionError(f"The same file would change something: {again.counts}")
    return {
        "import_preview": preview,
        "import_commit": commit,
        "import_same_file_again": repeated,
    }


def ours_once(path: Path, admin: User) -> float:
    """How long reading and writing take together."""
    return sum(_brought_in(path, admin))


def _brought_in(path: Path, admin: User) -> tuple[float, float]:
    batch = _received(path, admin)
    preview = seconds(lambda: batches.work(batch.pk))
    batch.refresh_from_db()
    batches.commit(batch=batch, digest=batch.digest, leaves_out_refused=False, actor=admin)
    commit = seconds(lambda: _committed(batch))
    batch.refresh_from_db()
    if batch.state != Batch.State.COMMITTED or set(batch.counts) != {"new"}:
        raise AssertionError(f"The import is {batch.state}, {batch.counts}: {batch.said}")
    return preview, commit


def _committed(batch: Batch) -> None:
    batches.work(batch.pk)
    check_constraints()


def _received(path: Path, admin: User) -> Batch:
    return batches.receive(
        path=path, name=path.name, effective_on=ON, is_complete=False, actor=admin, subject=MEMBERS
    )


def theirs(where: Province, rows: int) -> float:
    """How long a preview and an import take."""
    heads = ("full_name", "sex", "birth_year", "phone", "tenant")
    sheet = tablib.Dataset(headers=heads)
    for _team, name, sex, born, phone, *_rest in roster(rows):
        sheet.append((name, "f" if sex == "Nữ" else "m", born, phone, where.tenant.pk))
    resource = PersonResource()

    def save() -> None:
        resource.import_data(sheet, dry_run=False, raise_errors=True)
        check_constraints()

    preview = seconds(lambda: resource.import_data(sheet, dry_run=True, raise_errors=True))
    return preview + seconds(save)


def alone(where: Province, members: int, *, of_a_row: float) -> Iterator[Figure]:
    """A whole import in a process of its own, as a worker does it, with the most that it held.

    `of_a_row` is what a row took of the smaller file: a cost that grows linearly stays the same.
    """
    worker = subprocess.run(
        [sys.executable, "-m", "bench.importer", str(where.admin.pk), str(members)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    taken, held = map(float, worker.stdout.split())
    yield Figure("import_alone_members", members, "rows")
    yield Figure("import_alone_preview_and_commit", taken, "s")
    yield Figure("import_alone_memory_peak", held, "MB")
    yield Figure("import_alone_row_ratio", taken / members / of_a_row, "x")


def roster(members: int) -> Iterator[tuple[object, ...]]:
    """So many members, the teams of the connection's province in turn, each with a phone."""
    teams = list(Team.objects.order_by("pk").values_list("pk", flat=True))
    for number in range(members):
        team, place = teams[number % len(teams)], number // len(teams)
        post = ("Tổ trưởng", "Tổ phó")[place] if place < 2 else "Thành viên"
        yield (
            team, _name(number),
            ("Nữ", "Nam")[number % 2], 1950 + number % 55, f"09{number:08}", post,
            "x" if place < 2 else "", "Đoàn Thanh niên",
        )  # fmt: skip


def _name(number: int) -> str:
    """One of eleven thousand: what is kept in mind of a name shall not serve for too many rows."""
    middle = f"{MIDDLE[number % 11]} {MIDDLE[number // 11 % 11]}"
    return f"{FAMILY[number % 7]} {middle} {GIVEN[number % 13]}"


FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng")
MIDDLE = ("Thị", "Văn", "Đình", "Minh", "Thanh", "Quang", "Ngọc", "Hữu", "Thu", "Xuân", "Đức")
GIVEN = ("An", "Ánh", "Bình", "Dũng", "Đức", "Hà", "Hòa", "Lan", "Mai", "Nga", "Sơn", "Thủy", "Yến")
