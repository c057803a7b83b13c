"""Ids, addresses, methods and queries that mean nothing are told so."""

from __future__ import annotations

import json
import re

from jupyter_nbtasks.jobs.handlers import ROUTES as JOB_ROUTES
from jupyter_nbtasks.rest.handlers import PREFIX
from jupyter_nbtasks.schedules.handlers import ROUTES as SCHEDULE_ROUTES
from jupyter_nbtasks.server.handlers import ROUTES as SERVER_ROUTES
from jupyter_nbtasks.snapshots.handlers import ROUTES as SNAPSHOT_ROUTES
from jupyter_nbtasks.tools.handlers import ROUTES as TOOL_ROUTES
from jupyter_nbtasks.webhooks.handlers import ROUTES as WEBHOOK_ROUTES

from .conftest import IDS

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
QUERIES = [
    ("jobs", {"colour": "red"}, "'colour' is not a field of this request."),
    ("jobs/x", {"colour": "red"}, "'colour' is not a field of this request."),
    ("config", {"colour": "red"}, "'colour' is not a field of this request."),
    ("jobs", {"limit": "0"}, "'limit' must be greater than or equal to 1."),
    ("jobs", {"limit": "501"}, "'limit' must be less than or equal to 500."),
    ("jobs", {"limit": "many"}, "'limit' must be a whole number."),
    ("jobs", {"limit": ""}, "'limit' must be a whole number."),
    ("jobs", {"limit": "9" * 5000}, "'limit' must be a whole number, and not so large"),
    ("jobs", {"cursor": "x' OR 1=1"}, "'cursor' must match"),
    ("jobs", {"status": "LOST"}, "'status' must be one or more of SUBMITTED, EXECUTING"),
    ("jobs", {"since": "yesterday"}, "'since' must be a time such as"),
    ("jobs", {"since": "0.5"}, "'since' must be a time such as"),
    ("jobs", {"until": "1780000000"}, "'until' must be a time such as"),
    ("jobs", {"since": "1e400"}, "'since' must be a time such as"),
    ("jobs", {"since": "0001-01-01T00:00:00+14:00"}, "'since' must be a time of the years"),
    ("jobs", {"until": "9999-12-31T23:59:59-14:00"}, "'until' must be a time of the years"),
    ("jobs", {"q": ""}, "'q' must have at least 1 character."),
    ("jobs", {"q": "a" * 1000}, "'q' must have at most 200 characters."),
    ("usage", {"by": "colour"}, "'by' must be 'owner', 'notebook', 'schedule' or 'day'."),
    ("usage", {"since": "yesterday"}, "'since' must be a time such as"),
    ("parameters", {}, "'path' is missing."),
    ("jobs/x/output", {"format": "docx"}, "There is no format 'docx'. Choose one of: ipynb,"),
]
JOB_VERBS = ["GET ", "DELETE ", "GET /output", "GET /input", "POST /cancel", "POST /rerun"]
ADDRESSES = [
    "",
    "/",
    "/nothing",
    "/jobs/",
    "/jobs/a/b/c",
    "/jobs/%ff",
    "/jobs%2Fx",
]


async def test_a_query_that_means_nothing_is_refused(refused):
    await refused((("GET", address, query), 400, said) for address, query, said in QUERIES)


async def test_an_id_that_is_not_a_jobs_is_not_found(refused):
    await refused(
        ((method, f"jobs/{id}{verb}", {}), 404, "There is no")
        for method, verb in (one.split(" ") for one in JOB_VERBS)
        for id in IDS
    )


async def test_an_unknown_address_is_not_found(
    refused, http_server_client, jp_base_url, jp_auth_header
):
    wrong = []
    for address in ADDRESSES:
        url = f"{jp_base_url}nbtasks/api{address}"
        answered = await http_server_client.fetch(url, headers=jp_auth_header, raise_error=False)
        told = json.loads(answered.body)
        if not (answered.code in (400, 404) and set(told) == {"message", "reason", "errors"}):
            wrong.append((address, answered.code, told))
    assert wrong == []
    await refused([])


async def test_a_wrong_method_is_told_the_right_ones(refused, api):
    wrong = []
    for pattern, handler in [
        *SNAPSHOT_ROUTES,
        *JOB_ROUTES,
        *SCHEDULE_ROUTES,
        *WEBHOOK_ROUTES,
        *TOOL_ROUTES,
        *SERVER_ROUTES,
    ]:
        address = re.sub(r"\(.*?\)", "x", pattern).removeprefix(f"{PREFIX}/")
        known = {verb for verb in METHODS if hasattr(getattr(handler, verb.lower()), "operation")}
        for method in {*METHODS, "HEAD"} - known:
            answered = await api.raw(method, address)
            allowed = set(answered.headers.get("Allow", "").split(", "))
            if not (answered.code == 405 and allowed == known):
                wrong.append((method, address, answered.code, allowed))
    assert wrong == []
    await refused([])


async def test_a_job_is_deleted_only_after_and_cancelled_only_before_its_end(api, notebook):
    id = (await api.submit(notebook("import time; time.sleep(600)")))["id"]
    await api.until(id, lambda job: job["progress"]["current"] is not None)
    assert (await api.raw("DELETE", f"jobs/{id}")).code == 409
    await api("POST", f"jobs/{id}/cancel")
    assert (await api.ended(id))["status"] == "CANCELLED"
    again = await api.raw("POST", f"jobs/{id}/cancel")
    assert (again.code, again.json["reason"]) == (409, "already_final")
    await api("DELETE", f"jobs/{id}")
    assert (await api.raw("GET", f"jobs/{id}")).code == 404


async def test_a_search_takes_every_character_for_itself(api, notebook):
    for path in ("100%.ipynb", "plain.ipynb"):
        await api.submit(notebook("1", path=path), kernel_name="echo")
    found = {}
    for text in ("%", "_", "PLAIN", "%' OR 1=1 --", "\\"):
        found[text] = [job["name"] for job in (await api("GET", "jobs", q=text))["items"]]
    assert found == {"%": ["100%"], "_": [], "PLAIN": ["plain"], "%' OR 1=1 --": [], "\\": []}
