"""What the log says of requests."""

import logging


class InOneLine(logging.Filter):
    """A refusal is no fault of the program: it is logged without the way through the code."""

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 0) < 500:
            record.exc_info = None
        return True
