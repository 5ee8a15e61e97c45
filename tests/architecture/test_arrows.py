"""What import-linter cannot see: names in strings, and the framework's own modules."""

import ast
import re

from tests.architecture.source import APPS, ORDER, Source, faults, in_apps

# A door may know the web and the queue; everything else is domain, and may not.
DOORS = {
    "addresses.py", "admin.py", "api.py", "apps.py", "backends.py", "doors.py", "exports.py",
    "forms.py", "imports.py", "lockout.py", "serializers.py", "sessions.py", "tasks.py", "urls.py",
    "views.py",
}  # fmt: skip
DOOR_FOLDERS = {"views", "management", "templatetags"}
WEB = re.compile(
    r"(rest_framework|drf_spectacular|celery|kombu|redis"
    r"|django\.(http|shortcuts|views|urls|template|contrib\.messages|core\.paginator))(\.|$)"
)
LEVEL = {app: number for number, level in enumerate(ORDER) for app in level}
A_MODEL = re.compile(rf"({'|'.join(APPS)})\.[A-Z][A-Za-z]+")


def is_door(source: Source) -> bool:
    return source.path.name in DOORS or not DOOR_FOLDERS.isdisjoint(source.path.parts)


def domain() -> list[Source]:
    return [source for source in in_apps() if source.app != "cnscd_portal" and not is_door(source)]


def imported(source: Source) -> set[str]:
    """The modules that a file imports, at its top or inside a function."""
    found: set[str] = set()
    for node in source.nodes():
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def may_know(app: str, other: str) -> bool:
    return app == other or LEVEL[other] < LEVEL[app]


def test_domain_is_found() -> None:
    names = {source.name for source in domain()}
    assert {"reports/workflow.py", "reports/rollup.py", "units/tree.py"} <= names
    assert {"reports/tasks.py", "accounts/views.py"}.isdisjoint(names)


def test_domain_does_not_know_the_web_or_the_queue() -> None:
    assert faults(
        domain(), lambda source: [module for module in imported(source) if WEB.match(module)]
    ) == {}  # fmt: skip


def test_app_imports_no_app_above_it() -> None:
    def above(source: Source) -> list[str]:
        named = {module.split(".")[0] for module in imported(source)} & set(APPS)
        return [app for app in named if not may_know(source.app, app)]

    assert faults(in_apps(), above) == {}


def test_app_names_no_model_of_an_app_above_it() -> None:
    """A foreign key written as a string is an arrow too. AUTH_USER_MODEL names no app."""

    def above(source: Source) -> list[str]:
        named = {
            node.value
            for node in source.nodes()
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        return [
            text
            for text in named
            if A_MODEL.fullmatch(text) and not may_know(source.app, text.split(".")[0])
        ]

    assert faults(in_apps(), above) == {}


def test_units_do_not_know_of_accounts() -> None:
    """AUTH_USER_MODEL is an arrow as well: it may be named above the accounts only."""
    naming = {source.app for source in in_apps() if "AUTH_USER_MODEL" in source.text}
    assert naming == {"teams", "reports", "cnscd_portal"}
