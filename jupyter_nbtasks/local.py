"""A job run here and now, by a command and without a server."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from . import wire
from .access import Caller, local_user
from .errors import InvalidRequest, NotFound
from .jobs.model import Job, Trigger
from .jobs.requests import JobRequest, OutputQuery
from .jobs.submission import Submitter
from .parameters.model import Parameter, from_text
from .parts import Managers, Parts
from .terminal import Bar, echo_output

if TYPE_CHECKING:
    from .app import NbTasksApp

FORMATS = {
    ".ipynb": "ipynb",
    ".html": "html",
    ".md": "markdown",
    ".rst": "rst",
    ".tex": "latex",
    ".pdf": "pdf",
    ".py": "script",
}


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What was asked for on the command line; durations are in seconds."""

    notebook: Path
    parameters: dict[str, str]
    output: Path | None
    watch: bool
    kernel: str | None
    timeout: float | None
    cell_timeout: float | None
    max_attempts: int
    lenient: bool


class LocalRun:
    """Submits a job that only this process may run, and sees it to its end.

    The job belongs to the current folder if the notebook is below it, else to the notebook's.
    """

    def __init__(self, app: NbTasksApp, options: RunOptions) -> None:
        app.load_config_file()
        self._options = options
        notebook = Path(os.path.abspath(options.notebook))
        here = Path.cwd()
        root = here if notebook.is_relative_to(here) else notebook.parent
        self._path = notebook.relative_to(root).as_posix()
        self._out = _output_path(options)
        self._kernels = _kernels(root, app.config)
        managers = Managers(
            contents=AsyncLargeFileManager(root_dir=str(root), allow_hidden=True),
            kernels=self._kernels,
            kernel_specs=self._kernels.kernel_spec_manager,
        )
        self._parts = Parts(app.place(str(root)), managers, app.policy(), only_reserved=True)
        self._over: asyncio.Event = asyncio.Event()
        self._is_cancelled = False

    async def run(self) -> tuple[Job, Path | None]:
        """Return the job at its end, and where its output was written if it has one.

        Raises an NbTasksError if it is refused; then nothing is stored.
        """
        await self._parts.open()
        try:
            job = await self._submit()
            await self._parts.worker.start()
            job = await self._watch(job)
            return job, await self._write(job)
        finally:
            await self._parts.close()
            await self._kernels.shutdown_all(now=True)

    async def _submit(self) -> Job:
        options = self._options
        source, _, inspection = await self._parts.jobs.parameters_of(self._path)
        known = {parameter.name: parameter for parameter in inspection.parameters or ()}
        asked = {
            "notebook": source.path,
            "parameters": {
                name: _value(name, known.get(name), text)
                for name, text in options.parameters.items()
            },
            "kernel_name": options.kernel,
            "timeout": options.timeout,
            "cell_timeout": options.cell_timeout,
            "max_attempts": options.max_attempts,
            "strict": not options.lenient,
        }
        by = Submitter(
            owner=local_user(), trigger=Trigger(type="cli"), server=self._parts.worker.server
        )
        return await self._parts.jobs.submit(wire.read(JobRequest, asked), by)

    async def _watch(self, job: Job) -> Job:
        """Show *job* until it is over; an interrupt cancels it."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):
                loop.add_signal_handler(number, self._interrupted, job)
        bar = None if self._options.watch else Bar(job.name)
        self._parts.events.listen(lambda changed: self._changed(changed, bar))
        if self._options.watch:
            self._parts.events.watch(lambda _, event: echo_output(event))
        await self._over.wait()
        if bar is not None:
            bar.close()
        return await self._parts.store.get(job.id)

    def _changed(self, job: Job, bar: Bar | None) -> None:
        if bar is not None:
            bar.show(job)
        if job.status.is_final:
            self._over.set()

    def _interrupted(self, job: Job) -> None:
        if self._is_cancelled:
            os._exit(130)
        self._is_cancelled = True
        click.echo("\nCancelling; once more to leave at once.", err=True)
        me = Caller(local_user(), sees_all=True)
        self._cancelling = asyncio.ensure_future(self._parts.jobs.cancel(job.id, me))

    async def _write(self, job: Job) -> Path | None:
        query = OutputQuery(format=FORMATS[self._out.suffix])
        me = Caller(local_user(), sees_all=True)
        try:
            _, document = await self._parts.jobs.output(job.id, query, me)
        except NotFound:
            return None
        await asyncio.to_thread(_replace, self._out, document.content)
        return self._out


def _value(name: str, parameter: Parameter | None, text: str) -> Any:
    try:
        return from_text(parameter, text)
    except ValueError as error:
        msg = f"Parameter {name!r}: {error}"
        raise InvalidRequest(msg) from None


def _kernels(root: Path, config: Any) -> Any:
    specs = KernelSpecManager(config=config)
    kernels = AsyncMappingKernelManager(kernel_spec_manager=specs, config=config)
    kernels.root_dir = str(root)
    return kernels


def _output_path(options: RunOptions) -> Path:
    """Return where to write; a name that was not given never hides what is there."""
    out = options.output
    if out is None:
        stem = options.notebook.stem
        names = (f"{stem}-output{number or ''}.ipynb" for number in range(sys.maxsize))
        return next(path for name in names if not (path := Path.cwd() / name).exists())
    if out.suffix not in FORMATS:
        msg = f"The output's name must end in one of {', '.join(FORMATS)}, not {out.name!r}."
        raise InvalidRequest(msg)
    if not out.parent.is_dir():
        msg = f"There is no folder {str(out.parent)!r} for the output."
        raise InvalidRequest(msg)
    return out


def _replace(path: Path, content: bytes) -> None:
    """Write aside, then rename: never half a file."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        aside.write_bytes(content)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
