"""How teams and their people are asked for."""

from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Case, Count, DateField, F, Func, Q, QuerySet, Value, When

from accounts.roles import Right
from units import clock
from units.models import Unit
from units.querysets import TenantQuerySet
from units.text import MARKED, fold


class Folded(Func):
    """A stored text without its marks: what `fold` makes of it, but for the case of letters."""

    function = "translate"

    def __init__(self, text: str) -> None:
        super().__init__(F(text), Value("".join(MARKED)), Value("".join(MARKED.values())))


class TeamQuerySet(TenantQuerySet):
    def visible_to(self, user: Any) -> "TeamQuerySet":
        """Teams of the units where a role is held, and of those that joined them whole; a team
        leader sees the teams they lead."""
        return self._in_or_led(user, user.with_joined(user.area_ids))

    def editable_by(self, user: Any) -> "TeamQuerySet":
        """Teams whose figures the user may enter."""
        fills = user.unit_ids_with(Right.FILL)
        return self._in_or_led(user, [pk for pk in user.area_ids if pk in fills])

    def kept_by(self, user: Any) -> "TeamQuerySet":
        """Teams whose roster the user keeps, and whose people are told to the user whole."""
        kept = Unit.objects.within(user.unit_ids_with(Right.ROSTER))
        return self.filter(tenant_id=user.tenant_id, unit__in=kept)

    def _in_or_led(self, user: Any, roots: list[int]) -> "TeamQuerySet":
        rows = self if user.reads_all_tenants else self.filter(tenant_id=user.tenant_id)
        reached = Q(unit__in=Unit.objects.last_within(user, roots))
        if user.leads_teams:
            from teams.models import Membership

            reached |= Q(pk__in=Membership.objects.of_leader(user).values("team"))
        return rows.filter(reached)

    def active_on(self, day: date) -> "TeamQuerySet":
        return self.filter(active__on=day)

    def ended_by(self, day: date) -> "TeamQuerySet":
        return self.filter(active__fully_lt=DateRange(day, None))

    def with_counts(self, *, on: date) -> "TeamQuerySet":
        """Each with `member_count`, `core_count` and `leader_count` of a day."""
        today = Q(memberships__valid__on=on)
        return self.annotate(
            member_count=Count("memberships", filter=today),
            core_count=Count("memberships", filter=today & Q(memberships__is_core=True)),
            leader_count=Count("memberships", filter=today & Q(memberships__post="leader")),
        )

    def found(self, words: str) -> "TeamQuerySet":
        """Those whose name, or whose seat's name, holds the words, with or without accents."""
        key = fold(words)
        return self.alias(folded=Folded("name")).filter(
            Q(unit__search__icontains=key) | Q(folded__icontains=key)
        )

    def within(self, unit: Unit, *, on: date) -> "TeamQuerySet":
        """Teams on `unit` or below it in the tree of a day."""
        return self.filter(unit__in=Unit.objects.under(unit, on=on))


class TeamPartQuerySet(QuerySet):
    """Rows that hang on a team: areas and memberships."""

    def visible_to(self, user: Any) -> "TeamPartQuerySet":
        from teams.models import Team

        return self.filter(team__in=Team.objects.visible_to(user))

    def since_or_after(self, day: date) -> "TeamPartQuerySet":
        """Those that hold on a day, or on any day after it."""
        return self.filter(valid__overlap=DateRange(day, None))

    def end(self, *, on: date) -> None:
        """Have each of them end on a day; whatever began on it or later may not be among them."""
        day = Value(on, output_field=DateField())
        self.update(valid=Func(Func(F("valid"), function="lower"), day, function="daterange"))


class AreaQuerySet(TeamPartQuerySet):
    def served_on(self, day: date) -> "AreaQuerySet":
        return self.filter(valid__contains=day)


class MembershipQuerySet(TeamPartQuerySet):
    def leading(self) -> "MembershipQuerySet":
        """Of leaders and deputies: those who enter the team's figures."""
        from teams.models import Post

        return self.filter(post__in=Post.leading())

    def of_leader(self, user: Any) -> "MembershipQuerySet":
        """Where the user is leader or deputy today, or stands in for who is."""
        led = Q(pk__in=[])
        for grant in user.leaderships:
            if grant.lent:
                led |= Q(person__user=grant.lent.giver_id, team__unit=grant.unit_id)
            else:
                led |= Q(person__user=user)
        return self.leading().current_on(clock.today()).filter(led)

    def within(self, unit: Unit, *, on: date) -> "MembershipQuerySet":
        return self.filter(team__unit__in=Unit.objects.under(unit, on=on))

    def found(self, words: str) -> "MembershipQuerySet":
        """Whose person's name holds the words in their order, with or without accents."""
        return self.filter(person__search__icontains=fold(words))

    def of_phone(self, number: str, *, asked_by: Any) -> "MembershipQuerySet":
        """Whose person has the number, among those whose numbers are told to the user whole."""
        from teams.models import Team

        told = Team.objects.editable_by(asked_by)
        return self.filter(person__phone=number, team__in=told)

    def begun_by(self, day: date) -> "MembershipQuerySet":
        """Those of a day and those of the past."""
        return self.filter(valid__startswith__lte=day)

    def kept_by(self, user: Any) -> "MembershipQuerySet":
        from teams.models import Team

        return self.filter(team__in=Team.objects.kept_by(user))

    def current_on(self, day: date) -> "MembershipQuerySet":
        return self.filter(valid__on=day)


class PersonQuerySet(QuerySet):
    def visible_to(self, user: Any) -> "PersonQuerySet":
        """People of visible teams: nobody is visible without a team that is."""
        from teams.models import Membership

        return self.filter(pk__in=Membership.objects.visible_to(user).values("person"))


class CommitteeQuerySet(TenantQuerySet):
    def visible_to(self, user: Any) -> "CommitteeQuerySet":
        """Committees of the units over which a role is held; to lead a team is no such role."""
        return self.of_units_of(user, user.area_ids)

    def kept_by(self, user: Any) -> "CommitteeQuerySet":
        """Committees that the user may change, and whose phones are told to the user whole."""
        kept = Unit.objects.within(user.unit_ids_with(Right.ROSTER))
        return self.filter(tenant_id=user.tenant_id, unit__in=kept)

    def standing_on(self, day: date) -> "CommitteeQuerySet":
        return self.filter(valid__on=day)

    def with_people(self, *, on: date) -> "CommitteeQuerySet":
        """Each with `people`, how many sit in it on a day."""
        return self.annotate(people=Count("seats", filter=Q(seats__valid__on=on)))


class SeatQuerySet(QuerySet):
    def visible_to(self, user: Any) -> "SeatQuerySet":
        from teams.models import Committee

        return self.filter(committee__in=Committee.objects.visible_to(user))

    def current_on(self, day: date) -> "SeatQuerySet":
        return self.filter(valid__on=day)

    def found(self, words: str) -> "SeatQuerySet":
        """Whose name or office holds the words in their order, with or without accents."""
        return self.filter(search__icontains=fold(words))

    def in_order(self) -> "SeatQuerySet":
        """The head first, then post by post as a Vietnamese roster sorts names."""
        from teams.models import SteeringPost

        ranks = [When(post=post, then=rank) for rank, post in enumerate(SteeringPost)]
        return self.alias(rank=Case(*ranks)).order_by("rank", "sort_key", "pk")


class BatchPartQuerySet(QuerySet):
    """Rows that hang on a batch: its file, and what it would do."""

    def visible_to(self, user: Any) -> "BatchPartQuerySet":
        from teams.models import Batch

        return self.filter(batch__in=Batch.objects.visible_to(user))
