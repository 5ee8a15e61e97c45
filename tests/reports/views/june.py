"""A June in which some have reported: what was written, and what it adds up to.

| unit      | guided | adults | of them paying | approved | submitted | expected |
|-----------|--------|--------|----------------|----------|-----------|----------|
| Hồng Gai  | 1.038  | 150    | 100            | 2        | 3         | 3        |
| Hạ Long   | 1.050  | 180    | 130            | 3        | 4         | 6        |
| Quảng Ninh| 1.050  | 180    | 130            | 3        | 4         | 9        |
| Hải Dương | 500    | 20     | 5              | 1        | 1         | 3        |
| Việt Nam  | 1.550  | 200    | 135            | 4        | 5         | 12       |
"""

from typing import Any

from reports import rollup
from reports.models import Status
from tests.cast import Cast, Enter, ReportIn

APPROVED: dict[str, dict[str, Any]] = {
    "hg-1a": {"residents_guided": 1038, "adults": 100, "adults_paying": 90, "ocop_products": None},
    "hg-1b": {"residents_guided": 0, "adults": 50, "adults_paying": 10, "ocop_products": None},
    "bd-1": {"residents_guided": 12, "adults": 30, "adults_paying": 30},
    "pl-1": {"residents_guided": 500, "adults": 20, "adults_paying": 5},
}


def report_june(cast: Cast, report_in: ReportIn, enter: Enter) -> None:
    for team, values in APPROVED.items():
        report_in(Status.APPROVED, team=team, values=values)
    report_in(Status.SUBMITTED, team="hg-2", values={"residents_guided": 7})
    report_in(Status.DRAFT, team="ct-1", values={"residents_guided": 9})
    sweep(cast, enter)


def sweep(cast: Cast, enter: Enter) -> None:
    for admin in (cast.admin, cast.stranger):
        with enter(admin):
            rollup.sweep(admin.tenant_id)
