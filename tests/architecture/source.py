"""The portal's own source, read as text and as syntax trees."""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# Lower ones first: each may know those before it.
ORDER = [["units"], ["accounts"], ["teams"], ["targets", "training"], ["reports"], ["cnscd_portal"]]
APPS = [app for level in ORDER for app in level]


@dataclass(frozen=True)
class Source:
    path: Path

    @property
    def name(self) -> str:
        """As it is written in a test's result: reports/workflow.py."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def app(self) -> str:
        return self.path.relative_to(ROOT).parts[0]

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def nodes(self) -> Iterator[ast.AST]:
        return ast.walk(_tree(self.path))


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def sources(*folders: str) -> list[Source]:
    """What people wrote below these folders: migrations are made by a machine."""
    return [
        Source(path)
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def in_apps() -> list[Source]:
    return sources(*APPS)


def faults(
    among: Iterable[Source], find: Callable[[Source], Iterable[Any]]
) -> dict[str, list[Any]]:
    """What was found, by the name of the file; files without a fault are left out."""
    found = {source.name: sorted(find(source)) for source in among}
    return {name: each for name, each in found.items() if each}
