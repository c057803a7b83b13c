"""What can be done with jobs, on a real server with real kernels."""

from __future__ import annotations

import asyncio
import json

import nbformat
import pytest

from ..conftest import texts

SLEEP = "import time\nfor _ in range(600):\n    time.sleep(0.1)"


async def test_a_notebook_runs_with_its_parameters(api, notebook):
    path = notebook("print(6 * factor)", parameters="factor: int = 1")

    job = await api.submit(path, parameters={"factor": 7})

    assert job["status"] == "SUBMITTED"
    ended = await api.ended(job["id"])
    assert ended["status"] == "COMPLETED", ended
    assert texts(await api.output(job["id"])) == ["", "", "42\n"]


async def test_a_job_tells_all_that_the_contract_asks_for(api, notebook):
    path = notebook("x = 1", "sum(range(10**6))", path="deep/work.ipynb")

    job = await api.run(path, name="weekly", tags=["a"], priority=3)

    assert job["progress"] == {"completed": 2, "total": 2, "current": None}
    assert [cell["status"] for cell in job["cells"]] == ["completed", "completed"]
    assert all(cell["seconds"] >= 0 and cell["started_at"] for cell in job["cells"])
    assert job["usage"]["kernel_seconds"] > 0
    assert job["usage"]["cpu_seconds"] > 0
    assert job["usage"]["peak_memory_bytes"] > 10_000_000
    assert (job["name"], job["tags"], job["priority"]) == ("weekly", ["a"], 3)
    assert job["trigger"] == {"type": "api", "id": None}
    assert len(job["item_id"]) == 32
    assert job["created_at"] <= job["started_at"] <= job["ended_at"]
    assert job["ended_at"].endswith("Z")
    assert job["kernel_id"] is None


async def test_what_runs_is_what_was_submitted(api, notebook, jp_root_dir):
    path = notebook("print('first')")
    blocker = await api.submit(notebook(SLEEP, path="blocker.ipynb"))
    job = await api.submit(path)

    notebook("print('second')")
    await api("POST", f"jobs/{blocker['id']}/cancel")
    await api.ended(job["id"])

    assert texts(await api.output(job["id"])) == ["first\n"]
    frozen = await api.raw("GET", f"jobs/{job['id']}/input")
    assert b"first" in frozen.body
    assert b"second" not in frozen.body


async def test_a_notebook_can_be_sent_inline(api):
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print('hello')")])

    job = await api("POST", "jobs", {"content": made, "name": "inline"})

    ended = await api.ended(job["id"])
    assert (ended["status"], ended["notebook"]) == ("COMPLETED", None)
    assert texts(await api.output(job["id"])) == ["hello\n"]


async def test_the_kernel_is_one_of_the_servers_and_sits_in_the_notebooks_folder(
    api, notebook, jp_fetch, jp_root_dir
):
    source = (
        "import os, sys\nprint(os.getcwd())\nprint(os.environ['NBTASKS_JOB_ID'], os.environ['X'])"
    )
    path = notebook(source, SLEEP, path="deep/er/work.ipynb")
    job = await api.submit(path, env={"X": "y"})

    running = await api.until(job["id"], lambda job: job["progress"]["completed"] == 1)
    listed = json.loads((await jp_fetch("api", "kernels")).body)
    await api("POST", f"jobs/{job['id']}/cancel")
    await api.ended(job["id"])

    assert running["kernel_id"] in [kernel["id"] for kernel in listed]
    printed = texts(await api.output(job["id"]))[0].split("\n")
    assert printed[:2] == [str(jp_root_dir / "deep" / "er"), f"{job['id']} y"]


async def test_a_failing_cell_is_named_and_later_cells_do_not_run(api, notebook):
    path = notebook("print('before')", "{}['id']", "print('after')")

    job = await api.run(path)

    assert (job["status"], job["reason"]) == ("FAILED", "cell_error")
    assert job["message"] == "Cell 2: KeyError: 'id'"
    assert (job["error"]["cell"], job["error"]["ename"]) == (1, "KeyError")
    assert any("KeyError" in line for line in job["error"]["traceback"])
    assert [cell["status"] for cell in job["cells"]] == ["completed", "failed", "pending"]
    assert texts(await api.output(job["id"]))[0] == "before\n"


