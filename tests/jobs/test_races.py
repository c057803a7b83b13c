"""What happens at once: one request many times over, and an edit in the midst of a write."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import ClassVar

import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from ..conftest import texts
from .running.test_output_delivery import saved

WAIT = "from pathlib import Path\nimport time\nwhile not Path('go').exists():\n    time.sleep(0.02)"
MINE = "This is mine."


class Meddling(AsyncLargeFileManager):
    """A person saves a file right after the server has looked at it."""

    watched: ClassVar[set[str]] = set()

    async def get(self, path, content=True, type=None, format=None, **options):
        model = await super().get(path, content, type, format, **options)
        if content and path in self.watched:
            self.watched.remove(path)
            (Path(self.root_dir) / path).write_text(MINE)
        return model


@pytest.fixture(autouse=True)
def all_at_once(http_server_client):
    """Let a client have as many requests under way as it likes."""
    http_server_client.max_clients = 100


async def test_one_key_fifty_times_at_once_is_one_job(api, notebook, jp_root_dir):
    path = notebook(WAIT)
    same = {"notebook": path, "idempotency_key": "k", "name": "first"}

    answered = await asyncio.gather(*(api.raw("POST", "jobs", same) for _ in range(50)))

    assert {one.code for one in answered} == {201}
    assert len({one.json["id"] for one in answered}) == 1
    assert len((await api("GET", "jobs"))["items"]) == 1
    (jp_root_dir / "go").touch()
    await api.ended(answered[0].json["id"])


async def test_one_key_with_fifty_bodies_at_once_is_one_job_and_else_a_conflict(
    api, notebook, jp_root_dir
):
    path = notebook(WAIT)
    bodies = [{"notebook": path, "idempotency_key": "k", "priority": n % 10} for n in range(50)]

    answered = await asyncio.gather(*(api.raw("POST", "jobs", body) for body in bodies))

    assert Counter(one.code for one in answered) == {201: 5, 409: 45}
    assert len({one.json["id"] for one in answered if one.code == 201}) == 1
    refused = {one.json["reason"] for one in answered if one.code == 409}
    assert refused == {"idempotency_key_reused"}
    [job] = (await api("GET", "jobs"))["items"]
    (jp_root_dir / "go").touch()
    await api.ended(job["id"])


class TestWithAMeddler:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"]["contents_manager_class"] = Meddling
        return jp_server_config

    @pytest.mark.parametrize("how", ["output_path", "update_notebook"])
    async def test_what_is_saved_in_the_midst_of_a_delivery_is_left_alone(
        self, api, notebook, jp_root_dir, how
    ):
        path = notebook(WAIT, "print('ours')")
        target = path if how == "update_notebook" else "out.ipynb"
        asked = {how: True if how == "update_notebook" else target}
        if how == "output_path":
            await api.run(notebook("print('before')", path="before.ipynb"), **asked)
        job = await api.submit(path, **asked)
        await api.until(job["id"], lambda job: job["progress"]["current"] == 0)

        Meddling.watched.add(target)
        (jp_root_dir / "go").touch()
        ended = await api.ended(job["id"])

        assert ended["status"] == "COMPLETED"
        assert (jp_root_dir / target).read_text() == MINE
        assert "was left alone" in ended["warnings"][0]
        beside = f"{target.removesuffix('.ipynb')}-{job['id']}.ipynb"
        assert texts(saved(jp_root_dir, beside)) == ["", "ours\n"]
