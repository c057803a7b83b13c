"""Schedules as a YAML file, to be kept with the notebooks."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import yaml

from ..caller import Caller
from ..errors import InvalidRequest
from ..rest.schemas import read_json
from ..schedules import planning
from ..schedules.model import Schedule, State
from ..schedules.requests import ScheduleRequest

if TYPE_CHECKING:
    # For its type only: it takes seconds to import, and an export does without.
    from ..schedules.service import ScheduleService

_FIRST = ("notebook", "name", "cron", "interval", "timezone")


def write(schedules: Iterable[Schedule]) -> str:
    """Return *schedules* as YAML: for each, what was asked for and is not the default."""
    entries = [_entry(one) for one in schedules]
    return yaml.safe_dump({"schedules": entries}, sort_keys=False, allow_unicode=True)


def read(text: str) -> list[ScheduleRequest]:
    """Return what the YAML *text* asks for; raises InvalidRequest that names the schedule."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        msg = f"This is not YAML: {error}"
        raise InvalidRequest(msg) from None
    entries = content.get("schedules") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        msg = "There is no list of 'schedules' in this file."
        raise InvalidRequest(msg)
    return [_request(number, entry) for number, entry in enumerate(entries, 1)]


async def bring_in(
    service: ScheduleService,
    there: Iterable[Schedule],
    requests: Iterable[ScheduleRequest],
    caller: Caller,
) -> list[tuple[str, Schedule]]:
    """Make schedules, or change those *there*, to be as *requests* say; return what was done.

    A schedule is known by its notebook and name; several with the same ones, by their order.
    What is not in *requests* is left alone, so doing it twice changes nothing.
    """
    known: dict[tuple[str, str], list[Schedule]] = defaultdict(list)
    for schedule in there:
        known[schedule.notebook, schedule.name].append(schedule)
    done = []
    for request in requests:
        same = known[request.notebook, planning.named(request)]
        if not same:
            done.append(("added", await service.create(request, caller.name)))
            continue
        was = same.pop(0)
        changed = await service.put(request, was)
        done.append(("unchanged", was) if changed is None else ("changed", changed))
    return done


def _entry(schedule: Schedule) -> dict[str, Any]:
    asked = schedule.request | {"name": schedule.name, "notebook": schedule.notebook}
    asked["state"] = State.PAUSED if schedule.state is State.PAUSED else State.ACTIVE
    fields = ScheduleRequest.model_fields
    names = [*_FIRST, *(name for name in fields if name not in _FIRST)]
    return {
        name: str(asked[name]) if name == "state" else asked[name]
        for name in names
        if name in asked and asked[name] != fields[name].default
    }


def _request(number: int, entry: Any) -> ScheduleRequest:
    try:
        # YAML knows times, which JSON does not.
        return read_json(ScheduleRequest, json.dumps(entry, default=str).encode())
    except InvalidRequest as error:
        name = entry.get("name") or entry.get("notebook") if isinstance(entry, dict) else None
        said = f"Schedule {number}{f' ({name})' if name else ''}: {error}"
        raise InvalidRequest(said, errors=error.errors) from None
