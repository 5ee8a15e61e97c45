"""The sheet of members, by the headings that people put over it."""

import pytest

from teams.roster import COLUMNS
from units.sheets.tables import recognised


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Số ĐT", "phone"),
        ("ĐT", "phone"),
        ("Đơn vị công tác", "organisation"),
        ("NƠI CÔNG TÁC", "organisation"),
        ("Đơn vị", "commune"),
        ("Thông tin · Số ĐT liên hệ", None),
        ("Liên hệ · Số ĐT", "phone"),
    ],
)
def test_heading_is_recognised(heading: str, key: str | None) -> None:
    assert recognised(heading, COLUMNS) == key
