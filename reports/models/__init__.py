"""The catalogue of figures, the months, the reports, the totals derived from them, the public
services, and the legal clock."""

from reports.models.checking import Check
from reports.models.clock import (
    Correction,
    Extension,
    Holiday,
    OwnHoliday,
    ReportingCalendar,
    Shift,
)
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

__all__ = [
    "Check",
    "Correction",
    "DirtyTotal",
    "Extension",
    "Form",
    "Holiday",
    "Indicator",
    "OwnHoliday",
    "Period",
    "PublicService",
    "Ratio",
    "Report",
    "ReportStep",
    "ReportingCalendar",
    "Section",
    "ServiceAgency",
    "ServiceFigure",
    "Shift",
    "Status",
    "Total",
]
