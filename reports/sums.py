"""A sum as pages read it: figures of a unit, and how complete they are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from reports.kpi import Rate
from reports.models import Ratio, Total


@dataclass
class Sum:
    """Figures of a unit, and how many reporters stand behind each.

    A code missing from `values` was reported by nobody; None means that it applies to nobody.
    """

    values: dict[str, int | None] = field(default_factory=dict)
    gave: dict[str, int] = field(default_factory=dict)
    expected: int = 0
    submitted: int = 0
    approved: int = 0
    computed_at: datetime | None = None

    @classmethod
    def of(cls, total: Total) -> "Sum":
        return cls(
            values=total.values,
            gave=total.gave,
            expected=total.expected,
            submitted=total.submitted,
            approved=total.approved,
            computed_at=total.computed_at,
        )

    def rate(self, ratio: Ratio) -> Rate:
        return Rate(self.values.get(ratio.numerator.code), self.values.get(ratio.denominator.code))

    @property
    def approved_rate(self) -> Rate:
        return Rate(self.approved, self.expected)

    @property
    def submitted_rate(self) -> Rate:
        return Rate(self.submitted, self.expected)

    @property
    def is_final(self) -> bool:
        """Whether everybody who was expected has reported and was approved."""
        return bool(self.expected) and self.approved >= self.expected


def add_up(sums: Iterable[Sum]) -> Sum:
    """The sum over units that have no common total: the provinces of the nation."""
    whole = Sum()
    for part in sums:
        for code, value in part.values.items():
            held = whole.values.get(code)
            whole.values[code] = value if held is None else held + (value or 0)
        for code, count in part.gave.items():
            whole.gave[code] = whole.gave.get(code, 0) + count
        whole.expected += part.expected
        whole.submitted += part.submitted
        whole.approved += part.approved
        moments = [each for each in (whole.computed_at, part.computed_at) if each]
        whole.computed_at = max(moments, default=None)
    return whole
