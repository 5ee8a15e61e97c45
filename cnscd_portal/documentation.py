"""Whether the documents tell the truth: what they name exists, and what has to be named is named.

Only code spans, shell blocks and links are judged, for prose cannot be. Nothing here needs the
database, and every fault is one line that says where it is.
"""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from accounts.roles import Role

ROOT = Path(settings.BASE_DIR)
APPS = ("accounts", "cnscd_portal", "reports", "targets", "teams", "training", "units")
# Where a name that a document uses may come from; tests and migrations would keep the dead alive.
SOURCES = ("*.py", "*.toml", "*.html", "*.js", "*.mjs", "*.css")
# These stand on a machine that runs the portal, not in the repository.
BUILT = (".data", ".env", ".venv", "node_modules")
# Programs and words of PostgreSQL that documents may name.
FOREIGN = {"pg_dump", "pg_restore", "row_security", "jsonb_each_text"}

# Modules that are doors, models or wiring. Every other module of these apps holds domain functions.
SHELVES = {
    *("admin", "addresses", "api", "apps", "backends", "doors", "exports", "forms", "imports"),
    *("models", "querysets", "roles", "serializers", "tasks", "urls", "views", "walls"),
}

SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
MODULE = re.compile(r"python3? -m ([\w.]+)")
VARIABLE = re.compile(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b")
PATH = re.compile(
    r"[\w.*<>-]+(?:/[\w.*<>-]*)+|[\w.-]*\.(?:py|md|toml|yml|csv|html|po|lock|example)"
)
READ = re.compile(r"\b(?:env(?:_bool|_list)?\(|environ(?:\.get\(|\[))\"(\w+)\"")
NAME = re.compile(r"\w+(?:\.\w+)*")
NAMELIKE = re.compile(r"[a-z]\w*_\w+|[A-Z][a-z]+[A-Z]\w*|[A-Za-z_]\w*(?:\.\w+)+")


def faults() -> list[str]:
    """Everything that is wrong with the documents of the project; none is right."""
    found = [fault for path in documents() for fault in faults_in(path)]
    found += orphans()
    found += unnamed("\n".join(map(_text, documents())))
    found += environment_faults(_text(ROOT / ".env.example"))
    found += changelog_faults(_text(ROOT / "CHANGELOG.md"))
    found += [fault for path in _modules() for fault in module_faults(path)]
    for path in sorted((ROOT / "fixtures" / "catalogue").glob("team-month-*.toml")):
        found += catalogue_faults(path)
    return found


def documents() -> list[Path]:
    """README first, then CHANGELOG, then everything under `docs`."""
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


# -- What there is --------------------------------------------------------------------------------


@cache
def make_targets() -> list[str]:
    """The targets that `make help` lists."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return re.findall(r"^([a-z][a-z-]*):.*##", makefile, flags=re.MULTILINE)


@cache
def environment() -> set[str]:
    """The variables that the settings and the Compose file read."""
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    module = (ROOT / "cnscd_portal" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r"\$\{(\w+)", compose)) | set(re.findall(READ, module))


@cache
def _words() -> set[str]:
    """Every word of the sources, and the names of their files."""
    words: set[str] = set()
    for path in _sources():
        words |= {path.stem, path.name, path.suffix[1:]}
        words |= set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return words


def _sources() -> Iterator[Path]:
    for folder in (*APPS, "assets", "bench", "fixtures", "static", "templates"):
        for pattern in SOURCES:
            for path in (ROOT / folder).rglob(pattern):
                if "migrations" not in path.relative_to(ROOT).parts:
                    yield path
    yield ROOT / "pyproject.toml"
    yield ROOT / "docker-compose.yml"
    yield ROOT / "Makefile"


def _modules() -> Iterator[Path]:
    """The modules that say what they are for; a command says it in its `help`."""
    silent = {"__init__.py", "apps.py", "urls.py"}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            folders = {*path.relative_to(ROOT).parts}
            if path.name not in silent and not {"migrations", "commands", "formats"} & folders:
                yield path


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _place(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


# -- What a document names ------------------------------------------------------------------------


def faults_in(document: Path) -> list[str]:
    """What a document names that does not exist."""
    if not document.exists():
        return [f"{_place(document)}: the file is missing"]
    found = []
    fence = ""
    for number, line in enumerate(_text(document).splitlines(), start=1):
        if line.lstrip().startswith("```"):
            fence = "" if fence else line.strip()[3:] or "text"
        else:
            faults = _line_faults(line, fence, document)
            found += [f"{_place(document)}:{number}: {fault}" for fault in faults]
    return found


def _line_faults(line: str, fence: str, document: Path) -> Iterator[str]:
    """Of the blocks between fences only those for a shell are read."""
    if fence:
        yield from _command_faults(line) if fence == "sh" else ()
        return
    for span in SPAN.findall(line):
        yield from _span_faults(span, document.parent)
    for target in LINK.findall(SPAN.sub("", line)):
        yield from _link_faults(target, document)


def _span_faults(span: str, folder: Path) -> Iterator[str]:
    yield from _command_faults(span)
    called = re.sub(r"\(.*\)$", "", span)
    if span.startswith("/"):
        yield from _address_faults(span)
    elif re.fullmatch(PATH, span) and re.search(r"[A-Za-z]", span):
        if not _file_exists(span, folder):
            yield f"`{span}` is no file here"
    elif re.fullmatch(NAME, called) and re.fullmatch(NAMELIKE, called):
        unknown = [part for part in called.split(".") if part not in _words() | FOREIGN]
        if unknown:
            yield f"`{span}` is no name in the code"


def _command_faults(text: str) -> Iterator[str]:
    for pattern, exists, fault in CLAIMS:
        for name in pattern.findall(text):
            if not exists(name):
                yield fault.format(name)


def _link_faults(target: str, document: Path) -> Iterator[str]:
    if re.match(r"[a-z]+:", target):
        return
    path, _, heading = target.partition("#")
    file = document.parent / path if path else document
    if not file.exists():
        yield f"the link to {target} leads nowhere"
    elif heading and heading not in _headings(file):
        yield f"the link to {target} names no heading there"


def _address_faults(address: str) -> Iterator[str]:
    try:
        resolve(address)
    except Resolver404:
        yield f"`{address}` is no address of the portal"


def _file_exists(name: str, folder: Path) -> bool:
    if name.startswith(BUILT):
        return True
    pattern = re.sub(r"<[^>]*>", "*", name.rstrip("/"))
    if "/" in pattern:
        return any(any(place.glob(pattern)) for place in (ROOT, folder))
    folders = (ROOT / part for part in (*APPS, "docs", "fixtures", "locale", "templates", "tests"))
    return (ROOT / pattern).exists() or any(any(each.rglob(pattern)) for each in folders)


def _is_missing(module: str) -> bool:
    try:
        return find_spec(module) is None
    except ModuleNotFoundError:
        return True


def _is_read(variable: str) -> bool:
    return variable in environment() | _words() or hasattr(settings, variable)


def _headings(file: Path) -> set[str]:
    """The anchors that a reader's program makes of the headings of a document."""
    titles = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


CLAIMS: list[tuple[re.Pattern[str], Callable[[str], bool], str]] = [
    (MAKE, lambda name: name in make_targets(), "`make {}` is no target of the Makefile"),
    (COMMAND, lambda name: name in get_commands(), "`manage.py {}` is no management command"),
    (MODULE, lambda name: not _is_missing(name), "`python -m {}` is no module"),
    (VARIABLE, lambda name: _is_read(name), "`{}` is no environment variable, setting or constant"),
]


# -- What has to be named -------------------------------------------------------------------------


def unnamed(text: str) -> list[str]:
    """What `text`, all documents together, leaves out: targets, commands, roles and apps."""
    spans = set(SPAN.findall(text))
    faults = [
        f"no document names `make {each}`" for each in make_targets() if f"make {each}" not in text
    ]
    faults += [
        f"no document names `manage.py {name}`"
        for name, app in sorted(get_commands().items())
        if app in APPS and f"manage.py {name}" not in text
    ]
    faults += [f"no document names the role `{role}`" for role in Role.values if role not in spans]
    faults += [f"no document names the app `{app}/`" for app in APPS if f"{app}/" not in spans]
    return faults


def orphans() -> list[str]:
    """Documents that no link leads to from README.md."""
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        if document in reached or not document.exists():
            continue
        reached.add(document)
        if document.suffix == ".md":
            for target in LINK.findall(document.read_text(encoding="utf-8")):
                waiting.append((document.parent / target.partition("#")[0]).resolve())
    return [
        f"{_place(path)}: no link leads here from README.md"
        for path in documents()
        if path not in reached
    ]


def environment_faults(example: str) -> list[str]:
    """Where `.env.example` and the variables that are read differ; secrets stand empty there."""
    given: dict[str, str] = {}
    faults = []
    before = ""
    for line in example.splitlines():
        if match := re.match(r"(?:# )?([A-Z][A-Z0-9_]*)=(.*)", line):
            name, value = match.groups()
            given[name] = value
            if not before.startswith("# "):
                faults.append(f".env.example: no comment stands above {name}")
            if name.endswith(("PASSWORD", "SECRET_KEY")) and value:
                faults.append(f".env.example: {name} is a secret and stands empty")
        before = line
    faults += [f".env.example: {name} is missing" for name in sorted(environment() - set(given))]
    faults += [f".env.example: nothing reads {name}" for name in given if name not in environment()]
    return faults


def changelog_faults(text: str) -> list[str]:
    """A change that no release has yet stands under a heading of its own."""
    return [] if "## [Unreleased]" in text else ["CHANGELOG.md: no section [Unreleased]"]


def module_faults(path: Path) -> list[str]:
    """A module says what it is for, and a public function of the domain what it promises.

    A function of one statement may leave that to its name.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    faults = [] if ast.get_docstring(tree) else [f"{_place(path)}: the module has no docstring"]
    if SHELVES & {path.stem, path.parent.name} or not _is_of_the_domain(path):
        return faults
    return faults + [
        f"{_place(path)}:{node.lineno}: {node.name} has no docstring"
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and len(node.body) > 1
        and not ast.get_docstring(node)
    ]


def _is_of_the_domain(path: Path) -> bool:
    """Not `cnscd_portal`, which binds the apps together; a file from elsewhere counts as one."""
    return not path.is_relative_to(ROOT / "cnscd_portal")


def catalogue_faults(path: Path) -> list[str]:
    """A figure is documented where it is declared, in both languages, help too if there is any."""
    declared = tomllib.loads(path.read_text(encoding="utf-8"))
    rows = [each for section in declared["sections"] for each in section["indicators"]]
    faults = [_gaps(each, ("label", "unit"), ("help",)) for each in rows]
    faults += [_gaps(each, ("label",)) for each in (*declared["sections"], *declared["ratios"])]
    return [f"{_place(path)}: {fault}" for fault in faults if fault]


def _gaps(declared: dict[str, Any], always: tuple[str, ...], perhaps: tuple[str, ...] = ()) -> str:
    names = [*always, *(name for name in perhaps if {f"{name}_vi", f"{name}_en"} & set(declared))]
    keys = [f"{name}_{language}" for name in names for language in ("vi", "en")]
    gaps = [key for key in keys if not declared.get(key, "").strip()]
    return f"{declared['code']} has no {', '.join(gaps)}" if gaps else ""
