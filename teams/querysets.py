"""How teams and their people are asked for."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.roles import Right
from units import clock
from units.models import Unit
from units.querysets import TenantQuerySet


class TeamQuerySet(TenantQuerySet):
    def visible_to(self, user: Any) -> "TeamQuerySet":
        """Teams of the units where a role is held; a team leader sees the teams they lead."""
        return self._in_or_led(user, user.area_ids)

    def editable_by(self, user: Any) -> "TeamQuerySet":
        """Teams whose figures the user may enter."""
        fills = user.unit_ids_with(Right.FILL)
        return self._in_or_led(user, [pk for pk in user.area_ids if pk in fills])

    def _in_or_led(self, user: Any, roots: list[int]) -> "TeamQuerySet":
        rows = self if user.reads_all_tenants else self.filter(tenant_id=user.tenant_id)
        reached = Q(unit__in=Unit.objects.within(roots))
        if user.leads_teams:
            from teams.models import Membership

            reached |= Q(pk__in=Membership.objects.of_leader(user).values("team"))
        return rows.filter(reached)

    def active_on(self, day: date) -> "TeamQuerySet":
        return self.filter(active__on=day)

    def within(self, unit: Unit, *, on: date) -> "TeamQuerySet":
        """Teams on `unit` or below it in the tree of a day."""
        return self.filter(unit__in=Unit.objects.under(unit, on=on))


class TeamPartQuerySet(QuerySet):
    """Rows that hang on a team: areas and memberships."""

    def visible_to(self, user: Any) -> "TeamPartQuerySet":
        from teams.models import Team

        return self.filter(team__in=Team.objects.visible_to(user))


class MembershipQuerySet(TeamPartQuerySet):
    def leading(self) -> "MembershipQuerySet":
        """Of leaders and deputies: those who enter the team's figures."""
        from teams.models import Post

        return self.filter(post__in=Post.leading())

    def of_leader(self, user: Any) -> "MembershipQuerySet":
        """Where the user is leader or deputy today."""
        return self.leading().current_on(clock.today()).filter(person__user=user)

    def current_on(self, day: date) -> "MembershipQuerySet":
        return self.filter(valid__on=day)


class PersonQuerySet(QuerySet):
    def visible_to(self, user: Any) -> "PersonQuerySet":
        """People of visible teams: nobody is visible without a team that is."""
        from teams.models import Membership

        return self.filter(pk__in=Membership.objects.visible_to(user).values("person"))
