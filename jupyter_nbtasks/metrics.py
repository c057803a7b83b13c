"""What Prometheus reads at the server's own ``/metrics``: no id, name or path is a label."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, Metric
from prometheus_client.registry import Collector

from .jobs.model import Job, Status

_SECONDS = (0.1, 0.3, 1, 3, 10, 30, 60, 300, 1800, 3600, 4 * 3600, 24 * 3600)
# Jobs come and go faster than anybody looks at how many wait.
_PAUSE_SECONDS = 1.0

_log = logging.getLogger(__name__)


class Metrics:
    """Counts the jobs of this *server* from what `hear` is told; *waiting* tells how many wait.

    Every server on a database counts what it did itself, so that their sum is right; only
    ``nbtasks_jobs_waiting`` counts those of all servers.
    """

    def __init__(
        self,
        server: str,
        waiting: Callable[[], Awaitable[int]],
        registry: CollectorRegistry = REGISTRY,
    ) -> None:
        self._server, self._count_waiting, self._registry = server, waiting, registry
        self._submitted = Counter(
            "nbtasks_jobs_submitted", "Jobs submitted, by trigger.", ["trigger"], registry=None
        )
        self._ended = Counter(
            "nbtasks_jobs_ended",
            "Jobs that became final, and why they failed.",
            ["status", "reason"],
            registry=None,
        )
        self._running = Gauge("nbtasks_jobs_running", "Jobs that run here.", registry=None)
        self._waiting = Gauge(
            "nbtasks_jobs_waiting", "Jobs that wait to be run, on any server.", registry=None
        )
        self._waited = _histogram("nbtasks_job_wait_seconds", "From submission to start.")
        self._took = _histogram("nbtasks_job_duration_seconds", "From start to end.")
        self._late = _histogram(
            "nbtasks_schedule_lateness_seconds", "From a schedule's nominal time to its job."
        )
        self._runs: set[str] = set()
        self._turned = asyncio.Event()
        self._collector = _AtScrape(self._collectors(), self._turned)
        self._counting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Offer the metrics to whoever reads the registry; once is enough."""
        if self._counting is not None:
            return
        self._registry.register(self._collector)
        self._turned.set()
        self._counting = asyncio.create_task(self._keep_counting())

    def stop(self) -> None:
        """Take them back."""
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None
            self._registry.unregister(self._collector)

    def hear(self, job: Job) -> None:
        """Take note of a job that changed."""
        if job.status is Status.SUBMITTED and job.attempt == 1:
            self._submitted.labels(job.trigger.type).inc()
            if job.nominal_time is not None:
                self._late.observe((job.created_at - job.nominal_time).total_seconds())
        if job.status.is_final:
            self._ended.labels(job.status, job.reason or "").inc()
            if job.started_at is not None and job.ended_at is not None:
                self._took.observe((job.ended_at - job.started_at).total_seconds())
        self._follow(job)

    def _follow(self, job: Job) -> None:
        is_begun = job.status is Status.EXECUTING and job.server == self._server
        if is_begun and job.id not in self._runs:
            self._runs.add(job.id)
            if job.attempt == 1 and job.started_at is not None:
                self._waited.observe((job.started_at - job.created_at).total_seconds())
        elif job.status.is_final or job.status is Status.SUBMITTED:
            self._runs.discard(job.id)
        self._running.set(len(self._runs))
        self._turned.set()

    def _collectors(self) -> list[Collector]:
        return [
            self._submitted,
            self._ended,
            self._running,
            self._waiting,
            self._waited,
            self._took,
            self._late,
        ]

    async def _keep_counting(self) -> None:
        """Count the queue anew after each change and each look at it, and not while nobody does."""
        while True:
            await self._turned.wait()
            self._turned.clear()
            try:
                self._waiting.set(await self._count_waiting())
            except Exception as error:
                _log.warning("The waiting jobs could not be counted: %s", error)
            await asyncio.sleep(_PAUSE_SECONDS)


class _AtScrape(Collector):
    """All *collectors* as one; a look at them sets *looked*, as the next may want a fresh count."""

    def __init__(self, collectors: list[Collector], looked: asyncio.Event) -> None:
        self._collectors, self._looked = collectors, looked

    def describe(self) -> Iterator[Metric]:
        """Give the names, by which a second one of the kind is refused."""
        for collector in self._collectors:
            yield from collector.collect()

    def collect(self) -> Iterator[Metric]:
        """Give the present figures."""
        self._looked.set()
        yield from self.describe()


def _histogram(name: str, help: str) -> Histogram:
    return Histogram(name, help, buckets=_SECONDS, registry=None)
