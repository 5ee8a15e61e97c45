"""The plan of an import."""

from dataclasses import dataclass, field

from teams.plans import Line, Plan


@dataclass
class Deed:
    line: Line


@dataclass
class Errands(Plan):
    first: list[Deed] = field(default_factory=list)
    second: list[Deed] = field(default_factory=list)


def test_what_is_refused_stays_told_and_is_not_done() -> None:
    stands, refused = Line(1, "stands"), Line(2, "refused")
    refused.refuse("name", "no")
    refused.refuse_if("name", "")
    plan = Errands([stands, refused], [Deed(refused)], [Deed(stands), Deed(refused)])
    left = plan.without_refused()
    assert left == Errands([stands, refused], [], [Deed(stands)])
    assert len(refused.problems) == 1
