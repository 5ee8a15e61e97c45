"""A June in which some have reported: what was written, and what it adds up to.

| unit      | guided | adults | of them paying | approved | submitted | expected |
|-----------|--------|--------|----------------|----------|-----------|----------|
| Hồng Gai  | 1.038  | 150    | 100            | 2        | 3         | 3        |
| Hạ Long   | 1.050  | 180    | 130            | 3        | 4         | 6        |
| Quảng Ninh| 1.050  | 180    | 130            | 3        | 4         | 9        |
| Hải Dương | 500    | 20     | 5              | 1        | 1         | 3        |
| Việt Nam  | 1.550  | 200    | 135            | 4        | 5         | 12       |
"""

from reports import rollup
from reports.figures import Values
from reports.models import Status
from tests.cast import Cast, Enter, lead_reports

HERE: list[tuple[str, Status, Values]] = [
    ("hg-1a", Status.APPROVED,
     {"residents_guided": 1038, "adults": 100, "adults_paying": 90, "ocop_products": None}),
    ("hg-1b", Status.APPROVED,
     {"residents_guided": 0, "adults": 50, "adults_paying": 10, "ocop_products": None}),
    ("bd-1", Status.APPROVED, {"residents_guided": 12, "adults": 30, "adults_paying": 30}),
    ("hg-2", Status.SUBMITTED, {"residents_guided": 7}),
    ("ct-1", Status.DRAFT, {"residents_guided": 9}),
]  # fmt: skip
ELSEWHERE: list[tuple[str, Status, Values]] = [
    ("pl-1", Status.APPROVED, {"residents_guided": 500, "adults": 20, "adults_paying": 5}),
]


def report_june(cast: Cast, enter: Enter) -> None:
    for admin, wanted in ((cast.admin, HERE), (cast.stranger, ELSEWHERE)):
        with enter(admin):
            lead_reports(cast, wanted)
    sweep(cast, enter)


def sweep(cast: Cast, enter: Enter) -> None:
    for admin in (cast.admin, cast.stranger):
        with enter(admin):
            rollup.sweep(admin.tenant_id)
