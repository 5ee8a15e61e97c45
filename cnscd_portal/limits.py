"""How much a program may ask for, and send, at once."""

import codecs
from collections import Counter
from collections.abc import Mapping
from json import JSONDecodeError
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.utils.translation import gettext as _
from rest_framework import parsers
from rest_framework.exceptions import ParseError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.utils import json

# Of a key, as much as is worth telling.
LONGEST_KEY = 100


class Pages(LimitOffsetPagination):
    max_limit = 1000


class JSONParser(parsers.JSONParser):
    """Python gives up on a document that is nested too deeply; whose fault that is, is clear. Of
    two values under one key it keeps the last without a word. Of what is no JSON, REST framework
    speaks English, past any translation."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            encoding = parsers.get_encoding(parser_context or {})
        except ParseError as error:
            raise ParseError from error
        text = codecs.getreader(encoding)(stream)
        try:
            return json.load(
                text, parse_constant=json.strict_constant, object_pairs_hook=_without_twins
            )
        except JSONDecodeError as error:
            said = _("This is no JSON: line %(line)s, column %(column)s.")
            raise ParseError(said % {"line": error.lineno, "column": error.colno}) from error
        except (ValueError, RecursionError) as error:
            raise ParseError from error


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        [(key, _times)] = Counter(key for key, _value in pairs).most_common(1)
        raise ParseError(_("The key “%(key)s” is given twice.") % {"key": key[:LONGEST_KEY]})
    return found


class NoFiles(FileUploadHandler):
    """No page takes a file but those that say so; Django would write any to the disk, of any size
    and from anybody."""

    def handle_raw_input(
        self, input_data: Any, meta: Any, content_length: int, *args: Any, **kwargs: Any
    ) -> None:
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        raise NotImplementedError

    def file_complete(self, file_size: int) -> None:
        raise NotImplementedError
