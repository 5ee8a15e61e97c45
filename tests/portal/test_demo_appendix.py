"""The printed table of the demo: kept as it is, with a reason signed off and one that waits."""

import pytest

from accounts.models import User
from reports import declared
from reports.models import Declaration
from units.models import Unit

pytestmark = pytest.mark.xdist_group("demo")


def test_hai_duong_has_its_printed_table(hai_duong: Unit) -> None:
    declaration = Declaration.objects.get(unit=hai_duong)
    assert declaration.title == "Phụ lục kết quả hoạt động 6 tháng đầu năm 2023"
    admin = User.objects.get(username="hd.admin")
    picture = declared.draw(declaration, admin)
    assert [column.difference for column in picture.columns] == [
        0, 0, -7_345, -10_260, -5_363, -39, -13,
    ]  # fmt: skip
    assert [row.name for row in picture.omission.rows] == ["Thanh Hà", "Kinh môn"]
    assert all(line.row.unit for line in picture.lines)
    assert picture.signed == 1
    assert (list(picture.months.numbers), picture.known) == ([1, 2, 3, 4, 5, 6], [])
    assert [each.is_open for each in picture.differences] == [False, False, True, True, True]
