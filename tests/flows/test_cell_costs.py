"""A notebook of many cells takes no more per cell than one of few."""

from __future__ import annotations

import sys

from jupyter_nbtasks.execution.outputlimit import OutputLimit
from jupyter_nbtasks.execution.stream import JobStream
from jupyter_nbtasks.execution.transcript import Transcript


class _Calls:
    """Counts the calls of functions while it is entered."""

    def __enter__(self):
        self.count = 0
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_):
        sys.setprofile(None)

    def _note(self, frame, event, function):
        self.count += event in ("call", "c_call")


def calls_per_cell(count):
    """How many calls it takes for each of so many cells to run, be recorded and be seen."""
    cells = [{"cell_type": "code", "source": "1", "metadata": {}} for _ in range(count)]
    transcript = Transcript({"cells": cells, "metadata": {}})
    limit, stream = OutputLimit(10**9), JobStream(1, transcript)
    with _Calls() as calls:
        for index in range(count):
            for event in map(limit.admit, _events(index)):
                transcript.apply(event[0])
                stream.add(event[0])
            transcript.progress()
            transcript.cells(transcript.take_changed())
            stream.since(stream.seq - 2)
    return calls.count / count


def _events(index):
    output = {"output_type": "display_data", "data": {"text/plain": "1"}, "metadata": {}}
    return [
        {"type": "cell_started", "cell": index, "at": 1.0},
        {"type": "output", "cell": index, "output": output, "display_id": f"d{index}"},
        {"type": "clear_output", "cell": index - index % 2},
        {"type": "cell_finished", "cell": index, "at": 2.0, "status": "completed", "seconds": 1.0},
    ]


def test_a_cell_among_many_takes_no_more_steps_than_among_few():
    assert calls_per_cell(300) <= 1.1 * calls_per_cell(30)
