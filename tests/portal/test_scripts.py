"""The modules of the front end: each is fetched at once, under a name that says what it holds."""

import re
from pathlib import Path

from django.core.files.storage import FileSystemStorage

from cnscd_portal.static_files import HashedModules
from tests.databases import ROOT

FOLDERS = ("entry", "grid")


def test_every_module_that_saves_is_fetched_at_once() -> None:
    """Else the browser learns of it only from the module that asks for it."""
    page = (ROOT / "templates/months/_entry_script.html").read_text("utf-8")
    listed = re.findall(r"'entry/([\w-]+)\.js'", page)
    assert listed == sorted(each.stem for each in (ROOT / "static/entry").glob("*.js"))


def test_modules_ask_for_each_other_by_hashed_names(tmp_path: Path) -> None:
    source, target = FileSystemStorage(ROOT / "static"), HashedModules(location=tmp_path)
    paths = [str(path.relative_to(source.location)) for path in (ROOT / "static").rglob("*.js")]
    for path in paths:
        with source.open(path) as file:
            target.save(path, file)
    assert [said for *_names, said in target.post_process({p: (target, p) for p in paths})]
    for folder in FOLDERS:
        scripts = [*tmp_path.glob(f"{folder}.*.js"), *tmp_path.glob(f"{folder}/*.js")]
        asked = [
            (path.parent / name).resolve()
            for path in scripts
            for name in re.findall(r"""(?:from |import )"(\.[^"]+)""", path.read_text("utf-8"))
        ]
        assert asked
        assert [
            path.name for path in asked if not re.search(r"\.[0-9a-f]{12}\.js$", path.name)
        ] == []
        assert [path.name for path in asked if not path.exists()] == []
