"""A committee that was set up by mistake is taken back on its page."""

from datetime import date

from teams.models import Committee
from tests.cast import Cast, Enter, SignIn
from tests.pages import in_english, read
from tests.teams import sitting


def test_empty_committee_is_taken_back_on_its_page(
    cast: Cast, client_of: SignIn, enter: Enter
) -> None:
    with enter(cast.admin):
        sitting.set_up(cast.admin, cast.units["06691"], since=date(2023, 1, 1))
        row = Committee.objects.get(unit=cast.units["06691"])
    officer = in_english(client_of(cast.officer))
    address = f"/teams/committees/{row.pk}/"
    assert not read(officer.get(address)).all("form", action=f"{address}withdraw/")
    with enter(cast.admin):
        row.seats.all().delete()
    form = read(officer.get(address)).form(f"{address}withdraw/")
    sent = officer.post(form.attributes["action"], form.filled())
    assert sent["Location"] == "/teams/committees/"
    assert officer.get(address).status_code == 404
    assert "is taken back" in read(officer.get("/teams/committees/")).text
