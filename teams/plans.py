"""What would a sheet change? The plan of an import, row by row; nothing is written here."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple, Self

from teams.models import BatchRow

Outcome = BatchRow.Outcome

# One for all rows: to make one takes longer than what it encodes.
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


class Problem(NamedTuple):
    """Why a cell is refused. `near` are values that may have been meant, to be chosen among."""

    key: str
    why: str
    near: tuple[str, ...] = ()


class Doubt(NamedTuple):
    """What looks wrong in a figure and wants a word before it counts. `page` is where that is
    given: the name of a page, with what its address takes."""

    key: str
    said: str
    page: tuple[Any, ...]


@dataclass(slots=True)
class Line:
    """What becomes of one row, or of somebody whom the file leaves out (`number` None)."""

    number: int | None
    title: str
    outcome: str = Outcome.UNCHANGED
    # Each (the column's key, what stands now, what would stand).
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)
    # What is known of somebody or something new, without blanks: told as changes from nothing.
    gives: Mapping[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def becomes(self, outcome: str) -> None:
        """What is refused stays refused."""
        if not self.problems:
            self.outcome = outcome

    def refuse(self, key: str, why: str, near: tuple[str, ...] = ()) -> None:
        self.outcome = Outcome.REFUSED
        self.problems.append(Problem(key, why, near))

    def refuse_if(self, key: str, why: str) -> None:
        """Refuses where anything speaks against it; what speaks against nothing is ""."""
        if why:
            self.refuse(key, why)

    @property
    def told(self) -> list[tuple[str, Any, Any]]:
        return [*self.changes, *[(key, None, value) for key, value in self.gives.items()]]


@dataclass
class Plan:
    """`lines`, and in further lists of each subject what would be done, each with its `line`."""

    lines: list[Line] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(str(line.outcome) for line in self.lines))

    def without_refused(self) -> Self:
        """The same lines, with what is done of those that stand."""
        deeds = {each.name: getattr(self, each.name) for each in fields(self)}
        lines = deeds.pop("lines")
        standing = {
            name: [each for each in done if each.line.outcome != Outcome.REFUSED]
            for name, done in deeds.items()
        }
        return replace(self, lines=lines, **standing)


class Digest:
    """The same for the same plan, line by line: what is committed has to be what was shown."""

    def __init__(self) -> None:
        self._said = hashlib.sha256()

    def take(self, line: Line) -> str:
        """Returns what changes, as JSON; days are written as 2024-06-14."""
        changes = encode(line.told)
        self._said.update(f"{line.number} {line.outcome} {line.title} {changes}".encode())
        return changes

    @classmethod
    def of(cls, plan: Plan) -> str:
        digest = cls()
        for line in plan.lines:
            digest.take(line)
        return str(digest)

    def __str__(self) -> str:
        return self._said.hexdigest()


def encode(each: list[Any]) -> str:
    # Most lines have nothing to say of most things.
    return _encode(each) if each else "[]"