async def test_lists_leave_out_what_is_long_and_say_so(api, notebook):
    long, short = "x" * 2_000, "y" * 900
    source = "raise ValueError('no ' * 1_000)"
    path = notebook(source, parameters="a = b = ''")
    jobs = [
        await api.run(path, parameters=values)
        for values in ({"a": long, "b": short}, {"a": short}, {"a": "z" * 9_000, "b": short})
    ]

    rows = (await api("GET", "jobs"))["items"][::-1]

    assert [row["parameters"] for row in rows] == [{"b": short}, {"a": short}, {}]
    assert [row["left_out"] for row in rows] == [
        ["error", "parameters"],
        ["error"],
        ["error", "parameters"],
    ]
    assert {len(row["error"]["evalue"]) for row in rows} == {1_000}
    whole = [await api("GET", f"jobs/{job['id']}") for job in jobs]
    assert [job["left_out"] for job in whole] == [[], [], []]
    assert whole[2]["parameters"] == {"a": "z" * 9_000, "b": short}
    assert whole[0]["error"]["evalue"] == "no " * 1_000


async def test_lists_leave_out_long_results(api, notebook):
    data = "{'application/vnd.nbtasks.result+json': {'name': name, 'value': value}}"
    show = f"display({data}, raw=True)"
    path = notebook(f"for name, value in {{'a': 'x' * 2_000, 'b': 1}}.items(): {show}")
    job = await api.run(path)

    [row] = (await api("GET", "jobs"))["items"]

    assert (row["results"], row["left_out"]) == ({"b": 1}, ["results"])
    assert job["results"] == {"a": "x" * 2_000, "b": 1}


async def test_lists_show_errors_without_tracebacks(api, notebook):
    await api.run(notebook("1/0"))

    [job] = (await api("GET", "jobs"))["items"]

    assert job["error"]["ename"] == "ZeroDivisionError"
    assert "traceback" not in job["error"]
    assert "cells" not in job


