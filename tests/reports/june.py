"""June as an example: what eight teams say, and the totals worked out from it by hand."""

from reports.models import Status
from tests.reports.by_hand import Sum

DRAFT, SUBMITTED, RETURNED = Status.DRAFT, Status.SUBMITTED, Status.RETURNED
APPROVED = Status.APPROVED

# Of adults, households and residents: a number, zero, not applicable, and not said at all.
JUNE = [
    ("hg-1a", APPROVED, {"adults": 10, "households": 0, "residents": None}),
    ("hg-1b", APPROVED, {"adults": 5, "residents": None}),
    ("hg-2", SUBMITTED, {"adults": 100, "zalo_followers": 1}),
    ("bd-1", APPROVED, {"residents": 3}),
    ("bd-2", DRAFT, {"adults": 100}),
    ("ct-1", RETURNED, {"adults": 100}),
    ("viettel", APPROVED, {"adults": 1}),
    ("vnpt", APPROVED, {"adults": 1000, "ocop_products": None}),
]
TOTALS = {
    "06691": Sum(
        {"adults": 15, "households": 0, "residents": None},
        {"adults": 2, "households": 1}, {"residents": 2},
        expected=3, submitted=3, approved=2,
    ),
    "06688": Sum({"residents": 3}, {"residents": 1}, {}, expected=2, submitted=1, approved=1),
    "06757": Sum(expected=2),
    "193": Sum(
        {"adults": 16, "households": 0, "residents": 3},
        {"adults": 3, "households": 1, "residents": 1}, {"residents": 2},
        expected=6, submitted=5, approved=4,
    ),
    "195": Sum(expected=2),
    "22": Sum(
        {"adults": 1016, "households": 0, "residents": 3, "ocop_products": None},
        {"adults": 4, "households": 1, "residents": 1}, {"residents": 2, "ocop_products": 1},
        expected=9, submitted=6, approved=5,
    ),
}  # fmt: skip
