"""Translations without the gettext programs, which a newcomer does not have.

Django's templates become something like Python by Django's own `templatize`, and Babel reads that
and the Python files alike, keeps the .po file and writes the .mo file. Texts of other packages that
they leave in English stand in `borrowed_texts`, and so in the same file.
"""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PO = Path("vi/LC_MESSAGES/django.po")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "ngettext_noop": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
SOURCES = ("accounts", "cnscd_portal", "reports", "targets", "teams", "training", "units")
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|\{\w+\}")
# Written as it stands: Babel would put the time of the update here, and names to be filled in.
HEADER = """\
# The Vietnamese texts of the portal, kept by `python manage.py messages update`.
msgid ""
msgstr ""
"Project-Id-Version: cnscd-portal\\n"
"Language: vi\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def source_texts() -> Catalog:
    """Every text that the product shows, as it stands in templates and Python files."""
    catalog = Catalog(locale="vi", fuzzy=False)
    for path in _files():
        source = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            source = templatize(source, origin=str(path))
        place = str(path.relative_to(settings.BASE_DIR))
        # Templates name places by their file alone: lines move with every edit.
        for _, message, _, context in extract("python", BytesIO(source.encode()), KEYWORDS):
            catalog.add(message, locations=[(place, 0)], context=context)
    return catalog


def _files() -> Iterator[Path]:
    for folder in SOURCES:
        yield from sorted(
            path
            for path in (settings.BASE_DIR / folder).rglob("*.py")
            if "migrations" not in path.parts
        )
    yield from sorted((settings.BASE_DIR / "templates").rglob("*.html"))


def read() -> Catalog:
    with _po().open("rb") as file:
        return read_po(file, locale="vi")


def update() -> Catalog:
    """Bring the .po file in line with the sources; new texts stand empty, unused ones go."""
    known = read() if _po().exists() else Catalog(locale="vi")
    fresh = source_texts()
    for message in fresh:
        if message.id and (old := known.get(message.id, message.context)):
            message.string = old.string
    _po().parent.mkdir(parents=True, exist_ok=True)
    with _po().open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, fresh, sort_output=True, omit_header=True, include_lineno=False, width=100)
    return fresh


def compile_texts() -> Path:
    """Write the .mo file that Django reads, unless it is newer than its source."""
    mo = _po().with_suffix(".mo")
    if not mo.exists() or mo.stat().st_mtime < _po().stat().st_mtime:
        with mo.open("wb") as file:
            write_mo(file, read())
    return mo


def faults() -> list[str]:
    """What is wrong with the translation, one line a text, with the file that shows it."""
    known = read()
    lines = [line for path in _files() if path.suffix == ".py" for line in hidden_texts(path)]
    for message in source_texts():
        if message.id and (fault := _fault(message, known.get(message.id, message.context))):
            lines.append(f"{message.locations[0][0]}: {fault}: {_forms(message.id)[0]}")
    return lines


def hidden_texts(path: Path) -> list[str]:
    """Texts asked for within f-strings, which hide them from whatever gathers texts."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        f"{path.name}:{call.lineno}: asked for within an f-string, which hides it"
        for string in ast.walk(tree)
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"_", *KEYWORDS}
    ]


def _fault(message: Message, entry: Message | None) -> str:
    if entry is None or entry.fuzzy or not all(_forms(entry.string)):
        return "not translated"
    # Vietnamese has one form, so that it stands for the plural of two.
    asked = set(PLACEHOLDER.findall(_forms(message.id)[-1]))
    if any(set(PLACEHOLDER.findall(form)) != asked for form in _forms(entry.string)):
        return "other placeholders"
    return ""


def _forms(text: object) -> list[str]:
    return [str(form) for form in text] if isinstance(text, tuple | list) else [str(text)]


def _po() -> Path:
    return Path(settings.LOCALE_PATHS[0]) / PO
