"""What a job promises, on a real server with real kernels."""

from __future__ import annotations

from ..conftest import texts


async def test_a_notebook_runs_with_its_parameters(api, notebook):
    path = notebook("print(6 * factor)", parameters="factor: int = 1")

    job = await api.submit(path, parameters={"factor": 7})

    assert job["status"] == "SUBMITTED"
    ended = await api.ended(job["id"])
    assert ended["status"] == "COMPLETED", ended
    assert texts(await api.output(job["id"])) == ["", "", "42\n"]
