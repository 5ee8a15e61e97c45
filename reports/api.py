"""The same reports and totals for other programs: the same functions, and no rule of its own."""

from contextlib import suppress
from datetime import date
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import SIGNED_IN, holders_of, open_to
from accounts.roles import Right
from reports import entry, filling, judging, workflow
from reports.catalogue import of_period
from reports.models import Period, Report, Total
from reports.serializers import (
    DraftSerializer,
    EnteredSerializer,
    EntrySerializer,
    PeriodSerializer,
    ReportSerializer,
    StepSerializer,
    TotalSerializer,
    UnitSerializer,
    WholeReportSerializer,
)
from reports.steps import STEPS
from teams.models import Team
from units import clock
from units.errors import NotPossibleNow
from units.models import Unit
from units.text import whole_number


@open_to(SIGNED_IN)
class UnitViewSet(viewsets.ReadOnlyModelViewSet):
    """Also those that have ended, since when and until when: totals of the past are theirs."""

    serializer_class = UnitSerializer
    queryset = Unit.objects.none()

    def get_queryset(self) -> Any:
        return Unit.objects.ever_visible_to(self.request.user).order_by("level", "code", "pk")


@open_to(SIGNED_IN)
class PeriodViewSet(viewsets.ReadOnlyModelViewSet):
    serializer_class = PeriodSerializer
    queryset = Period.objects.none()

    def get_queryset(self) -> Any:
        return Period.objects.visible_to(self.request.user)


@open_to(holders_of(Right.OVERVIEW))
class TotalViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """Filter with `?unit=` and `?period=`.

    Each month by the units of its own last day; `?tree=2025-07-01` has those that somebody has seen
    by the units of that day, and no others.
    """

    serializer_class = TotalSerializer
    queryset = Total.objects.none()

    def get_queryset(self) -> Any:
        rows = Total.objects.visible_to(self.request.user).order_by("period", "unit")
        return _filtered(_by_the_units_of(self.request, rows), self.request)


@open_to(holders_of(Right.FILL, Right.REVIEW, Right.OVERVIEW))
class ReportViewSet(viewsets.ReadOnlyModelViewSet):
    """Filter with `?unit=`, `?period=` and `?team=`.

    Figures and words of a report that is not handed in are null for whoever does not fill it in.
    """

    queryset = Report.objects.none()

    def get_serializer_class(self) -> Any:
        return WholeReportSerializer if self.action == "retrieve" else ReportSerializer

    def get_queryset(self) -> Any:
        rows = _told_to(self.request.user).select_related("period", "unit", "form", "updated_by")
        return _filtered(rows.order_by("pk"), self.request)

    @extend_schema(request=StepSerializer, responses=ReportSerializer)
    @action(detail=True, methods=["post"], url_path="steps/(?P<name>[a-z]+)")
    def steps(self, request: Request, pk: str, name: str) -> Response:
        report = self.get_object()
        if name not in STEPS or not STEPS[name].by_hand:
            raise NotFound
        asked = _read(StepSerializer, request)
        report = workflow.apply(report, name, actor=request.user, **asked.validated_data)
        return Response(ReportSerializer(_told_to(request.user).get(pk=report.pk)).data)


@open_to(holders_of(Right.FILL))
class DraftViewSet(viewsets.GenericViewSet):
    """The figures of one team's month: PUT stores all of them as a draft, PATCH single fields."""

    serializer_class = DraftSerializer
    queryset = Team.objects.none()

    def get_queryset(self) -> Any:
        return Team.objects.visible_to(self.request.user)

    @extend_schema(request=DraftSerializer, responses=ReportSerializer)
    @action(detail=True, methods=["put"], url_path="months/(?P<period_id>[0-9]+)")
    def months(self, request: Request, pk: str, period_id: str) -> Response:
        team, period = self._month(period_id)
        sent = _read(DraftSerializer, request)
        report = workflow.save_draft(
            team=team,
            period=period,
            draft=sent.to_draft(),
            version=sent.validated_data["version"],
            actor=request.user,
        )
        # Whoever fills it in reads it.
        report.is_readable = True
        return Response(ReportSerializer(report).data)

    @extend_schema(request=EntrySerializer, responses=EnteredSerializer)
    @months.mapping.patch
    def enter(self, request: Request, pk: str, period_id: str) -> Response:
        team, period = self._month(period_id)
        sent = _read(EntrySerializer, request).validated_data
        entered = entry.enter(team=team, period=period, typed=sent["typed"], actor=request.user)
        report = entered.report
        verdict = judging.of_report(report) if report else judging.Verdict()
        catalogue = of_period(period)
        told = {
            "report": report.pk if report else None,
            "status": report.status if report else None,
            "status_label": report.get_status_display() if report else None,
            "version": report.version if report else 0,
            "at": clock.now(),
            "answers": entered.answers,
            "stored": entry.stored(report, catalogue),
            "problems": verdict.problems,
            "findings": judging.so_far(verdict.findings),
            "blank": len(catalogue.codes) - len(report.values if report else {}),
        }
        return Response(EnteredSerializer(told).data)

    def _month(self, period_id: str) -> tuple[Team, Period]:
        user, months = self.request.user, Period.objects.visible_to(self.request.user)
        try:
            team = self.get_object()
        except Http404:
            pk, period = whole_number(self.kwargs["pk"]), months.filter(pk=period_id).first()
            # A leader no longer sees the team that a decree has ended.
            if pk and period and (after := filling.follower(pk, period, user)):
                raise NotPossibleNow(filling.where_it_goes_on(after, period)) from None
            raise
        return team, get_object_or_404(months.filter(tenant_id=team.tenant_id), pk=period_id)


def _read(serializer: Any, request: Request) -> Any:
    """What was sent, checked; of null REST framework would say in English that it is nothing."""
    asked = serializer(data={} if request.data is None else request.data)
    asked.is_valid(raise_exception=True)
    return asked


def _told_to(user: Any) -> Any:
    return Report.objects.visible_to(user).with_readable(user)


def _by_the_units_of(request: Request, rows: Any) -> Any:
    if "tree" not in request.query_params:
        return rows.as_reported()
    with suppress(ValueError):
        return rows.filter(tree_on=date.fromisoformat(request.query_params["tree"]))
    return rows.none()


def _filtered(rows: Any, request: Request) -> Any:
    """Narrow by the ids in the query; what is not an id matches nothing."""
    for name in ("unit", "period", "team"):
        wanted = request.query_params.get(name)
        if wanted is not None and name in {field.name for field in rows.model._meta.fields}:
            number = whole_number(wanted)
            rows = rows.none() if number is None else rows.filter(**{name: number})
    return rows
