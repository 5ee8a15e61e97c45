"""What the log says of requests."""

import logging


class InOneLine(logging.Filter):
    """A refusal is no fault of the program: it is logged without the way through the code."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) == 403:
            record.exc_info = None
        return True
