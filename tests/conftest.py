"""A started server with our extension, and what tests say to it."""

from __future__ import annotations

import asyncio
import json
from contextlib import ExitStack
from types import SimpleNamespace

import nbformat
import pytest
import sqlalchemy
from tornado.httpclient import HTTPClientError

pytest_plugins = ["pytest_jupyter.jupyter_server", "tests.crowded"]

FINAL = {"COMPLETED", "FAILED", "CANCELLED"}


def pytest_addoption(parser):
    parser.addoption(
        "--database-url",
        help="keep what the servers of tests keep in this PostgreSQL database, which is emptied "
        "for each test, and not in a SQLite file each",
    )


@pytest.fixture
def database_config(pytestconfig):
    """The setting that `--database-url` stands for."""
    if not (url := pytestconfig.getoption("--database-url")):
        return {}
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        for statement in ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public"):
            connection.execute(sqlalchemy.text(statement))
    engine.dispose()
    return {"database_url": url}


@pytest.fixture
def nbtasks_config():
    """Settings of the extension; tests override it."""
    return {}


@pytest.fixture
def jp_server_config(tmp_path, database_config, nbtasks_config):
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyter_nbtasks": True, "jupyter_server_fileid": True}
        },
        "NbTasksApp": {
            "data_dir": str(tmp_path / "nbtasks"),
            "max_concurrent_jobs": 1,
            "cancel_grace": 1.0,
            # A server's first job is cold anyway, and few tests have a second on the same kernel.
            "fork_kernels": False,
            "warm_kernels": 0,
            **database_config,
            **nbtasks_config,
        },
        "BaseFileIdManager": {"db_path": str(tmp_path / "file_ids.db")},
    }


@pytest.fixture
def after_cleanup():
    """Holds what is to be called once the server has been cleaned up."""
    with ExitStack() as calls:
        yield calls


@pytest.fixture(autouse=True)
def jp_server_cleanup(after_cleanup, jp_server_cleanup):
    """Replaces that of pytest-jupyter: it ends before `after_cleanup` does."""


@pytest.fixture
def jp_serverapp(jp_serverapp, after_cleanup):
    """The server, with the SQLite connections closed at the end that its own parts never close."""
    after_cleanup.callback(jp_serverapp.contents_manager.notary.close)
    after_cleanup.callback(jp_serverapp.session_manager.connection.close)
    after_cleanup.callback(jp_serverapp.web_app.settings["file_id_manager"].con.close)
    return jp_serverapp


@pytest.fixture
def app(jp_serverapp, jp_asyncio_loop):
    """The started extension."""
    started = jp_serverapp.extension_manager.start_all_extensions()
    jp_asyncio_loop.run_until_complete(started)
    return jp_serverapp.extension_manager.extension_points["jupyter_nbtasks"].app


class Api:
    """Speaks to the extension as a client would: ``await api("GET", "jobs", status="FAILED")``."""

    def __init__(self, fetch, assembly):
        self._fetch = fetch
        self.assembly = assembly
        self._closed = assembly.jobs.worker.closed
        self.listen = assembly.jobs.events.listen
        self._changes = asyncio.Event()
        self.listen(lambda job: self._changes.set())

    async def raw(self, method, address, body=None, **query):
        """The response whatever its status, with its JSON as ``json`` where it is some."""
        sent = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        if sent is None and method in ("POST", "PATCH", "PUT"):
            sent = ""
        assembly = ["nbtasks", "api", *address.split("/")]
        try:
            answered = await self._fetch(*assembly, method=method, body=sent, params=query or None)
        except HTTPClientError as error:
            answered = error.response
        content = answered.body or b""
        is_json = answered.headers.get("Content-Type", "").startswith("application/json")
        return SimpleNamespace(
            code=answered.code,
            headers=answered.headers,
            body=content,
            json=json.loads(content) if is_json and content else None,
        )

    async def __call__(self, method, address, body=None, **query):
        """The JSON of an answer that must be a success."""
        answered = await self.raw(method, address, body, **query)
        assert answered.code < 300, answered.body
        return answered.json

    async def submit(self, notebook, **fields):
        """Submit a job for the file *notebook*."""
        return await self("POST", "jobs", {"notebook": notebook, **fields})

    async def until(self, id, reached):
        """The job as soon as ``reached(job)``; each change of a job is a reason to look."""
        while True:
            changed = self.next_change()
            job = await self("GET", f"jobs/{id}")
            if reached(job):
                changed.close()
                return job
            await changed

    def next_change(self):
        """Return what is to be awaited until some job has changed after this call."""
        self._changes.clear()
        return self._changes.wait()

    async def closed(self, id):
        """Wait until the kernel of a job that is over has ended."""
        await self._closed(id)

    async def ended(self, id):
        """The job once it is final."""
        return await self.until(id, lambda job: job["status"] in FINAL)

    async def run(self, notebook, **fields):
        """Submit and wait for the end."""
        return await self.ended((await self.submit(notebook, **fields))["id"])

    async def output(self, id):
        """The executed notebook, as far as it has come."""
        answered = await self.raw("GET", f"jobs/{id}/output")
        assert answered.code == 200, answered.body
        return nbformat.reads(answered.body.decode(), as_version=4)


@pytest.fixture
def api(app, jp_fetch):
    """A client of the started extension."""
    return Api(jp_fetch, app.assembly)


@pytest.fixture
def notebook(jp_root_dir):
    """Write a notebook of these code cells below the server's root; return its path."""

    def write(*sources, path="work.ipynb", parameters=None, tags=None, **metadata):
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        if parameters is not None:
            tagged = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
            cells.insert(0, tagged)
        for index, tag in (tags or {}).items():
            cells[index].metadata["tags"] = [tag]
        spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec, **metadata})
        target = jp_root_dir / path
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(made, target)
        return path

    return write


def texts(document):
    """What the code cells of *document* printed, or showed as text, in their order."""
    return [
        "".join(
            output.get("text") or output.get("data", {}).get("text/plain", "")
            for output in cell.outputs
        )
        for cell in document.cells
        if cell.cell_type == "code"
    ]
