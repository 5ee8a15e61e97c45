"""What a sheet of teams says: the cells that are read as nowhere else."""

import pytest

from teams import directory
from units.sheets.columns import NotThis


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("", ""),
        ("zalo.me/g/abc", "https://zalo.me/g/abc"),
        ("https://zalo.me/0912345678", "https://zalo.me/0912345678"),
        ("HTTPS://Chat.Zalo.Me/?g=abc", "HTTPS://Chat.Zalo.Me/?g=abc"),
    ],
)
def test_link_of_zalo_is_read(typed: str, address: str) -> None:
    assert directory.link_of_zalo(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "http://zalo.me/g/abc",
        "https://zalo.me.example.org/g/abc",
        "https://notzalo.me/g/abc",
        "https://zalo.me@example.org/g/abc",
        "https://ai:do@zalo.me/g/abc",
        "https://zalo.me:8443/g/abc",
        "https://example.org/zalo.me",
        "https://example.org\\@zalo.me/g/abc",
        "https://zаlo.me/g/abc",
        "javascript:alert(1)//zalo.me",
    ],
)
def test_link_elsewhere_is_refused(typed: str) -> None:
    with pytest.raises(NotThis):
        directory.link_of_zalo(typed)
