"""The public services of a province: each figure with a period and a definition of its own."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from reports import kpi
from reports.kpi import Rate
from reports.models import PublicService, ServiceAgency, ServiceFigure
from units.models import Unit


@dataclass
class Line:
    """One service; `figure` None means that nothing was reported of it."""

    service: PublicService
    agency: ServiceAgency | None
    figure: ServiceFigure | None

    @property
    def rate(self) -> Rate | None:
        """None for a plain count, which has no whole to be a part of."""
        if self.figure is None or self.figure.denominator is None:
            return None
        return Rate(self.figure.numerator, self.figure.denominator)


@dataclass
class Family:
    """Services that may be added up where they share a period and a definition."""

    name: str
    lines: list[Line]

    @property
    def added_up(self) -> list[Line]:
        """The lines whose rates the family's rate is made of; fewer than two make no sum."""
        rated = [line for line in self.lines if line.figure and line.rate]
        kinds = {(line.figure.measure, line.figure.period) for line in rated if line.figure}
        return rated if len(rated) > 1 and len(kinds) == 1 else []

    @property
    def rate(self) -> Rate | None:
        """Part by part, never the mean of percentages: 53.963/108.292, not 41,52%."""
        rates = [line.rate for line in self.added_up if line.rate]
        return kpi.total(rates) if rates else None


def families(unit: Unit, user: Any) -> list[Family]:
    """The 25 services in their families, with what `unit` last reported of each."""
    figures = {
        figure.service_id: figure
        for figure in ServiceFigure.objects.visible_to(user).filter(unit=unit).order_by("period")
    }
    services = PublicService.objects.visible_to(user).prefetch_related("agencies")
    lines = [_line(service, figures.get(service.pk)) for service in services]
    return [
        Family(name, list(group))
        for name, group in groupby(lines, lambda line: line.service.family)
    ]


def _line(service: PublicService, figure: ServiceFigure | None) -> Line:
    agencies = list(service.agencies.all())
    on = figure.period.lower if figure else None
    answering = [
        agency
        for agency in agencies
        if on is None
        or (agency.valid.lower <= on and (not agency.valid.upper or on < agency.valid.upper))
    ]
    return Line(service, answering[0] if answering else agencies[0], figure)
