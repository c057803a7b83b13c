"""The same notebooks executed by us and by nbclient: the outputs must be equal."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import zmq
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from jupyter_nbtasks.execution.executor import CellFailed, KernelDied
from jupyter_nbtasks.forkserver.launch import ForkSettings
from jupyter_nbtasks.forkserver.servers import ForkServers
from jupyter_nbtasks.notebooks import ipynb

from .notebooks import COMPLETE, DYING, EXITING, FAILING, NOTEBOOKS, WITH_WIDGETS, build


async def all_of(execute: Callable[[str], Awaitable[Any]]) -> dict[str, Any]:
    """What comes of each notebook, a few at a time, by its name."""
    places = asyncio.Semaphore(3)

    async def one(name: str) -> tuple[str, Any]:
        async with places:
            return name, await execute(name)

    return dict(await asyncio.gather(*map(one, NOTEBOOKS)))


@pytest.fixture(scope="module")
def theirs(start_kernel: Any) -> dict[str, Any]:
    """All notebooks executed by nbclient: name to notebook and error."""

    async def execute(name: str) -> tuple[Any, Exception | None]:
        notebook = build(name)
        async with start_kernel() as kernel:
            client = NotebookClient(notebook, km=kernel)
            waking = asyncio.create_task(wake(client))
            try:
                await client.async_execute(cleanup_kc=False)
            except (CellExecutionError, DeadKernelError) as error:
                return notebook, error
            finally:
                waking.cancel()
                client.kc.stop_channels()
        return notebook, None

    return asyncio.run(all_of(execute))


@pytest.fixture(
    scope="module",
    params=[("process", "cold"), ("here", "cold"), ("process", "fork"), ("process", "preload")],
    ids="-".join,
)
def ours(request: Any, start_kernel: Any, on_bench: Any, tmp_path_factory: Any) -> dict[str, Any]:
    """All notebooks executed by us, in the process for it or here: name to what ran."""
    where, start = request.param
    preload = ("numpy", "pandas", "matplotlib.pyplot") if start == "preload" else ()

    async def execute() -> dict[str, Any]:
        servers = ForkServers(ForkSettings(preload=preload))
        if start != "cold":
            async with start_kernel(servers) as kernel:
                await kernel.provisioner.prepare()
            async with start_kernel(servers) as kernel:
                assert kernel.provisioner.start == "fork"
        kernels = None if start == "cold" else servers
        folder = tmp_path_factory.mktemp("blobs")
        try:
            async with on_bench(folder, here=where == "here", servers=kernels) as bench:
                return await all_of(lambda name: bench.run(build(name)))
        finally:
            await servers.close()

    return asyncio.run(execute())


@pytest.fixture(scope="module")
def runs(ours: Any, theirs: Any) -> dict[str, Any]:
    """All notebooks executed on both sides: name to (ours, theirs)."""
    return {name: (ours[name], theirs[name]) for name in NOTEBOOKS}


async def wake(client: NotebookClient) -> None:
    """Keeps nbclient from hanging: as it updates Output widgets, it may miss a reply."""
    while True:
        await asyncio.sleep(0.1)
        if client.kc and client.kc.shell_channel.socket:
            client.kc.shell_channel.socket.get(zmq.EVENTS)


def merge_streams(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    merged: list[dict[str, Any]] = []
    for output in outputs:
        if (
            merged
            and output["output_type"] == "stream"
            and output["name"] == merged[-1].get("name")
        ):
            merged[-1]["text"] += output["text"]
        else:
            merged.append(dict(output))
    return merged


def comparable(document: Any) -> Any:
    """*document* without what differs between two runs by nature: addresses, ids, folders."""
    text = json.dumps(document)
    text = re.sub(r"0x[0-9a-f]{6,}", "ADDRESS", text)
    text = re.sub(r"ipykernel_\d+/\d+", "ipykernel", text)
    ids = dict.fromkeys(re.findall(r"\b[0-9a-f]{32}\b|(?<=IPY_MODEL_)[0-9a-f]{32}\b", text))
    for number, id in enumerate(ids):
        text = text.replace(id, f"ID{number}")
    return json.loads(text)


def outputs_of(notebook: Any) -> list[Any]:
    return comparable([merge_streams(cell.get("outputs", [])) for cell in notebook["cells"]])


def counts_of(notebook: Any) -> list[int | None]:
    return [cell.get("execution_count") for cell in notebook["cells"]]


def widgets_of(notebook: Any) -> Any:
    """The outputs, and the models in the order in which they refer to each other."""
    shown = [cell.get("outputs", []) for cell in notebook["cells"]]
    models = {
        id: json.dumps(model, sort_keys=True)
        for state in notebook["metadata"].get("widgets", {}).values()
        for id, model in state["state"].items()
    }
    alike = re.compile(r"[0-9a-f]{32}")
    referred = {id for text in models.values() for id in alike.findall(text)}
    # A model is known by what refers to it, or by what it holds.
    roots = sorted(models, key=lambda id: (id in referred, alike.sub("", models[id])))
    order: list[str] = []
    for waiting in [alike.findall(json.dumps(shown)), *([id] for id in roots)]:
        while waiting:
            id = waiting.pop(0)
            if id in models and id not in order:
                order.append(id)
                waiting += alike.findall(models[id])
    found = [[id, json.loads(models[id])] for id in order]
    return comparable([[merge_streams(outputs) for outputs in shown], found])


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_outputs_and_counts_are_those_of_nbclient(runs, name):
    ours, (theirs, _error) = runs[name]
    document = ours.document
    assert outputs_of(document) == outputs_of(theirs)
    assert counts_of(document) == counts_of(theirs)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_document_is_the_file_that_nbformat_would_write(ours, name):
    assert ours[name].data == ipynb.write(ours[name].document)


@pytest.mark.parametrize("name", COMPLETE)
def test_a_notebook_completes_where_nbclient_does(runs, name):
    ours, (_notebook, error) = runs[name]
    assert (ours.error, error) == (None, None)


@pytest.mark.parametrize("name", FAILING)
def test_a_notebook_fails_where_and_as_with_nbclient(runs, name):
    ours, (theirs, error) = runs[name]
    assert isinstance(ours.error, CellFailed)
    assert (ours.error.ename, ours.error.evalue) == (error.ename, error.evalue)
    assert max(index for index, count in enumerate(counts_of(theirs)) if count) == ours.error.index


@pytest.mark.parametrize("name", EXITING)
def test_an_exit_is_a_success_unlike_with_nbclient(runs, name):
    ours, (_notebook, error) = runs[name]
    assert ours.error is None
    assert error is None or error.ename == "SystemExit"


@pytest.mark.parametrize("name", DYING)
def test_a_dead_kernel_is_noticed_as_by_nbclient(runs, name):
    ours, (_notebook, error) = runs[name]
    assert isinstance(ours.error, KernelDied)
    assert isinstance(error, DeadKernelError)


@pytest.mark.parametrize("name", WITH_WIDGETS)
def test_the_state_of_widgets_is_that_of_nbclient(runs, name):
    ours, (theirs, _error) = runs[name]
    state = widgets_of(ours.document)
    assert state == widgets_of(theirs)
    assert state[1]