async def test_lists_come_in_pages_newest_first(api, notebook):
    path = notebook("1")
    ids = [(await api.submit(path))["id"] for _ in range(5)]

    first = await api("GET", "jobs", limit="3")
    rest = await api("GET", "jobs", limit="3", cursor=first["next"])

    assert [job["id"] for job in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None
    for id in ids:
        # A server that is stopped in the moment in which a kernel starts cannot end it.
        await api.ended(id)
        await api.closed(id)


async def test_jobs_run_by_priority_then_first_come(api, notebook, nbtasks_config):
    order = []
    api.listen(lambda job: order.append(job.name) if job.status == "EXECUTING" else None)
    blocker = await api.submit(notebook(SLEEP, path="blocker.ipynb"))
    quick = notebook("1")
    jobs = [await api.submit(quick, name=n, priority=p) for n, p in [("b", 0), ("c", 0), ("a", 9)]]

    await api("POST", f"jobs/{blocker['id']}/cancel")
    for job in jobs:
        await api.ended(job["id"])

    assert list(dict.fromkeys(order)) == ["blocker", "a", "b", "c"]


async def test_the_same_idempotency_key_gives_the_same_job(api, notebook):
    path = notebook("1")

    answers = await asyncio.gather(*(api.submit(path, idempotency_key="k") for _ in range(10)))
    other = await api.raw("POST", "jobs", {"notebook": path, "priority": 1, "idempotency_key": "k"})

    assert len({job["id"] for job in answers}) == 1
    assert len((await api("GET", "jobs"))["items"]) == 1
    assert (other.code, other.json["reason"]) == (409, "idempotency_key_reused")


async def test_a_file_that_is_not_the_expected_one_is_not_run(api, notebook):
    path = notebook("1")
    seen = (await api("GET", "parameters", path=path))["hash"]
    job = await api.submit(path, expected_hash=seen)
    notebook("2")

    refused = await api.raw("POST", "jobs", {"notebook": path, "expected_hash": seen})

    assert job["input_hash"] == seen
    assert (refused.code, refused.json["reason"]) == (409, "hash_differs")


async def test_run_again_uses_the_frozen_notebook_and_takes_overrides(api, notebook):
    path = notebook("print(n)", parameters="n: int = 1")
    first = await api.run(path, parameters={"n": 2}, tags=["t"])
    notebook("print('new', n)", parameters="n: int = 1")

    again = await api("POST", f"jobs/{first['id']}/rerun", {})
    changed = await api(
        "POST", f"jobs/{first['id']}/rerun", {"parameters": {"n": 3}, "latest": True}
    )

    assert again["trigger"] == {"type": "rerun", "id": first["id"]}
    assert (again["parameters"], again["tags"]) == ({"n": 2}, ["t"])
    await api.ended(again["id"])
    await api.ended(changed["id"])
    assert texts(await api.output(again["id"]))[-1] == "2\n"
    assert texts(await api.output(changed["id"]))[-1] == "new 3\n"


async def test_a_final_job_can_be_deleted_and_is_gone(api, notebook, app):
    job = await api.run(notebook("1"))

    deleted = await api.raw("DELETE", f"jobs/{job['id']}")

    assert deleted.code == 204
    assert (await api.raw("GET", f"jobs/{job['id']}")).code == 404
    assert (await api("GET", "jobs"))["items"] == []


@pytest.mark.parametrize(
    ("format", "content_type", "part"),
    [
        ("html", "text/html", b"<!DOCTYPE html>"),
        ("markdown", "text/markdown", b"print('hello')"),
        ("script", "text/plain", b"print('hello')"),
    ],
)
async def test_an_output_is_rendered(api, notebook, format, content_type, part):
    job = await api.run(notebook("print('hello')"))

    output = await api.raw("GET", f"jobs/{job['id']}/output", format=format, download="1")

    assert output.code == 200
    assert output.headers["Content-Type"].startswith(content_type)
    assert "sandbox" in output.headers["Content-Security-Policy"]
    assert "attachment" in output.headers["Content-Disposition"]
    assert part in output.body


async def test_results_are_handed_back(api, notebook):
    ours = "application/vnd.nbtasks.result+json"
    scrap = "application/scrapbook.scrap.json+json"
    source = (
        "from IPython.display import display\n"
        f"display({{'{ours}': {{'name': 'r2', 'value': [1, None]}}}}, raw=True)\n"
        f"display({{'{scrap}': {{'name': 'rows', 'data': 7}}}}, raw=True)\n"
    )

    job = await api.run(notebook(source))

    assert job["results"] == {"r2": [1, None], "rows": 7}


async def test_events_reach_the_servers_bus(api, notebook, jp_serverapp):
    heard = []

    async def listener(logger, schema_id, data):
        heard.append(data)

    schema = "https://events.jupyter.org/jupyter_nbtasks/job/v1"
    jp_serverapp.event_logger.add_listener(schema_id=schema, listener=listener)
    job = await api.run(notebook("1"))
    await jp_serverapp.event_logger.gather_listeners()

    assert heard[0]["status"] == "SUBMITTED"
    assert heard[-1]["status"] == "COMPLETED"
    assert heard[-1]["progress"] == {"completed": 1, "total": 1, "current": None}
    assert {data["id"] for data in heard} == {job["id"]}


async def test_what_is_not_finite_in_a_notebook_is_null_in_all_that_is_answered_of_it(
    api, notebook
):
    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    path = notebook("1", papermill={"duration": float("nan"), "most": [float("-inf"), 1.5]})

    job = await api.run(path)

    assert job["status"] == "COMPLETED"
    for kind in ("input", "output"):
        answer = await api.raw("GET", f"jobs/{job['id']}/{kind}")
        content = json.loads(answer.body, parse_constant=refuse)
        assert content["metadata"]["papermill"] == {"duration": None, "most": [None, 1.5]}
