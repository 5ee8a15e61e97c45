"""Establishing teams and enrolling their people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.enrolment import open_account
from accounts.models import User
from accounts.roles import Right, Role
from teams.models import Area, Kind, Membership, Person, Post, Team
from teams.querysets import MembershipQuerySet
from units import clock, tree
from units.errors import NotAllowed, NotPossibleNow
from units.models import Tenant, Unit
from units.text import normalise

# Quảng Ninh asked for free data for the leader and one of the Youth Union; a team of four to nine
# is what the pilots of 2022 had.
CORE_MEMBERS = 2
FEWEST_MEMBERS = 4
# Nothing that a register could tell of happened before.
FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class NewTeam:
    """A team to be established: local where `unit` is a hamlet, else of an enterprise."""

    name: str
    unit: Unit
    kind: Kind
    decision_number: str = ""
    decided_on: date | None = None
    # Those that a local team serves; the one in which it sits, if nobody says.
    hamlets: Sequence[Unit] = ()


@dataclass(frozen=True)
class NewMember:
    full_name: str
    post: Post
    is_core: bool = False
    sex: str = ""
    birth_year: int | None = None
    phone: str = ""
    organisation: str = ""


@transaction.atomic
def establish_teams(*, tenant: Tenant, teams: Sequence[NewTeam], since: date) -> list[Team]:
    """Establish many teams at once; a local team serves its hamlets, or the one it sits in."""
    valid = DateRange(since, None)
    rows = Team.objects.bulk_create(
        [
            Team(
                tenant=tenant,
                unit=new.unit,
                kind=new.kind,
                name=normalise(new.name),
                decision_number=new.decision_number,
                decided_on=new.decided_on,
                active=valid,
            )
            for new in teams
        ],
        batch_size=2000,
    )
    Area.objects.bulk_create(
        [
            Area(tenant=tenant, team=team, hamlet=hamlet, valid=valid)
            for team, new in zip(rows, teams, strict=True)
            if team.kind == Kind.LOCAL
            for hamlet in new.hamlets or [team.unit]
        ],
        batch_size=2000,
    )
    return rows


@transaction.atomic
def enrol_members(
    *, tenant: Tenant, members: Sequence[tuple[Team, NewMember]], since: date
) -> list[Membership]:
    """Enrol many people at once, each new to the register, into their teams."""
    people = Person.objects.bulk_create(
        [_person(tenant, new) for _team, new in members], batch_size=2000
    )
    return Membership.objects.bulk_create(
        [
            Membership(
                tenant=tenant,
                team=team,
                person=person,
                post=new.post,
                is_core=new.is_core,
                organisation=new.organisation,
                valid=DateRange(since, None),
            )
            for (team, new), person in zip(members, people, strict=True)
        ],
        batch_size=2000,
    )


@transaction.atomic
def give_account(*, membership: Membership, username: str, actor: User) -> tuple[User, str]:
    """Open an account for who leads a team, or is deputy; returns it with a first password.

    Raises NotAllowed where the actor does not manage accounts over the team, and NotPossibleNow
    where the person leads it no more or has an account.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=membership.person_id)
    leading = Membership.objects.leading().current_on(clock.today())
    if not leading.filter(pk=membership.pk).exists():
        raise NotPossibleNow(_("Only the leader and the deputies of a team enter its figures."))
    if person.user_id:
        raise NotPossibleNow(_("%(name)s has an account already.") % {"name": person.full_name})
    user, password = open_account(
        username=username,
        full_name=person.full_name,
        role=Role.TEAM_LEADER,
        unit=membership.team.unit,
        actor=actor,
    )
    person.user = user
    person.save(update_fields=["user"])
    return user, password


def demand_keeper(actor: User, unit: Unit, right: Right = Right.ROSTER) -> None:
    """Raises NotAllowed where the right does not reach the unit."""
    if not actor.may(right, unit):
        raise NotAllowed(_("You do not keep the roster of %(name)s.") % {"name": unit.name})


def area_of(actor: User, right: Right = Right.ROSTER) -> Unit:
    """The widest unit over which the person has a right. Raises NotAllowed where there is none."""
    roots = actor.unit_ids_with(right)
    if not roots:
        raise NotAllowed(_("You do not keep a roster."))
    return Unit.objects.get(pk=roots[0])


def area_around(unit: Unit, actor: User) -> Unit:
    """The widest unit around `unit` whose roster the person keeps, who may keep those of others
    that lie elsewhere. Raises NotAllowed where there is none."""
    roots = actor.unit_ids_with(Right.ROSTER)
    for each in tree.path(unit, on=clock.today()):
        if each.pk in roots:
            return each
    raise NotAllowed(_("You do not keep a roster."))


def organisations(members: MembershipQuerySet) -> list[str]:
    """The bodies that sent these members, each once, the most frequent first."""
    counted = members.exclude(organisation="").order_by().values_list("organisation")
    rows = counted.annotate(count=Count("pk")).order_by("-count", "organisation")
    return [name for name, _count in rows]


def _person(tenant: Tenant, new: NewMember) -> Person:
    person = Person(
        tenant=tenant,
        full_name=new.full_name,
        sex=new.sex,
        birth_year=new.birth_year,
        phone=new.phone,
    )
    person.clean_text()
    return person


def why_too_early(day: date) -> str:
    """What speaks against a day before there was a register; "" where nothing does."""
    said = _("The register begins on %(day)s: name a day from then on.")
    return said % {"day": clock.written(FIRST_DAY)} if day < FIRST_DAY else ""
