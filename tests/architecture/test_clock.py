"""What day it is for the portal's business is known in one place."""

import ast

from tests.architecture.source import Source, faults, in_apps

# Who may ask the system's clock, and what for.
REAL_CLOCK = {
    "units/clock.py": "the one place that knows",
    "reports/notices.py": "from when on a letter may be mailed",
    "reports/post.py": "when a letter is tried again",
    "reports/tasks.py": "which letters are due",
    "reports/evidence.py": "how old a file of the storage is, which tells its own time",
    "reports/upkeep.py": "how long a mark has waited, which the database dates",
    "teams/corrections.py": "how old a row of the history is, which the database dates",
}
CLOCKS = {"now", "today", "utcnow", "localdate", "localtime", "Now"}
OWNERS = {"timezone", "date", "datetime", "functions"}


def asks(node: ast.AST) -> bool:
    """Whether the present is asked for: `localdate(moment)` is of another one."""
    if not isinstance(node, ast.Call) or node.args or node.keywords:
        return False
    match node.func:
        case ast.Name(id=name):
            return name in CLOCKS
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return name in CLOCKS and owner in OWNERS
    return False


def asked(source: Source) -> list[str]:
    return [f"line {node.lineno}" for node in source.nodes() if asks(node)]  # type: ignore[attr-defined]


def test_clock_of_the_system_is_asked_where_it_is_meant() -> None:
    assert set(faults(in_apps(), asked)) == set(REAL_CLOCK)
