"""What the commands print: a terminal or a file that fails ends no run and spoils no file."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

_DESCRIPTORS = (0, 1, 2)
_lost: set[int] = set()


def open_closed_streams() -> None:
    """Open standard streams that the caller has closed, on nothing.

    The next file that is opened would get the number of one, and what is printed would go there.
    """
    for descriptor in _DESCRIPTORS:
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest free number is taken, and that is this one.
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is None:
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115


def echo(text: str = "", *, nl: bool = True, err: bool = False) -> None:
    """Print *text*, or drop it where that is not possible; see `is_all_printed`."""
    with dropped_on_failure(err=err):
        click.echo(text, nl=nl, err=err)


@contextmanager
def dropped_on_failure(*, err: bool) -> Iterator[None]:
    """Let what is printed within go nowhere, and all that follows, once that has failed."""
    try:
        yield
    except (OSError, ValueError) as error:
        _drop(2 if err else 1, error)


def is_all_printed() -> bool:
    """Whether nothing that was meant for standard output was dropped."""
    return 1 not in _lost


def _drop(descriptor: int, error: Exception) -> None:
    if descriptor in _lost:
        return
    _lost.add(descriptor)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
    is_gone = isinstance(error, OSError) and error.errno == errno.EPIPE
    if descriptor == 1 and not is_gone:
        why = error.strerror if isinstance(error, OSError) else error
        echo(f"Standard output cannot be written: {why}. The rest is not printed.", err=True)
