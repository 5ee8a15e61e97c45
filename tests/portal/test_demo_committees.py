"""The steering committees of the demo: those of Hải Dương have the counts of its report."""

from collections import Counter
from datetime import date

import pytest

from cnscd_portal.demo import area, committees
from cnscd_portal.demo.provinces import BACH_DANG, HONG_GAI, PROVINCES, Province
from teams import oversight
from teams.models import Committee, Seat, SteeringPost
from teams.oversight import Coverage
from units.models import Level, Tenant, Unit
from units.tenancy import scope

pytestmark = pytest.mark.xdist_group("demo")

TODAY = date(2024, 6, 10)


def coverage(*, on: date = TODAY) -> list[Coverage]:
    return oversight.coverage(oversight.steered(Unit.objects.all(), on=on), on=on)


def test_hai_duong_has_the_committees_of_its_report(hai_duong: Unit) -> None:
    counted = coverage()
    assert [(each.units, each.covered) for each in counted] == [(1, 1), (12, 12), (235, 235)]
    assert [each.people for each in counted][:2] == [113, 357]
    committee = Committee.objects.get(unit=hai_duong)
    assert (committee.decision_number, committee.decided_on) == ("689/QĐ-UBND", date(2022, 3, 21))
    assert [each.covered for each in coverage(on=date(2022, 3, 20))] == [0, 0, 0]


def test_some_communes_of_quang_ninh_have_none_yet(quang_ninh: Unit) -> None:
    counted = coverage()
    assert [(each.units, each.covered) for each in counted] == [(1, 1), (13, 13), (177, 172)]
    assert [each.people for each in counted][:2] == [45, 238]
    assert not Committee.objects.filter(unit__code=BACH_DANG).exists()


@pytest.mark.parametrize("province", PROVINCES, ids=lambda province: province.name)
def test_every_committee_has_a_head_and_a_standing_deputy(
    demo: list[str], province: Province
) -> None:
    with scope(tenant=Tenant.objects.get(code=province.code).pk):
        seats = list(Seat.objects.current_on(TODAY).values_list("committee", "post", "phone"))
        everywhere = sorted(Committee.objects.values_list("pk", flat=True))
    for post in (SteeringPost.HEAD, SteeringPost.STANDING_DEPUTY):
        assert sorted(pk for pk, held, _ in seats if held == post) == everywhere
    phones = Counter(phone for *_, phone in seats if phone)
    assert phones.most_common(1)[0][1] == 1


def test_nobody_sits_in_a_committee_twice_for_the_same_office(hai_duong: Unit) -> None:
    held = Counter(Seat.objects.current_on(TODAY).values_list("committee", "office"))
    assert held.most_common(1)[0][1] == 1


def test_head_of_hong_gai_has_changed(quang_ninh: Unit) -> None:
    hong_gai = Unit.objects.get(level=Level.COMMUNE, code=HONG_GAI)
    heads = Seat.objects.filter(committee__unit=hong_gai, post=SteeringPost.HEAD)
    before, after = [heads.current_on(date(2024, *day)).get() for day in ((2, 29), (3, 1))]
    assert before.full_name != after.full_name


@pytest.mark.parametrize("province", PROVINCES, ids=lambda province: province.name)
def test_two_generations_are_equal(province: Province) -> None:
    assert generated(province) == generated(province)


def generated(province: Province) -> list[tuple[str, str, list[committees.Place]]]:
    """All that chance decides of the committees, made without a database."""
    seedlings = area.seedlings(province)
    planted = [
        (each, Unit(pk=number, level=each.level, code=each.code, name=each.name))
        for number, each in enumerate(seedlings, start=1)
    ]
    drawn = committees.drafts(province, planted)
    return [(new.unit.code, new.decision_number, places) for new, places, _highland in drawn]


def test_people_are_the_same_on_every_machine(hai_duong: Unit) -> None:
    head = Seat.objects.get(committee__unit=hai_duong, post=SteeringPost.HEAD)
    assert head.office == "Giám đốc Sở Thông tin và Truyền thông"
    assert (head.full_name, head.phone) == ("Lê Quang Công", "+84900320000")
