"""The file that somebody brought, read as often as it takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.utils.translation import gettext as _

from teams.models import Batch
from teams.subjects import subject_for
from units.errors import FileRefused
from units.sheets.reading import open_book
from units.sheets.safety import Format
from units.sheets.tables import Table, find_table


@contextmanager
def table_of(batch: Batch) -> Iterator[Table]:
    """The table in the first sheet that has one. Raises FileRefused where none has."""
    matched = {int(index): key for index, key in batch.matched.items()} or None
    columns = subject_for(batch).understood
    with stored(batch) as path:
        refusal = FileRefused(_("There is no visible sheet in this file."))
        for sheet in open_book(path, Format(batch.file_format)).sheets:
            try:
                table = find_table(sheet, columns, matched)
            except FileRefused as why:
                refusal = why
            else:
                batch.sheet_name = sheet.name
                yield table
                return
        raise refusal


@contextmanager
def stored(batch: Batch) -> Iterator[Path]:
    """The file on the disk, for as long as it is looked at."""
    with NamedTemporaryFile(suffix=f".{batch.file_format}") as file:
        file.write(batch.file.content)
        file.flush()
        yield Path(file.name)
