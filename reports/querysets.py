"""How reports, totals and periods are asked for."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least, TruncDate

from accounts.roles import Right
from teams.models import Team
from units import clock
from units.models import Unit
from units.querysets import TenantQuerySet

if TYPE_CHECKING:
    from units.lineage import Spell


class PeriodQuerySet(QuerySet):
    def visible_to(self, user: Any) -> "PeriodQuerySet":
        """The months of the user's province; of every province for the nation's staff."""
        return self if user.reads_all_tenants else self.filter(tenant_id=user.tenant_id)

    def editable_by(self, user: Any) -> "PeriodQuerySet":
        roots = user.unit_ids_with(Right.PERIODS)
        return self.filter(tenant_id=user.tenant_id) if roots else self.none()

    def to_pick(self, day: date) -> "PeriodQuerySet":
        """The months that have begun, and those opened before they begin; the newest first."""
        opened = ~Q(state=self.model.State.UNOPENED)
        return self.filter(Q(starts_on__lte=day) | opened).order_by("-year", "-month")


class ClockQuerySet(QuerySet):
    def visible_to(self, user: Any) -> "ClockQuerySet":
        """What a province has set for itself, for its own people."""
        return self if user.reads_all_tenants else self.filter(tenant_id=user.tenant_id)


class ExtensionQuerySet(TenantQuerySet):
    def in_force(self, day: date) -> "ExtensionQuerySet":
        return self.filter(until__gte=day, ended_at=None)

    def with_last_on(self) -> "ExtensionQuerySet":
        """Each with `last_on`, the last day on which it holds: sooner than meant where it was taken
        back."""
        # The least leaves out what there is none of.
        return self.annotate(last_on=Least("until", TruncDate("ended_at")))

    def with_tree_on(self) -> "ExtensionQuerySet":
        """Each with `tree_on`, the day in whose tree its unit stands: the last of its month, or the
        day on which it was given where that came later."""
        return self.annotate(tree_on=Greatest("period__ends_on", TruncDate("at")))

    def reaching(self, *, team: Any, unit: Any) -> "ExtensionQuerySet":
        """Those for a team by name, or for a unit at or above its own: in the tree in which they
        were given, so that none is lost, nor gained, by what a decree changes later."""
        from units.models import Ancestry

        above = Ancestry.objects.filter(unit=unit, valid__contains=OuterRef("tree_on"))
        reached = Q(team=team) | Q(team=None, unit__in=above.values("ancestor"))
        return self.with_tree_on().filter(reached)


class ReportQuerySet(TenantQuerySet):
    def visible_to(self, user: Any) -> "ReportQuerySet":
        """Reports of visible units; a team leader sees those of the teams they lead.

        Of a report that is not handed in, only who fills it in or reviews it sees that it is there.
        """
        rows = self if user.reads_all_tenants else self.filter(tenant_id=user.tenant_id)
        works_on = {*user.unit_ids_with(Right.FILL), *user.unit_ids_with(Right.REVIEW)}
        worked = [pk for pk in user.area_ids if pk in works_on]
        reached = Q(unit__in=Unit.objects.last_within(user, worked))
        # What joined a unit whole is read there, and worked on no more.
        if overseen := [pk for pk in user.with_joined(user.area_ids) if pk not in works_on]:
            reached |= self._handed_in() & Q(unit__in=Unit.objects.last_within(user, overseen))
        if user.leads_teams:
            reached |= Q(team__in=Team.objects.visible_to(user))
        return rows.filter(reached)

    def sent_to(self, user: Any) -> "ReportQuerySet":
        """What was sent and not taken back, of all units that the user sees: to be counted and
        named, for what was returned is nobody's to read but who mends it."""
        rows = self if user.reads_all_tenants else self.filter(tenant_id=user.tenant_id)
        reached = Q(unit__in=Unit.objects.read_within(user, user.area_ids))
        if user.leads_teams:
            reached |= Q(team__in=Team.objects.visible_to(user))
        return rows.filter(reached & self._sent()).defer("values", "difficulties", "proposals")

    def readable_by(self, user: Any) -> "ReportQuerySet":
        """Visible reports whose figures and words the user may read, see `with_readable`."""
        return self.visible_to(user).filter(self._readable(user))

    def with_readable(self, user: Any) -> "ReportQuerySet":
        """Each with `is_readable`: what is not handed in, only who fills it in may read."""
        return self.annotate(is_readable=self._readable(user))

    def with_sent_at(self) -> "ReportQuerySet":
        """Each with `sent_at`, when it was first sent since it was last taken back.

        To mend what was returned takes time, and so does the reviewer: neither makes a report late.
        """
        from reports.models import ReportStep

        taken_back = ReportStep.objects.filter(
            report=OuterRef("report"), name="withdraw", version__gt=OuterRef("version")
        )
        sent = ReportStep.objects.filter(~Exists(taken_back), report=OuterRef("pk"), name="submit")
        return self.annotate(sent_at=Subquery(sent.order_by("version").values("at")[:1]))

    def with_was_locked(self) -> "ReportQuerySet":
        """Each with `was_ever_locked`, which asks no statement of its own."""
        from reports.models import ReportStep

        locks = ReportStep.objects.filter(report=OuterRef("pk"), name="lock")
        return self.annotate(was_ever_locked=Exists(locks))

    def sent_late(self) -> "ReportQuerySet":
        """Those sent after the deadline, as `reports.periods.days_late` counts: that of the
        teams, or the last day of the time that they were given."""
        from reports.models import Extension

        given = Extension.objects.with_last_on().filter(period=OuterRef("period"))
        given = given.reaching(team=OuterRef("team"), unit=OuterRef(OuterRef("unit")))
        until = Subquery(given.order_by("-last_on").values("last_on")[:1])
        # The greatest leaves out what there is none of.
        of_month = Coalesce("due_on", "period__team_due_on")
        due = Greatest(of_month, until)
        # Most were in time even when they were sent last, and their steps need no look.
        last = self.filter(self._sent(), submitted_at__date__gt=of_month)
        return last.with_sent_at().filter(sent_at__date__gt=due)

    def writable_now(self) -> "ReportQuerySet":
        """Reports of open months, and of locked ones for which the team has more time."""
        from reports.models import Extension, Period

        extended = (
            Extension.objects.in_force(clock.today())
            .filter(period=OuterRef("period"))
            .reaching(team=OuterRef("team"), unit=OuterRef(OuterRef("unit")))
        )
        is_open = Q(period__state=Period.State.OPEN)
        return self.filter(is_open | (Q(period__state=Period.State.LOCKED) & Exists(extended)))

    def _readable(self, user: Any) -> Q:
        return self._handed_in() | Q(team__in=Team.objects.editable_by(user))

    def _sent(self) -> Q:
        """Also what was returned since, and is being mended."""
        from reports.models import Status

        return ~Q(status=Status.DRAFT)

    def _handed_in(self) -> Q:
        from reports.models import Status

        return ~Q(status__in=Status.editable())

    def editable_by(self, user: Any) -> "ReportQuerySet":
        """Reports whose figures the user may enter."""
        return self.visible_to(user).filter(team__in=Team.objects.editable_by(user))

    def with_right(self, user: Any, right: Right) -> "ReportQuerySet":
        """Reports on units that a right of the user reaches."""
        return self.filter(
            tenant_id=user.tenant_id,
            unit__in=Unit.objects.last_within(user, user.unit_ids_with(right)),
        )


