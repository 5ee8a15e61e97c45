"""How much a program may ask for, and send, at once."""

from typing import Any

from rest_framework import parsers
from rest_framework.exceptions import ParseError
from rest_framework.pagination import LimitOffsetPagination


class Pages(LimitOffsetPagination):
    max_limit = 1000


class JSONParser(parsers.JSONParser):
    """Python gives up on a document that is nested too deeply; whose fault that is, is clear."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise ParseError from error
