"""How units are asked for."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.db.models import Exists, Lookup, OuterRef, Q, QuerySet, Subquery

from units import clock


@DateRangeField.register_lookup
class On(Lookup):
    """`valid__on=day`: what `valid__contains=day` finds, where many rows are looked through.

    Behind row-level security PostgreSQL may not look into the statistics of a range and takes
    `valid @> day` to hold for one row in 200. After three such tests it expects one row of the
    nation's members, and loops over all of them for minutes. Of coalesce() it expects every second
    row. No index on the range answers it, so `contains` stays where one unit or person is asked of.
    """

    lookup_name = "on"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"coalesce({left} @> {right}::date, false)", [*left_params, *right_params]


class TenantQuerySet(QuerySet):
    """Rows that belong to a tenant and hang on a unit."""

    def visible_to(self, user: Any) -> "TenantQuerySet":
        """Rows on units under those on which `user` holds a role; none for a stranger."""
        return self.of_units_of(user, user.seen_unit_ids)

    def of_units_of(self, user: Any, roots: list[int]) -> "TenantQuerySet":
        from units.models import Unit

        rows = self if user.reads_all_tenants else self.filter(tenant_id=user.tenant_id)
        return rows.filter(unit__in=Unit.objects.last_within(user, roots))


class ProvinceQuerySet(QuerySet):
    def provinces(self) -> "ProvinceQuerySet":
        """Those that stand: neither the nation's office, nor merged into another."""
        return self.filter(is_nation=False, merged_into=None)


class UnitQuerySet(QuerySet):
    def within(self, roots: list[int], *, on: date | None = None) -> "UnitQuerySet":
        """The units at or below any of `roots` in the tree of a day, today's by default."""
        from units.models import Ancestry

        climbs = Ancestry.objects.filter(
            unit=OuterRef("pk"), ancestor__in=roots, valid__on=on or clock.today()
        )
        return self.filter(Exists(climbs))

    def last_within(self, user: Any, roots: list[int]) -> "UnitQuerySet":
        """The units at or below any of the user's `roots` today or, where they have ended, on their
        last day: what hangs on them stays in sight of whoever is still above."""
        from units.models import Ancestry

        until = Q(valid__on=clock.today()) | Q(valid__endswith=OuterRef("valid__endswith"))
        above = user.with_former_provinces(roots)
        climbs = Ancestry.objects.filter(until, unit=OuterRef("pk"), ancestor__in=above)
        return self.filter(Exists(climbs))

    def read_within(self, user: Any, roots: list[int]) -> "UnitQuerySet":
        """The same and what was at or below those that have joined the roots whole: it may be read
        there, and nothing more."""
        return self.last_within(user, user.with_joined(roots))

    def under(self, unit: Any, *, on: date) -> "UnitQuerySet":
        """`unit` and everything below it on that day: the one way down the tree."""
        return self.filter(ancestries__ancestor=unit, ancestries__valid__on=on)

    def among(self, units: Iterable[Any]) -> set[int]:
        """The ids of those of `units` that are in this set."""
        return set(self.filter(pk__in=[unit.pk for unit in units]).values_list("pk", flat=True))

    def children_of(self, unit: Any, *, on: date) -> "UnitQuerySet":
        """The units directly below `unit` on that day, in the order of their codes."""
        return self.filter(placements__parent=unit, placements__valid__contains=on).order_by("code")

    def with_parent_name(self, *, on: date) -> "UnitQuerySet":
        """Each with `parent_name` and `parent_code`, those of the unit above it on that day."""
        from units.models import Placement

        placed = Placement.objects.filter(unit=OuterRef("pk"), valid__contains=on)
        return self.annotate(
            parent_name=Subquery(placed.values("parent__name")[:1]),
            parent_code=Subquery(placed.values("parent__code")[:1]),
        )

    def visible_to(self, user: Any) -> "UnitQuerySet":
        """Units at or under those on which `user` holds a role, in today's tree."""
        rows = self if user.reads_all_tenants else self.filter(tenant_id=user.tenant_id)
        return rows.within(user.seen_unit_ids)

    def ever_visible_to(self, user: Any) -> "UnitQuerySet":
        """The same and those that have ended, for pages of the time in which they stood."""
        rows = self if user.reads_all_tenants else self.filter(tenant_id=user.tenant_id)
        return rows.read_within(user, user.seen_unit_ids)


class DecreeQuerySet(QuerySet):
    def visible_to(self, user: Any) -> "DecreeQuerySet":
        """Those of the user's province: a decree is about all of it."""
        return self.filter(tenant_id=user.tenant_id)
