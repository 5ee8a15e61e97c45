"""How files are named, how long they are, and what the environment may say."""

import ast
import re

from tests.architecture.source import APPS, ROOT, Source, faults, sources

FOLDERS = [*APPS, "tests", "bench"]
JUNK_DRAWERS = {"services", "utils", "util", "helpers", "helper", "common", "misc", "lib", "core"}
# Named like a drawer, and none.
NO_DRAWER = {"cnscd_portal/demo/services.py": "the 25 public services of Đề án 06"}
LONGEST = 400


def test_file_is_named_for_the_question_it_answers() -> None:
    def drawers(source: Source) -> set[str]:
        names = {part.removesuffix(".py") for part in source.path.relative_to(ROOT).parts}
        return names & JUNK_DRAWERS

    found = faults(sources(*FOLDERS), drawers)
    assert set(found) == set(NO_DRAWER)


def test_file_is_no_longer_than_it_may_be() -> None:
    def too_long(source: Source) -> list[int]:
        length = len(source.text.splitlines())
        return [length] if length > LONGEST else []

    assert faults(sources(*FOLDERS), too_long) == {}


# -- The environment ----------------------------------------------------------------------------

READERS = {"env", "env_bool", "env_list"}


def read_by_settings() -> set[str]:
    """The variables that `settings.py` reads, by its helpers and from `environ` itself."""
    found = set()
    for node in Source(ROOT / "cnscd_portal" / "settings.py").nodes():
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "environ":
            found.add(ast.literal_eval(node.slice))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {*READERS, "environ.get"}:
            name = node.args[0]
            # Inside a helper the name is not known: whoever calls it says it.
            if isinstance(name, ast.Constant):
                found.add(name.value)
    return found


def read_by_compose() -> set[str]:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    return set(re.findall(r"\$\{([A-Z_0-9]+)", text))


def named_by_the_example() -> list[str]:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return re.findall(r"^(?:# ?)?([A-Z][A-Z_0-9]*)=", text, re.MULTILINE)


def test_example_names_exactly_the_variables_that_are_read() -> None:
    named = named_by_the_example()
    assert sorted(named) == sorted(set(named)), "each once"
    assert set(named) == read_by_settings() | read_by_compose()