class ReportPartQuerySet(QuerySet):
    def visible_to(self, user: Any) -> "ReportPartQuerySet":
        from reports.models import Report

        return self.filter(report__in=Report.objects.visible_to(user))


class EvidenceQuerySet(QuerySet):
    def visible_to(self, user: Any) -> "EvidenceQuerySet":
        """That of reports whose figures the user may read."""
        from reports.models import Report

        return self.filter(report__in=Report.objects.readable_by(user))

    def attached(self) -> "EvidenceQuerySet":
        return self.filter(removed_at=None)

    def removed(self) -> "EvidenceQuerySet":
        """The last that was removed first."""
        return self.exclude(removed_at=None).order_by("-removed_at", "-pk")


class TotalQuerySet(TenantQuerySet):
    """Totals of an area are for those who oversee it, so a team leader sees none."""

    def as_reported(self) -> "TotalQuerySet":
        """Those in the tree of their own month, and not as restated under another day's."""
        return self.filter(tree_on=F("period__ends_on"))

    def in_tree(self, spell: "Spell | None") -> "TotalQuerySet":
        """Those in the tree of a spell, see `units.lineage`; with None `as_reported`."""
        if spell is None:
            return self.as_reported()
        own = Q(period__ends_on__gte=spell.since)
        if spell.until:
            own &= Q(period__ends_on__lt=spell.until)
        restated = Value(spell.since, DateField())
        return self.filter(tree_on=Case(When(own, F("period__ends_on")), default=restated))

    def to_read(self) -> "TotalQuerySet":
        """Without what no page shows: a document less in every row."""
        return self.defer("not_applicable")

    def visible_to(self, user: Any) -> "TotalQuerySet":
        return self.of_units_of(user, user.with_joined(user.unit_ids_with(Right.OVERVIEW)))


class RunQuerySet(QuerySet):
    def visible_to(self, user: Any) -> "RunQuerySet":
        """Those of the province whose periods the user keeps; of every province for the nation's
        staff."""
        if user.reads_all_tenants:
            return self
        return self.filter(tenant_id=user.tenant_id) if user.holds(Right.PERIODS) else self.none()


class DeclarationQuerySet(TenantQuerySet):
    """Tables of an area are for those who oversee it, as totals are."""

    def visible_to(self, user: Any) -> "DeclarationQuerySet":
        return self.of_units_of(user, user.unit_ids_with(Right.OVERVIEW))


class DeclaredPartQuerySet(QuerySet):
    def visible_to(self, user: Any) -> "DeclaredPartQuerySet":
        from reports.models import Declaration

        return self.filter(declaration__in=Declaration.objects.visible_to(user))


class KeptCensusQuerySet(TenantQuerySet):
    """Counts are of those who oversee the unit, as totals are."""

    def visible_to(self, user: Any) -> "KeptCensusQuerySet":
        return self.of_units_of(user, user.unit_ids_with(Right.OVERVIEW))

    def holding(self) -> "KeptCensusQuerySet":
        """Those that no change has made doubtful."""
        from reports.models import CensusMark

        marks = CensusMark.objects.filter(
            tenant_id=OuterRef("tenant_id"), days__contains=OuterRef("on")
        )
        return self.exclude(Exists(marks))


class NoticeQuerySet(QuerySet):
    def visible_to(self, user: Any) -> "NoticeQuerySet":
        """A person's own; nobody reads those of others."""
        return self.filter(to=user, tenant_id=user.tenant_id)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def to_mail(self, moment: datetime) -> "NoticeQuerySet":
        """Those whose turn to be mailed has come, the oldest first."""
        return self.filter(mail_from__lte=moment).order_by("mail_from", "pk")
