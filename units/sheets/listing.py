"""Lists as plain text, in a format of django-import-export: what programs and older Excels read."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from import_export.fields import Field
from import_export.formats.base_formats import CSV
from import_export.resources import Resource
from import_export.widgets import Widget

from units.sheets.columns import FORMULA_STARTS, Column


class AsText(Widget):
    """A day as people write it, and the beginning of a formula as a text."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if isinstance(value, date):
            return value.strftime("%d/%m/%Y")
        text = "" if value is None else str(value)
        # The package's own way of escaping would take the sign from a name that begins with one.
        return f"'{text}" if text.startswith(FORMULA_STARTS) else text


class Listing(Resource):
    """Rows of declared columns, each a dictionary by their keys."""

    def __init__(self, columns: Sequence[Column]):
        super().__init__()
        for column in columns:
            self.fields[column.key] = Field(
                attribute=column.key, column_name=str(column.label), widget=AsText()
            )


def csv_file(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """The rows under the labels of their columns, with the mark by which Excel knows UTF-8."""
    keys = [column.key for column in columns]
    listing = Listing(columns).export(dict(zip(keys, row, strict=True)) for row in rows)
    return str(CSV().export_data(listing)).encode("utf-8-sig")
