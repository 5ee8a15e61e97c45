"""Steering committees: set up, amended and ended, and the officials who sit in them.

Nothing of the past is overwritten: a post or an office that changes ends one seat, and another
begins on that day. What began on that very day, and a name or a phone, is put right in its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.models import User
from teams import enlistment, registry, seating
from teams.models import Committee, Seat
from teams.seating import STEERED, Bench, Official
from units import clock
from units.errors import InvalidEntry, NotPossibleNow
from units.models import Unit
from units.text import normalise


@dataclass(frozen=True)
class NewCommittee:
    unit: Unit
    name: str
    since: date
    decision_number: str = ""
    decided_on: date | None = None


@transaction.atomic
def set_up(*, new: NewCommittee, actor: User) -> Committee:
    """Set up the committee of a province, district or commune, which has one at a time.

    Raises NotAllowed, NotPossibleNow for another level, and InvalidEntry.
    """
    registry.demand_keeper(actor, new.unit)
    demand_steered(new.unit)
    # Two officers who set up the same one wait for each other, and for an import.
    enlistment.lock_register(new.unit.tenant_id)
    unit = Unit.objects.select_for_update(no_key=True).get(pk=new.unit.pk)
    others = Committee.objects.filter(unit=unit).order_by("valid")
    _demand("since", seating.why_not_set_up(unit, new.since, others))
    committee = unsaved_committee(new)
    _demand_told(committee)
    committee.save()
    return committee


@transaction.atomic
def amend(
    *,
    committee: Committee,
    name: str,
    decision_number: str,
    decided_on: date | None,
    actor: User,
) -> Committee:
    """Put the name and the decision right. Raises NotAllowed and InvalidEntry."""
    known = _locked(committee, actor)
    known.name, known.decision_number = normalise(name), normalise(decision_number)
    known.decided_on = decided_on
    _demand_told(known)
    known.save()
    return known


@transaction.atomic
def end(*, committee: Committee, until: date, actor: User) -> Committee:
    """End a committee, and with it every seat; `until` is the first day without it.

    Raises NotAllowed, NotPossibleNow where it has ended, and InvalidEntry.
    """
    known = _locked(committee, actor)
    demand_standing(known)
    _demand("until", seating.why_not_ended(known, until))
    left = Seat.objects.filter(committee=known).exclude(valid__fully_lt=DateRange(until, None))
    left.filter(valid__startswith__gte=until).delete()
    seats = list(left)
    for seat in seats:
        seat.valid = DateRange(seat.valid.lower, until)
    Seat.objects.bulk_update(seats, ["valid"])
    known.valid = DateRange(known.valid.lower, until)
    known.save()
    return known


@transaction.atomic
def withdraw(*, committee: Committee, actor: User) -> None:
    """Take back a committee that was set up by mistake, as if it had not been.

    Raises NotAllowed, and NotPossibleNow where anybody sits in it or sat: then it is ended.
    """
    known = _locked(committee, actor)
    if known.seats.exists():
        raise NotPossibleNow(_("Somebody sits or sat in this committee: end it instead."))
    known.delete()


@transaction.atomic
def give_seat(*, committee: Committee, official: Official, since: date, actor: User) -> Seat:
    """Have somebody sit in a committee, for as long as it stands.

    Raises NotAllowed, NotPossibleNow where it has ended, and InvalidEntry.
    """
    known = _locked(committee, actor)
    demand_standing(known)
    _demand("since", seating.why_not_seated_since(known, since))
    valid = DateRange(since, known.valid.upper)
    _demand_place(known, official, valid)
    seat = unsaved_seat(known, official, valid)
    seat.save()
    return seat


@transaction.atomic
def change_seat(*, seat: Seat, official: Official, on: date, actor: User) -> Seat:
    """Say anew who sits there, in which post and office; returns the seat that goes on.

    A name or a phone is put right whenever it was wrong, a post or an office holds from `on`.
    Raises NotAllowed, NotPossibleNow where the seat has ended, and InvalidEntry.
    """
    known = _present(seat, actor)
    _demand("effective_on", seating.why_not_changed(known, official, on))
    _begun, valid = seating.terms(known, official, on)[-1]
    _demand_place(known.committee, official, valid, beside=known)
    goes_on = turn(known, official, on)
    known.save()
    if goes_on is not None:
        goes_on.save()
    return goes_on or known


@transaction.atomic
def end_seat(*, seat: Seat, until: date, actor: User) -> None:
    """End a seat; `until` is the first day without it. One that ends on its first day never was.

    Raises NotAllowed, NotPossibleNow where the seat has ended, and InvalidEntry.
    """
    known = _present(seat, actor)
    _demand("until", seating.why_not_left(known, known.committee, until))
    since = seating.first_day(known)
    if until == since:
        known.delete()
        return
    known.valid = DateRange(since, until)
    known.save()


@transaction.atomic
def set_up_many(
    *, committees: Sequence[tuple[NewCommittee, Sequence[Official]]], actor: User
) -> list[Committee]:
    """Set up many committees at once, with everybody who sits in them from the first day.

    Raises NotAllowed where one of the units is not the actor's, and IntegrityError where one has a
    committee already, or two heads.
    """
    for new, _officials in committees:
        registry.demand_keeper(actor, new.unit)
        demand_steered(new.unit)
    rows = Committee.objects.bulk_create(
        [unsaved_committee(new) for new, _officials in committees], batch_size=2000
    )
    Seat.objects.bulk_create(
        [
            unsaved_seat(committee, official, committee.valid)
            for committee, (_new, officials) in zip(rows, committees, strict=True)
            for official in officials
        ],
        batch_size=2000,
    )
    return rows


def usual_name(unit: Unit) -> str:
    """What decisions mostly call the committee: in Vietnamese, whatever the page speaks."""
    called = f"{unit.name[0].lower()}{unit.name[1:]}"
    return f"Tổ chỉ đạo triển khai Tổ công nghệ số cộng đồng {called}"


# -- What has to hold -----------------------------------------------------------------------------


def demand_steered(unit: Unit) -> None:
    """Raises NotPossibleNow for a unit whose level has no committees."""
    if unit.level not in STEERED:
        said = _("Provinces, districts and communes have steering committees, %(unit)s has none.")
        raise NotPossibleNow(said % {"unit": unit.name})


def demand_standing(committee: Committee) -> None:
    """Raises NotPossibleNow where it has ended."""
    if why := seating.why_not_standing(committee):
        raise NotPossibleNow(why)


def demand_sitting(seat: Seat) -> None:
    """Raises NotPossibleNow where the seat is one of the past."""
    if why := seating.why_not_sitting(seat):
        raise NotPossibleNow(why)


def _demand_told(committee: Committee) -> None:
    _demand_named(committee.name, "name")
    _demand("decided_on", clock.why_to_come(committee.decided_on))


def _demand_named(name: str, key: str) -> None:
    _demand(key, "" if normalise(name) else _("The name is missing."))


def _demand_place(
    committee: Committee, official: Official, valid: DateRange, beside: Seat | None = None
) -> None:
    """The committee is locked, so nobody else takes the place meanwhile."""
    _demand_named(official.full_name, "full_name")
    others = Seat.objects.filter(committee=committee, valid__overlap=valid).order_by("valid")
    bench = Bench()
    for each in others.exclude(pk=beside.pk if beside else None):
        bench.take(seating.official_of(each), each.valid)
    _demand(*bench.why_not(official, valid))


def _demand(key: str, why: str) -> None:
    """Raises InvalidEntry where anything speaks against what stands under the key."""
    if why:
        raise InvalidEntry(why, errors={key: [why]})


# -- Rows -----------------------------------------------------------------------------------------


def _locked(committee: Committee, actor: User) -> Committee:
    """The committee as it stands now; who changes it or its seats next has to wait, and so has an
    import."""
    registry.demand_keeper(actor, committee.unit)
    enlistment.lock_register(committee.tenant_id)
    return Committee.objects.select_for_update(no_key=True).get(pk=committee.pk)


def _present(seat: Seat, actor: User) -> Seat:
    """The seat as it stands now, with its committee locked."""
    committee = _locked(seat.committee, actor)
    known = Seat.objects.filter(pk=seat.pk).first()
    if known is None:
        raise NotPossibleNow(_("This seat was taken away meanwhile."))
    demand_sitting(known)
    known.committee = committee
    return known


def unsaved_committee(new: NewCommittee) -> Committee:
    """As it begins, without anybody in it."""
    return Committee(
        tenant_id=new.unit.tenant_id,
        unit=new.unit,
        name=normalise(new.name),
        decision_number=normalise(new.decision_number),
        decided_on=new.decided_on,
        valid=DateRange(new.since, None),
    )


def unsaved_seat(committee: Committee, official: Official, valid: DateRange) -> Seat:
    """A seat in a committee, which may not be saved either."""
    seat = Seat(tenant_id=committee.tenant_id, committee=committee)
    rewrite(seat, official, valid)
    return seat


def rewrite(seat: Seat, official: Official, valid: DateRange) -> None:
    """Say anew who sits there and when, without saving it."""
    seat.full_name, seat.post = official.full_name, official.post
    seat.office, seat.phone = official.office, official.phone
    seat.valid = valid
    seat.clean_text()


def turn(seat: Seat, official: Official, on: date) -> Seat | None:
    """Say anew who sits there as of a day, without saving it; returns the seat that goes on where
    another one begins on the day."""
    first, *rest = seating.terms(seat, official, on)
    rewrite(seat, *first)
    return unsaved_seat(seat.committee, *rest[0]) if rest else None
