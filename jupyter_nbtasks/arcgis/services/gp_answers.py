"""Tools and their calls in the words of geoprocessing services. Pure."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from ...errors import NotFound
from ...jobs.model import Job, Reason, Status
from ...tools.model import Input, Output, Tool, ValueType
from .gp_types import DATA_TYPES, type_of_input, type_of_value, value_out

EXECUTION = "esriExecutionTypeAsynchronous"
_VERSION = 11.4
_FILES = {DATA_TYPES[ValueType.FILE], DATA_TYPES[ValueType.RASTER_DATA_LAYER]}
_STATUSES = {
    Status.SUBMITTED: "esriJobSubmitted",
    Status.EXECUTING: "esriJobExecuting",
    Status.CANCELLING: "esriJobCancelling",
    Status.COMPLETED: "esriJobSucceeded",
    Status.FAILED: "esriJobFailed",
    Status.CANCELLED: "esriJobCancelled",
}


def service(tool: Tool) -> dict[str, Any]:
    """Return the service that a tool is; it has one task of its name."""
    return {
        "currentVersion": _VERSION,
        "serviceDescription": tool.description,
        "tasks": [tool.name],
        "executionType": EXECUTION,
        "resultMapServerName": "",
        "maximumRecords": 0,
        "capabilities": "",
    }


def task(tool: Tool) -> dict[str, Any]:
    """Return the one task of a tool: what it takes, and what it is said to hand back."""
    return {
        "name": tool.name,
        "displayName": tool.title,
        "description": tool.description,
        "category": "",
        "helpUrl": "",
        "executionType": EXECUTION,
        "parameters": [*map(_input, tool.inputs), *map(_output, tool.outputs)],
    }


def status(job: Job) -> str:
    """Return how *job* stands, as a geoprocessing job has it."""
    is_late = job.status is Status.FAILED and job.reason is Reason.TIMEOUT
    return "esriJobTimedOut" if is_late else _STATUSES[job.status]


def brief(job: Job) -> dict[str, Any]:
    """Return what the start and the stop of a job say of it."""
    return {"jobId": job.id, "jobStatus": status(job)}


def full(tool: Tool, job: Job, *, with_messages: bool) -> dict[str, Any]:
    """Return all of a call; never with the key ``error``, on which clients give up."""
    results = tool.results_for_caller(job.results)
    return {
        **brief(job),
        "results": {name: {"paramUrl": f"results/{quote(name, safe='')}"} for name in results},
        "inputs": {
            one.name: {"paramUrl": f"inputs/{quote(one.name, safe='')}"} for one in tool.inputs
        },
        "messages": _messages(job) if with_messages else [],
        "progress": _progress(job),
    }


def result(tool: Tool, job: Job, name: str, files_url: str) -> dict[str, Any]:
    """Return a result of a call; *files_url* is where the server's files are.

    Raises NotFound.
    """
    results = tool.results_for_caller(job.results)
    if name not in results:
        msg = f"Job {job.id} has no result {name!r}."
        raise NotFound(msg)
    said = [one.type for one in tool.outputs if one.name == name and one.type]
    data_type = DATA_TYPES[said[0]] if said else type_of_value(results[name])
    value = value_out(data_type, results[name])
    if data_type in _FILES and isinstance(value, str):
        value = _file(value, job.notebook or "", files_url)
    return {"paramName": name, "dataType": data_type, "value": value}


def input_of(tool: Tool, job: Job, name: str) -> dict[str, Any]:
    """Return an input of a call, with the value that it was given or its default.

    Raises NotFound.
    """
    one = next((one for one in tool.inputs if one.name == name), None)
    if one is None:
        msg = f"Job {job.id} has no input {name!r}."
        raise NotFound(msg)
    data_type = type_of_input(one)
    value = value_out(data_type, job.parameters.get(name, one.default))
    return {"paramName": name, "dataType": data_type, "value": value}


def _input(one: Input) -> dict[str, Any]:
    data_type = type_of_input(one)
    choices = {"choiceList": one.choices} if one.choices else {}
    return {
        "name": one.name,
        "dataType": data_type,
        "displayName": one.title,
        "description": one.description,
        "direction": "esriGPParameterDirectionInput",
        "defaultValue": value_out(data_type, one.default),
        "parameterType": f"esriGPParameterType{'Required' if one.required else 'Optional'}",
        "category": "",
        **choices,
    }


def _output(one: Output) -> dict[str, Any]:
    return {
        "name": one.name,
        "dataType": DATA_TYPES[one.type or ValueType.STRING],
        "displayName": one.title,
        "description": one.description,
        "direction": "esriGPParameterDirectionOutput",
        "defaultValue": None,
        "parameterType": "esriGPParameterTypeDerived",
        "category": "",
    }


def _messages(job: Job) -> list[dict[str, str]]:
    kind = "Error" if job.status is Status.FAILED else "Informative"
    told = [(kind, job.message)] if job.message else []
    told += [("Warning", warning) for warning in job.warnings]
    return [{"type": f"esriJobMessageType{kind}", "description": text} for kind, text in told]


def _progress(job: Job) -> dict[str, Any]:
    done, total = job.progress.completed, job.progress.total
    percent = 100 * done // total if total else 0
    return {"type": "default", "message": f"{done} of {total} cells", "percent": percent}


def _file(value: str, notebook: str, files_url: str) -> Any:
    """Return a file by its address; its path is seen from the folder of the notebook."""
    if "://" in value:
        return {"url": value}
    path = PurePosixPath(notebook).parent / value
    if path.is_absolute() or ".." in path.parts:
        return value
    return {"url": f"{files_url}/{quote(path.as_posix())}"}
