"""Jobs and open notebooks in the words of the ArcGIS REST API. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from ...jobs.model import Job, Status
from ...server.answers import OpenNotebook
from ..surface.dialect import milliseconds

EXECUTE = "executeNotebook"
TASK_TAG, RUN_TAG = "arcgis-task:", "arcgis-run:"

_TYPES = {"tool": "executeNotebookAsWebTool"}
_STOPPED = {Status.CANCELLING, Status.CANCELLED}


def brief(job: Job) -> dict[str, Any]:
    """Return what a list shows of *job*."""
    return {
        "jobId": job.id,
        "startTime": milliseconds(job.started_at or job.created_at),
        "endTime": milliseconds(job.ended_at),
        "type": _TYPES.get(job.trigger.type, EXECUTE),
        "status": str(job.status),
        "username": job.owner,
    }


def full(job: Job, output_url: str) -> dict[str, Any]:
    """Return all that there is to say of *job*: what either kind of server says of one."""
    changed = job.ended_at or job.started_at or job.created_at
    return {
        **brief(job),
        "id": job.id,
        "dateCreated": milliseconds(job.created_at),
        "revision": milliseconds(changed),
        "inputs": _inputs(job),
        "results": job.results,
        "messages": [*([job.message] if job.message else []), *job.warnings],
        "customAttributes": {"isCancelled": job.status in _STOPPED},
        "notebookRuntimeId": job.kernel_name,
        "notebookRuntimeName": job.kernel_name,
        "notebookRuntimeVersion": "",
        "privateUrl": "",
        "url": output_url,
    }


def open_job_id(opened: OpenNotebook) -> str:
    """Return the id of the job that opened a notebook, made of its session's."""
    return f"j{UUID(opened.id)}"


def session_of(job_id: str) -> str | None:
    """Return the session that is meant by such an id, None if it is the id of another job."""
    return job_id[1:] if "-" in job_id else None


def opened_brief(opened: OpenNotebook) -> dict[str, Any]:
    """Return the job that opened a notebook, as a list shows it; it is over at once."""
    at = _milliseconds(opened.last_activity)
    return {
        "jobId": open_job_id(opened),
        "startTime": at,
        "endTime": at,
        "type": "openNotebook",
        "status": str(Status.COMPLETED),
        "username": opened.owner or "",
    }


def opened_full(opened: OpenNotebook, url: str) -> dict[str, Any]:
    """Return all of the same; *url* is where the notebook is open."""
    at = _milliseconds(opened.last_activity)
    return {
        **opened_brief(opened),
        "id": open_job_id(opened),
        "dateCreated": at,
        "revision": at,
        "inputs": {"itemId": opened.item_id or opened.path},
        "results": {"notebookUrl": url, "notebookId": notebook_id(opened)},
        "messages": [],
        "customAttributes": {
            "isCancelled": False,
            "openNotebookProgress": {"message": "The notebook is open.", "percent": 100},
        },
        "notebookRuntimeId": opened.kernel.name,
        "notebookRuntimeName": opened.kernel.name,
        "notebookRuntimeVersion": "",
        "privateUrl": "",
        "url": url,
    }


def notebook_id(opened: OpenNotebook) -> str:
    """Return the id of an open notebook: its session's, without dashes."""
    return UUID(opened.id).hex


def open_notebook(opened: OpenNotebook, url: str, modified: datetime | None) -> dict[str, Any]:
    """Return an open notebook; *modified* is when its file was saved."""
    return {
        "id": notebook_id(opened),
        "itemId": opened.item_id or opened.path,
        "itemTitle": PurePosixPath(opened.path).stem,
        "notebookUrl": url,
        "dateLastActivity": _milliseconds(opened.last_activity),
        "notebookDeploymentId": UUID(opened.kernel.id).hex,
        "containerId": UUID(opened.kernel.id).hex,
        "username": opened.owner or "",
        "revision": milliseconds(modified),
    }


def _inputs(job: Job) -> dict[str, Any]:
    asked: Mapping[str, Any] = job.request
    return {
        "itemId": job.item_id or job.notebook or "",
        "updatePortalItem": asked.get("update_notebook", False),
        "saveInjectedParameters": asked.get("save_parameters", True),
        "notebookParameters": json.dumps(job.parameters, ensure_ascii=False),
        "executionTimeoutInMinutes": job.timeout / 60 if job.timeout else None,
        "taskId": _tagged(job, TASK_TAG) or job.schedule_id or "",
        "runId": _tagged(job, RUN_TAG),
    }


def _tagged(job: Job, tag: str) -> str:
    return next((one.removeprefix(tag) for one in job.tags if one.startswith(tag)), "")


def _milliseconds(text: str) -> int:
    return milliseconds(datetime.fromisoformat(text))
