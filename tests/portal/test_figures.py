"""How telephone numbers are written on a page."""

import pytest

from cnscd_portal.templatetags.figures import masked, telephone


@pytest.mark.parametrize(
    ("stored", "whole", "part"),
    [
        ("+84912345678", "0912 345 678", "0912•••678"),
        # A landline has a digit more.
        ("+842033825678", "0203 382 5678", "0203•••678"),
        # 84 begins numbers of this country, too, where no country stands before it.
        ("0849123456", "0849 123 456", "0849•••456"),
        ("+4915112345678", "+4915112345678", "+491•••678"),
        ("", "–", "–"),
    ],
)
def test_telephone_is_written_as_it_is_dialled_here(stored: str, whole: str, part: str) -> None:
    assert (telephone(stored), masked(stored)) == (whole, part)
