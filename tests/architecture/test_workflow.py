"""The state of a report changes in one module."""

import ast
import re

from tests.architecture.source import faults, in_apps

WRITERS = {
    "Report", "ReportStep", "create", "update", "get_or_create", "update_or_create", "acreate",
    "aupdate", "bulk_create",
}  # fmt: skip
BULK_WRITERS = {"bulk_update", "setattr", "save"}
SQL = re.compile(r"(update|insert into)\s+\"?reports_report(step)?\b", re.IGNORECASE)


def called(node: ast.Call) -> str:
    return getattr(node.func, "attr", None) or getattr(node.func, "id", "")


def names_status(node: ast.AST) -> bool:
    return any(isinstance(each, ast.Constant) and each.value == "status" for each in ast.walk(node))


def changes_status(node: ast.AST) -> bool:
    """`x.status = …`, `.update(status=…)`, `Report(status=…)`, `bulk_update(…, ["status"])`."""
    if isinstance(node, ast.Attribute):
        return node.attr == "status" and isinstance(node.ctx, ast.Store)
    if isinstance(node, ast.Call) and called(node) in WRITERS:
        return any(
            keyword.arg == "status" or (keyword.arg == "defaults" and names_status(keyword.value))
            for keyword in node.keywords
        )
    if isinstance(node, ast.Call) and called(node) in BULK_WRITERS:
        return names_status(node)
    return isinstance(node, ast.Constant) and bool(SQL.search(str(node.value)))


def test_status_is_changed_by_the_workflow_alone() -> None:
    found = faults(
        in_apps(),
        lambda source: [node.lineno for node in source.nodes() if changes_status(node)],
    )
    # By the same table of steps: one report at a time, and many at once.
    assert list(found) == ["reports/batches.py", "reports/recording.py", "reports/workflow.py"]
    assert all(found.values())
