"""The targets that a year sets."""

from tests.cast import Cast, SignIn
from tests.pages import in_english, read


def test_nine_targets_of_the_year_are_told_to_everybody(cast: Cast, client_of: SignIn) -> None:
    for who in ("leader", "staff", "national"):
        page = read(in_english(client_of(getattr(cast, who))).get("/targets/"))
        assert page.one("h1").text == "What does the year 2024 ask of the teams?"
        rows = page.rows()[1:]
        assert [row[0] for row in rows] == list("123456789")
        fifth = rows[4]
        assert fifth[1].startswith("Adults with an electronic payment account At least 90%")
        assert fifth[2:] == ["90%", "result", "31/12/2024"]
        assert rows[2][3] == "activity"


def test_targets_are_told_in_vietnamese(cast: Cast, client_of: SignIn) -> None:
    page = read(client_of(cast.staff).get("/targets/"))
    assert "Người trưởng thành có tài khoản thanh toán điện tử" in page.text
