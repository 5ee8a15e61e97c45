"""How much a program may ask for, and send, at once."""

from json import JSONDecodeError
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.utils.translation import gettext as _
from rest_framework import parsers
from rest_framework.exceptions import ParseError
from rest_framework.pagination import LimitOffsetPagination


class Pages(LimitOffsetPagination):
    max_limit = 1000


class JSONParser(parsers.JSONParser):
    """Python gives up on a document that is nested too deeply; whose fault that is, is clear. Of
    one that is no JSON, REST framework speaks English, past any translation."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except ParseError as error:
            cause = error.__context__
            if not isinstance(cause, JSONDecodeError):
                raise ParseError from error
            said = _("This is no JSON: line %(line)s, column %(column)s.")
            place = {"line": cause.lineno, "column": cause.colno}
            raise ParseError(said % place) from error
        except RecursionError as error:
            raise ParseError from error


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
