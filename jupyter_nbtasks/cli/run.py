"""A job run here and now, by a command and without a server."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from ..assembly.assembly import Assembly
from ..caller import Caller, local_user
from ..errors import InvalidRequest, NbTasksError
from ..jobs.model import Job, Reason, Status, Trigger
from ..jobs.requests import JobRequest, OutputQuery
from ..jobs.submission import Submitter
from ..parameters.model import Parameter, from_text
from ..rest import schemas
from .config import NbTasksApp
from .managers import LocalKernels, local_managers
from .output_file import OutputFile
from .printing import echo
from .terminal import Bar, Outputs

# How often the job is looked up, as another command may have cancelled it, and the bar drawn.
_LOOK_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What was asked for on the command line; durations are in seconds."""

    notebook: Path
    parameters: dict[str, str]
    raw_parameters: dict[str, str]
    output: Path | None
    watch: bool
    kernel: str | None
    timeout: float | None
    cell_timeout: float | None
    max_attempts: int
    lenient: bool


@dataclass(frozen=True, kw_only=True)
class Ran:
    """A job at its end, where its output was written, and what else there is to say."""

    job: Job
    output: Path | None = None
    notes: tuple[str, ...] = ()


class LocalRun:
    """Submits a job that only this process may run, and sees it to its end.

    The job belongs to the current folder if the notebook is below it, else to the notebook's.
    Raises an NbTasksError if it is refused; then nothing is stored.
    """

    def __init__(self, app: NbTasksApp, options: RunOptions) -> None:
        self._options = options
        notebook = Path(os.path.abspath(options.notebook))
        here = Path.cwd()
        root = here if notebook.is_relative_to(here) else notebook.parent
        self._path = notebook.relative_to(root).as_posix()
        self._out = OutputFile(options.output or Path(f"{notebook.stem}-output.ipynb"))
        managers = local_managers(root, app.config)
        self._kernels: LocalKernels = managers.kernels
        kept = app.snapshot_policy()
        # A command's loop serves nobody else, so what runs on it disturbs nobody.
        policy = replace(app.policy(), executor_process=False)
        self._assembly = Assembly(
            app.storage(str(root)), managers, policy, snapshots=kept, only_reserved=True
        )
        self._me = Caller(local_user(), sees_all=True)
        self._turned = asyncio.Event()
        self._is_cancelled = False

    async def run(self) -> Ran:
        """Return the job at its end."""
        await self._assembly.open()
        with TemporaryFile() as self._kernels.noise:
            try:
                await self._assembly.jobs.worker.start()
                job = await self._submit()
                return await self._ended(await self._watch(job))
            finally:
                await self._assembly.close()
                await self._kernels.shutdown_all(now=True)

    async def _submit(self) -> Job:
        options = self._options
        source, _, inspection = await self._assembly.jobs.service.parameters_of(self._path)
        known = {parameter.name: parameter for parameter in inspection.parameters or ()}
        for name in options.parameters.keys() & options.raw_parameters:
            msg = f"{name!r} is given twice. Use -p or -r for it, not both."
            raise InvalidRequest(msg)
        asked = {
            "notebook": source.path,
            "parameters": {
                name: typed(known.get(name), text) for name, text in options.parameters.items()
            }
            | options.raw_parameters,
            "kernel_name": options.kernel,
            "timeout": options.timeout,
            "cell_timeout": options.cell_timeout,
            "max_attempts": options.max_attempts,
            "strict": not options.lenient,
        }
        by = Submitter(
            owner=self._me.name,
            trigger=Trigger(type="cli"),
            server=self._assembly.jobs.worker.server,
        )
        return await self._assembly.jobs.service.submit(schemas.read(JobRequest, asked), by)

    async def _watch(self, job: Job) -> Job:
        """Show *job* until it is over; an interrupt cancels it."""
        self._listen_to_signals(job)
        outputs, bar = Outputs(), None if self._options.watch else Bar(job.name)
        self._assembly.jobs.events.listen(lambda _: self._turned.set())
        if bar is None:
            self._assembly.jobs.events.watch(lambda _, event: outputs.show(event))
        while not job.status.is_final:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._turned.wait(), _LOOK_SECONDS)
            self._turned.clear()
            before, job = job, await self._assembly.jobs.store.get(job.id)
            if job.status is Status.CANCELLING:
                self._assembly.jobs.worker.cancel(job)
            if bar is not None:
                bar.show(job)
            if job.attempt > before.attempt:
                outputs.end_line()
                _say(_retry(job), bar)
        outputs.end_line()
        if bar is not None:
            bar.close()
        return job

    def _listen_to_signals(self, job: Job) -> None:
        loop = asyncio.get_running_loop()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            # It is ignored under nohup, or where a script started us in the background.
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                with suppress(NotImplementedError):
                    loop.add_signal_handler(number, self._interrupted, job)

    def _interrupted(self, job: Job) -> None:
        if self._is_cancelled:
            self._kernels.kill_all()
            os._exit(130)
        self._is_cancelled = True
        echo("\nCancelling; once more to leave at once.", err=True)
        self._cancelling = asyncio.ensure_future(self._cancel(job))

    async def _cancel(self, job: Job) -> None:
        # It may be over by now.
        with suppress(NbTasksError):
            await self._assembly.jobs.service.cancel(job.id, self._me)

    async def _ended(self, job: Job) -> Ran:
        """Write the output of *job*, and see what its kernel said at its death."""
        notes: list[str] = []
        if job.reason is Reason.KERNEL_DIED:
            notes += self._kernels.last_noise()
        if job.output_hash is None:
            return Ran(job=job, notes=tuple(notes))
        output = None
        try:
            query = OutputQuery(format=self._out.format)
            _, document = await self._assembly.jobs.service.output(job.id, query, self._me)
            replace = self._options.output is not None
            output = await asyncio.to_thread(self._out.write, document, replace=replace)
        except (NbTasksError, OSError) as error:
            kept = f"It is kept: jupyter nbtasks show {job.id} -o FILE"
            notes.append(f"The output could not be written: {error}\n{kept}")
        return Ran(job=job, output=output, notes=tuple(notes))


def typed(parameter: Parameter | None, text: str) -> Any:
    """Return what *text*, given on the command line, is for *parameter*; raises InvalidRequest."""
    try:
        return from_text(parameter, text)
    except ValueError as error:
        raise InvalidRequest(str(error)) from None


def _retry(job: Job) -> str:
    at = "" if job.not_before is None else f" at {job.not_before.astimezone():%H:%M:%S}"
    return f"Attempt {job.attempt - 1} failed ({job.message}); trying again{at}."


def _say(text: str, bar: Bar | None) -> None:
    echo(text, err=True) if bar is None else bar.say(text)
