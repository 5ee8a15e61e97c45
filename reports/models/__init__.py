"""The catalogue of figures, the months, the reports, the totals derived from them, and the public
services."""

from reports.models.checking import Check
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
    "DirtyTotal",
    "Form",
    "Indicator",
    "Period",
    "PublicService",
    "Ratio",
    "Report",
    "ReportStep",
    "Section",
    "ServiceAgency",
    "ServiceFigure",
    "Status",
    "Total",
]
