"""What cannot be used is refused in words; nothing of it is kept, nothing of the server leaks."""

from __future__ import annotations

import ast
import json
import re

import pytest

from jupyter_nbtasks.jobs.handlers import ROUTES as JOB_ROUTES
from jupyter_nbtasks.jobs.requests import JobRequest
from jupyter_nbtasks.rest.handlers import PREFIX
from jupyter_nbtasks.schedules.handlers import ROUTES as SCHEDULE_ROUTES
from jupyter_nbtasks.server.handlers import ROUTES as SERVER_ROUTES
from jupyter_nbtasks.snapshots.handlers import ROUTES as SNAPSHOT_ROUTES
from jupyter_nbtasks.tools.handlers import ROUTES as TOOL_ROUTES
from jupyter_nbtasks.webhooks.handlers import ROUTES as WEBHOOK_ROUTES

from ..conftest import texts

WORK = {"notebook": "work.ipynb"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
DEEP = b"[" * 100_000

WRONG_TYPES = {
    "parameters": [],
    "name": 5,
    "kernel_name": ["python3"],
    "timeout": "60",
    "cell_timeout": True,
    "priority": "1",
    "max_attempts": 1.5,
    "retry_delay": None,
    "output_path": {},
    "update_notebook": "yes",
    "save_parameters": 1,
    "strict": "false",
    "expected_hash": 7,
    "idempotency_key": 1,
    "keep_kernel_on_failure": "300",
    "env": ["A=1"],
    "tags": "tag",
    "batch_id": 0,
    "notebook": 3,
    "snapshot_id": 5,
    "content": "text",
    "trigger": 1,
}
OUT_OF_BOUNDS = [
    ({"colour": 1}, "'colour' is not a field of this request."),
    ({"name": "a" * 10_000}, "'name' must have at most 200 characters."),
    ({"name": ""}, "'name' must have at least 1 character."),
    ({"name": "a\nb"}, "'name' must be without control characters."),
    ({"timeout": 0}, "'timeout' must be greater than 0."),
    ({"timeout": -1}, "'timeout' must be greater than 0."),
    ({"priority": 1001}, "'priority' must be less than or equal to 1000."),
    ({"priority": -1001}, "'priority' must be greater than or equal to -1000."),
    ({"priority": 10**30}, "'priority' must be less than or equal to 1000."),
    ({"max_attempts": 0}, "'max_attempts' must be greater than or equal to 1."),
    ({"retry_delay": -1}, "'retry_delay' must be greater than or equal to 0."),
    ({"env": {"A=B": "1"}}, "'env' cannot have 'A=B'"),
    ({"env": {"": "1"}}, "'env' cannot have ''"),
    ({"env": {"A\0": "1"}}, "'env' cannot have 'A\\x00'"),
    ({"env": {"A": "\0"}}, "'env' cannot have 'A'"),
    ({"env": {"A": 1}}, "'env.A' must be a valid string."),
    ({"tags": ["a"] * 51}, "'tags' must have at most 50 items"),
    ({"tags": [""]}, "'tags.0' must have at least 1 character."),
    ({"trigger": "schedule"}, "'trigger' must be 'api' or 'lab'."),
    ({"expected_hash": "abc"}, "'expected_hash' must match"),
    ({"kernel_name": "klingon"}, "There is no kernel 'klingon' here. Choose one of"),
    ({"content": {}}, "Name one of 'notebook' (a path), 'snapshot_id' and 'content' (a notebook)."),
    (
        {"notebook": None},
        "Name one of 'notebook' (a path), 'snapshot_id' and 'content' (a notebook).",
    ),
]
BODIES = [
    (b"", "Name one of 'notebook'"),
    (b"{", "The body is not valid JSON: EOF"),
    (b'{"notebook": "work.ipynb"', "The body is not valid JSON: EOF"),
    (b"[]", "The body must be a JSON object."),
    (b'"x"', "The body must be a JSON object."),
    (b"null", "The body must be a JSON object."),
    (b'{"name": "\xff\xfe"}', "The body is not valid JSON: invalid unicode"),
    (b'{"timeout": 1e400, "notebook": "work.ipynb"}', "'timeout' must be a finite number."),
    (b'{"parameters": {"factor": NaN}}', "'parameters' must not contain NaN or Infinity"),
    (b'{"parameters": {"factor": [-Infinity]}}', "'parameters' must not contain NaN"),
    (b'{"parameters": {"factor": 1e400}}', "'parameters' must not contain NaN"),
    (b'{"parameters": {"name": "\\ud800"}}', "The body is not valid JSON: unexpected end of hex"),
    (b'{"parameters": {"name": "\\udc80"}}', "The body is not valid JSON: lone leading surrogate"),
    (b'{"parameters": {"factor": ' + b"9" * 5000 + b"}}", "valid JSON: number out of range"),
    (b'{"parameters": ' + DEEP, "The body is not valid JSON: recursion limit"),
]
VALUES = [
    ({"faktor": 1}, "There is no parameter 'faktor'. Did you mean 'factor'?"),
    ({"factor": "many"}, "'factor' must be a whole number, not \"many\"."),
    ({"factor": 1.5}, "'factor' must be a whole number, not 1.5."),
    ({"factor": True}, "'factor' must be a whole number, not true."),
    ({"factor": None}, "'factor' must be a whole number, not null."),
    ({"factor": [[1]]}, "'factor' must be a whole number"),
    ({}, "'region' needs a value."),
]
NAMES = ["x; import os", "a b", "x=1\ny", "x\n", "1x", "", "class", "os.environ", "x[0]", "x\0"]
NAMES += ["None", "x\u200b", "\uff43lass", "\uff3f_import_\uff3f", "__import__", "!ls", "%run"]
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
IDS = [
    "x",
    "j" + "0" * 28,
    "../jobs",
    "a/b",
    "a%2Fb",
    "x'--",
    "j0' OR '1'='1",
    "%00",
    "é",
    "a" * 999,
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
NASTY = {
    "quotes": "'\"'''\"\"\"\\",
    "lines": "x\n__import__('os').abort()\r\n",
    "call": "'); __import__('os').abort() #",
    "places": "{0.__class__} {{}} %s $HOME `id`",
    "magic": "!kill 0\n%reset -f",
    "odd": "\0\x85\u2028\u202e\ufeff\N{GRINNING FACE}",
    "end": "\\",
    "'); __import__('os').abort() #": ["\\'", {"\n": "\\n"}],
}


def complaints(answered, status, said, folder):
    """What is wrong with an answer that is to be a refusal."""
    shown, told = answered.body.decode(), answered.json or {}
    if answered.code != status or set(told) != {"message", "reason", "errors"}:
        return [f"is {answered.code} {shown[:200]}"]
    checks = {
        f"says {told['message'][:200]}": said in told["message"],
        "is not a sentence": told["message"].endswith("."),
        "shows a traceback": "Traceback" not in shown,
        "tells where the server keeps things": str(folder) not in shown,
        "has errors without a field": all({"field", "message"} == set(e) for e in told["errors"]),
    }
    return [fault for fault, holds in checks.items() if not holds]


@pytest.fixture
def refused(api, notebook, tmp_path, jp_root_dir, caplog):
    """Send each ``(method, address, body or query), status, words``; check all that is promised."""
    notebook("1", parameters="factor: int = 1\nname: str = ''")
    notebook("1", path="../root_dir_beside/secret.ipynb")
    notebook("1", path="../secret.ipynb")
    notebook("1", path=".hidden.ipynb")
    (jp_root_dir / "folder.ipynb").mkdir()

    async def check(cases):
        wrong = []
        for (method, address, sent), status, said in cases:
            query = sent if method == "GET" else {}
            body = sent if method == "POST" else None
            answered = await api.raw(method, address, body, **query)
            found = complaints(answered, status, said, tmp_path)
            wrong += [f"{method} {address} {str(sent)[:60]} {fault}" for fault in found]
        assert wrong == []
        assert (await api("GET", "jobs"))["items"] == []
        assert [*(tmp_path / "nbtasks").glob("blobs/**/*")] == []
        assert [record.getMessage() for record in caplog.records if record.exc_info] == []
        assert "Traceback" not in caplog.text

    return check


async def test_a_field_of_the_wrong_type_is_named(refused):
    assert set(WRONG_TYPES) == set(JobRequest.model_fields)
    await refused(
        (("POST", "jobs", WORK | {field: value}), 400, f"'{field}' must be")
        for field, value in WRONG_TYPES.items()
    )


async def test_a_field_out_of_bounds_is_named_with_its_bounds(refused):
    await refused((("POST", "jobs", WORK | fields), 400, said) for fields, said in OUT_OF_BOUNDS)


async def test_a_body_that_is_not_a_request_is_refused(refused):
    await refused((("POST", "jobs", body), 400, said) for body, said in BODIES)
    await refused((("POST", "parameters", body), 400, "") for body, said in BODIES)


async def test_a_parameter_that_does_not_fit_is_named(refused, notebook):
    notebook("1", parameters="factor: int = 1\nregion: str", path="needs.ipynb")
    await refused(
        (("POST", "jobs", {"notebook": "needs.ipynb", "parameters": values}), 400, said)
        for values, said in VALUES
    )


async def test_code_in_the_name_of_a_parameter_is_refused(refused, notebook):
    notebook("1", path="plain.ipynb")
    plain = {"notebook": "plain.ipynb", "strict": False}
    await refused(
        (("POST", "jobs", plain | {"parameters": {name: 1}}), 400, "cannot be") for name in NAMES
    )


async def test_another_version_of_the_file_is_a_conflict(refused):
    await refused([(("POST", "jobs", WORK | {"expected_hash": "0" * 64}), 409, "Look again")])


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


async def test_a_text_that_looks_like_code_arrives_as_the_text_it_is(api, notebook):
    path = notebook("print(repr(given))", parameters="given: dict = {}")
    job = await api.run(path, parameters={"given": NASTY}, env={"GIVEN": "$(kill 0)"})
    assert job["status"] == "COMPLETED", job["message"]
    assert job["parameters"] == {"given": NASTY}
    assert ast.literal_eval(texts(await api.output(job["id"]))[-1]) == NASTY


async def test_a_search_takes_every_character_for_itself(api, notebook):
    for path in ("100%.ipynb", "plain.ipynb"):
        await api.submit(notebook("1", path=path), kernel_name="echo")
    found = {}
    for text in ("%", "_", "PLAIN", "%' OR 1=1 --", "\\"):
        found[text] = [job["name"] for job in (await api("GET", "jobs", q=text))["items"]]
    assert found == {"%": ["100%"], "_": [], "PLAIN": ["plain"], "%' OR 1=1 --": [], "\\": []}
