"""The plan of an import."""

from dataclasses import dataclass, field

from teams.plans import Digest, Line, Outcome, Plan


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


def test_digest_tells_plans_apart_by_all_that_a_preview_shows() -> None:
    lines = [
        Line(1, "Lê Hoa"),
        Line(2, "Lê Hoa"),
        Line(1, "Lê Hà"),
        # Nothing changes of somebody who is refused, either.
        Line(1, "Lê Hoa", outcome=Outcome.REFUSED),
        Line(1, "Lê Hoa", changes=[("post", "member", "deputy")]),
    ]
    digests = {Digest.of(Plan([line])) for line in lines}
    assert len(digests) == len(lines)
    assert Digest.of(Plan([Line(1, "Lê Hoa")])) in digests
