"""The catalogue of figures, the months, the reports, the totals derived from them and the runs that
derive them, the public services, the legal clock, what figures stand on, what people are told, the
kept census, and tables that others have added up."""

from reports.models.census import CensusMark, KeptCensus
from reports.models.checking import Check
from reports.models.clock import (
    Correction,
    Extension,
    Holiday,
    OwnHoliday,
    ReportingCalendar,
    Shift,
)
from reports.models.declared import Declaration, DeclaredReason, DeclaredRow
from reports.models.evidence import Evidence
from reports.models.notices import Notice
from reports.models.public_services import PublicService, ServiceAgency, ServiceFigure
from reports.models.reporting import (
    DirtyTotal,
    Form,
    Indicator,
    Period,
    Ratio,
    Report,
    ReportStep,
    Section,
    Status,
    Total,
)
from reports.models.runs import RollupRun

__all__ = [
    "CensusMark",
    "Check",
    "Correction",
    "Declaration",
    "DeclaredReason",
    "DeclaredRow",
    "DirtyTotal",
    "Evidence",
    "Extension",
    "Form",
    "Holiday",
    "Indicator",
    "KeptCensus",
    "Notice",
    "OwnHoliday",
    "Period",
    "PublicService",
    "Ratio",
    "Report",
    "ReportStep",
    "ReportingCalendar",
    "RollupRun",
    "Section",
    "ServiceAgency",
    "ServiceFigure",
    "Shift",
    "Status",
    "Total",
]
