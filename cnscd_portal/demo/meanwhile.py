"""A second process beside this one: on two cores, two provinces load in the time of one."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread

from django.db import connection, connections


class MeanwhileFailed(Exception):
    """The other process did not finish its job; what it said stands on the terminal."""


def is_possible() -> bool:
    """Not within a transaction, which another process would not see; forking is Linux's habit."""
    return sys.platform == "linux" and not connection.in_atomic_block


@contextmanager
def meanwhile(job: Callable[[], None]) -> Iterator[None]:
    """Do `job` in a process of its own while the block runs, and wait for it at the end.

    Raises MeanwhileFailed where the job failed. Where the block fails, the job is stopped.
    """
    # A connection cannot be shared: each side opens its own.
    connections.close_all()
    process = get_context("fork").Process(target=_do, args=(job,), daemon=True)
    process.start()
    try:
        yield
        process.join()
    finally:
        process.terminate()
        process.join()
    if process.exitcode:
        raise MeanwhileFailed


def _do(job: Callable[[], None]) -> None:
    # Ctrl-C reaches both; the parent ends this process in good order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        job()
    finally:
        connections.close_all()


def _end_with_parent() -> None:
    """A parent that was killed cannot end anybody."""
    if parent := parent_process():
        parent.join()
        os._exit(1)
