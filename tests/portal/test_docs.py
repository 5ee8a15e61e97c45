"""The documents: what they name exists, and what has to be named is named."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.roles import Role
from cnscd_portal import documentation

EXAMPLE = (documentation.ROOT / ".env.example").read_text(encoding="utf-8")
FIGURE = (
    'code = "x", kind = "flow", maximum = 9, label_vi = "a", label_en = "b", '
    'unit_vi = "c", unit_en = "d"'
)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    return tmp_path / "page.md"


def test_check_passes() -> None:
    call_command("check_docs")


def test_check_names_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documentation, "faults", lambda: ["README.md:3: nonsense"])
    with pytest.raises(CommandError, match=r"README\.md:3: nonsense"):
        call_command("check_docs")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Run `make everything`.", "`make everything` is no target"),
        ("```sh\nmake everything\n```", "`make everything` is no target"),
        ("Run `python manage.py load_all`.", "`manage.py load_all` is no management command"),
        ("Run `python -m cnscd_portal.nothing`.", "`python -m cnscd_portal.nothing` is no module"),
        ("Set `DATABASE_URI`.", "`DATABASE_URI` is no environment variable"),
        ("```sh\nDATABASE_URI=x make demo\n```", "`DATABASE_URI` is no environment variable"),
        ("The figure `residents_guidde`.", "`residents_guidde` is no name in the code"),
        ("The role `village_officer`.", "`village_officer` is no name in the code"),
        ("The model `DirtyTotals`.", "`DirtyTotals` is no name in the code"),
        ("See `accounts.roles.Rite`.", "`accounts.roles.Rite` is no name in the code"),
        ("Call `open_door(user)`.", "`open_door(user)` is no name in the code"),
        ("See `reports/workflows.py`.", "`reports/workflows.py` is no file here"),
        ("See `workflows.py`.", "`workflows.py` is no file here"),
        ("See `fixtures/catalog/`.", "`fixtures/catalog/` is no file here"),
        ("Open `/healthy/`.", "`/healthy/` is no address of the portal"),
        ("[Plan](plan.md)", "the link to plan.md leads nowhere"),
        ("# Top\n\n[Below](#bottom)", "the link to #bottom names no heading"),
    ],
)
def test_document_is_refused_that_names(document: Path, text: str, fault: str) -> None:
    document.write_text(text, encoding="utf-8")
    (found,) = documentation.faults_in(document)
    assert fault in found
    assert found.startswith("page.md:")


@pytest.mark.parametrize(
    "text",
    [
        "Run `make demo PORT=8010`, then `python manage.py messages check`.",
        "Set `DATABASE_URL`; `SESSION_COOKIE_AGE` and `LEVEL_OF_ROLE` are set in the code.",
        "`residents_guided` and `team_leader`, `Status.DRAFT`, `visible_to(user)`",
        "`reports/workflow.py`, `workflow.py`, `reports/views/*.py`, `templates/<app>/`, `.data/x`",
        "`/health/` and `/months/2024-06/units/3/`, http://127.0.0.1:8000/",
        "`47.308/47.723`, `null`, `EN`, `1,5`, `rừng vàng`",
        "# Top of it\n\n[Above](#top-of-it) and [elsewhere](https://example.org/)",
        "```toml\ncode = 'not_there'\n```",
        "make peace, and no_span here",
    ],
)
def test_document_is_accepted_that_names(document: Path, text: str) -> None:
    document.write_text(text, encoding="utf-8")
    assert documentation.faults_in(document) == []


def test_missing_document_is_a_fault(document: Path) -> None:
    assert documentation.faults_in(document) == ["page.md: the file is missing"]


def test_nothing_named_is_everything_missing() -> None:
    assert documentation.unnamed("") == [
        *(f"no document names `make {each}`" for each in documentation.make_targets()),
        "no document names `manage.py check_docs`",
        "no document names `manage.py found_nation`",
        "no document names `manage.py found_province`",
        "no document names `manage.py lay_out_months`",
        "no document names `manage.py load_catalogue`",
        "no document names `manage.py load_demo`",
        "no document names `manage.py merge_province`",
        "no document names `manage.py messages`",
        "no document names `manage.py rollup`",
        *(f"no document names the role `{role}`" for role in Role.values),
        *(f"no document names the app `{app}/`" for app in documentation.APPS),
    ]


def test_targets_and_variables_are_those_of_the_project() -> None:
    assert {"demo", "test", "check"} <= set(documentation.make_targets())
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_PASSWORD", "PORT"} <= documentation.environment()


@pytest.mark.parametrize(
    ("example", "fault"),
    [
        (EXAMPLE.replace("REDIS_URL=", "REDIS_URI="), ".env.example: REDIS_URL is missing"),
        (EXAMPLE + "\n# Old.\nOLD=\n", ".env.example: nothing reads OLD"),
        (EXAMPLE.replace("\nSECRET_KEY=", "\nSECRET_KEY=x"), "SECRET_KEY is a secret"),
        (EXAMPLE.replace("# DEBUG=0", "\n# DEBUG=0"), "no comment stands above DEBUG"),
    ],
)
def test_example_of_the_environment_is_refused(example: str, fault: str) -> None:
    assert documentation.environment_faults(EXAMPLE) == []
    assert any(fault in found for found in documentation.environment_faults(example))


def test_changelog_without_a_place_for_changes_is_refused() -> None:
    assert documentation.changelog_faults("# Changelog\n\n## [Unreleased]\n") == []
    assert documentation.changelog_faults("# Changelog\n\n## [1.0.0]\n") != []


@pytest.mark.parametrize(
    ("name", "source", "fault"),
    [
        ("plans.py", "x = 1", "the module has no docstring"),
        ("views.py", "x = 1", "the module has no docstring"),
        ("plans.py", '"""Plans."""\ndef draw():\n    x = 1\n    return x', "draw has no docstring"),
        ("views.py", '"""Plans."""\ndef draw():\n    x = 1\n    return x', None),
        ("plans.py", '"""Plans."""\ndef draw():\n    return 1', None),
        ("plans.py", '"""Plans."""\ndef _draw():\n    x = 1\n    return x', None),
    ],
)
def test_module_says_what_it_promises(
    tmp_path: Path, name: str, source: str, fault: str | None
) -> None:
    (tmp_path / name).write_text(source, encoding="utf-8")
    found = documentation.module_faults(tmp_path / name)
    assert (fault is None) == (found == [])
    assert fault is None or fault in found[0]


@pytest.mark.parametrize(
    ("figure", "fault"),
    [
        (FIGURE, None),
        (FIGURE + ', help_vi = "e", help_en = "f"', None),
        (FIGURE.replace('label_en = "b"', 'label_en = " "'), "x has no label_en"),
        (FIGURE.replace(', unit_en = "d"', ""), "x has no unit_en"),
        (FIGURE + ', help_vi = "e"', "x has no help_en"),
    ],
)
def test_figure_of_the_catalogue_is_documented(
    tmp_path: Path, figure: str, fault: str | None
) -> None:
    catalogue = tmp_path / "team-month.toml"
    section = f'code = "s"\nlabel_vi = "a"\nlabel_en = "b"\nindicators = [{{ {figure} }}]'
    catalogue.write_text(f"ratios = []\n[[sections]]\n{section}\n", encoding="utf-8")
    found = documentation.catalogue_faults(catalogue)
    assert found == ([] if fault is None else [f"team-month.toml: {fault}"])


def test_document_that_nobody_links_to_is_an_orphan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text("[All](docs/all.md) [Log](CHANGELOG.md)")
    (tmp_path / "CHANGELOG.md").write_text("")
    (tmp_path / "docs" / "all.md").write_text("[Back](../README.md)")
    (tmp_path / "docs" / "lost.md").write_text("")
    monkeypatch.setattr(documentation, "ROOT", tmp_path)
    assert documentation.orphans() == ["docs/lost.md: no link leads here from README.md"]
