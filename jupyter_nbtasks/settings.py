"""Every setting of the server extension, and what the parts are told of them."""

from __future__ import annotations

import os
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir
from traitlets import (
    Bool,
    Enum,
    Float,
    HasTraits,
    Integer,
    List,
    TraitError,
    TraitType,
    Unicode,
    default,
    validate,
)

from .arcgis.tasks.cron_fields import Numbering
from .assembly.storage import Storage
from .jobs.policy import Policy
from .schedules.recurrence import zone_of
from .snapshots.policy import SnapshotPolicy

_JOBS, _SNAPSHOTS = Policy(), SnapshotPolicy()
# The traits of these begin with a word that their fields do without.
_SNAPSHOT_TRAITS = {
    "before_update": "snapshot_before_update",
    "before_restore": "snapshot_before_restore",
    "scheduled": "snapshot_scheduled",
}
_MACHINE_ZONE = Path("/etc/localtime")


class Settings(HasTraits):
    """The settings, as traits of the extension; it works without any."""

    data_dir = Unicode(
        config=True,
        help="Folder for inputs and outputs of jobs. Default: nbtasks in Jupyter's data directory.",
    )
    database_url = Unicode(
        config=True,
        help="SQLAlchemy URL of the database. Default: an SQLite file in data_dir.",
    )
    root_name = Unicode(
        config=True,
        help=(
            "Jobs belong to the server's files under this name. Default: the absolute root_dir. "
            "Give several servers the same name if they serve the same files."
        ),
    )
    max_concurrent_jobs = Integer(
        min=1, config=True, help="How many jobs run at once. Default: the number of CPUs."
    )
    max_jobs_per_owner = Integer(
        _JOBS.max_jobs_per_owner or 0,
        min=0,
        config=True,
        help="How many jobs of one person run at once; 0: no limit.",
    )
    max_jobs_per_notebook = Integer(
        _JOBS.max_jobs_per_notebook or 0,
        min=0,
        config=True,
        help="How many jobs of one notebook run at once; 0: no limit.",
    )
    default_timeout = Float(
        _JOBS.default_timeout or 0.0,
        min=0,
        config=True,
        help="Seconds that a job may run if it does not say; 0: no limit.",
    )
    default_cell_timeout = Float(
        _JOBS.default_cell_timeout or 0.0,
        min=0,
        config=True,
        help="Seconds that a cell may run if the job does not say; 0: no limit.",
    )
    kernel_start_timeout = Float(
        _JOBS.kernel_start_timeout,
        min=1,
        config=True,
        help="Seconds that a kernel may take to start.",
    )
    cancel_grace = Float(
        _JOBS.cancel_grace,
        min=0,
        config=True,
        help="Seconds between a cancelled job's interrupt and its kill.",
    )
    lease = Float(
        _JOBS.lease,
        min=2,
        config=True,
        help="Seconds after which a server on another machine that is silent is considered lost; "
        "the same for all servers on one database.",
    )
    max_notebook_bytes = Integer(
        _JOBS.max_notebook_bytes,
        min=1,
        config=True,
        help="Bytes that a notebook file to be run may have.",
    )
    fork_kernels = Bool(
        True,
        config=True,
        help=(
            "Start the kernels of jobs by fork from a process that has imported ipykernel already, "
            "where that is safe: Linux, and ipykernel's own kernelspecs."
        ),
    )
    warm_kernels = Integer(
        1,
        min=0,
        config=True,
        help=(
            "Kernels that are kept ready after a job for the next in its folder. Each serves one "
            "job, and is given up if none comes within ten minutes. Where it is safe they are "
            "forked, and serve any folder; the others are in the list of running kernels."
        ),
    )
    fork_preload = List(
        Unicode(),
        config=True,
        help=(
            "Modules that this process imports too, such as numpy or pandas. A job gets them "
            "as they were imported with the server's environment."
        ),
    )
    max_payload_bytes = Integer(
        1_000_000, min=1, config=True, help="Bytes that a delivery to a webhook may have."
    )
    max_tool_wait = Float(
        60.0, min=0, config=True, help="Seconds that a call of a tool waits for its results."
    )
    max_output_characters = Integer(
        _JOBS.max_output_characters,
        min=100_000,
        config=True,
        help="Characters of a job's output that are kept; the rest is marked as left out.",
    )
    executor_process = Bool(
        _JOBS.executor_process,
        config=True,
        help="Receive and keep outputs in a process of their own, not in the server's.",
    )
    keep_jobs_days = Float(
        _JOBS.keep_jobs_days or 0.0,
        min=0,
        config=True,
        help="Days that a job is kept after its end; 0: for ever.",
    )
    keep_jobs = Integer(
        _JOBS.keep_jobs or 0,
        min=0,
        config=True,
        help="How many jobs that are over are kept; the oldest go first. 0: no limit.",
    )
    keep_jobs_bytes = Integer(
        _JOBS.keep_jobs_bytes or 0,
        min=0,
        config=True,
        help=(
            "Bytes that the inputs and outputs of all kept jobs that are over may have before "
            "compression; the oldest go first. 0: no limit."
        ),
    )
    max_snapshots = Integer(
        _SNAPSHOTS.max_snapshots or 0,
        min=0,
        config=True,
        help="Manual snapshots that a notebook may have; 0: no limit.",
    )
    max_automatic_snapshots = Integer(
        _SNAPSHOTS.max_automatic_snapshots or 0,
        min=0,
        config=True,
        help="Automatic snapshots of a notebook that are kept; the oldest go first. 0: no limit.",
    )
    snapshot_before_update = Bool(
        _SNAPSHOTS.before_update,
        config=True,
        help="Keep a snapshot of a notebook before `update_notebook` writes it.",
    )
    snapshot_before_restore = Bool(
        _SNAPSHOTS.before_restore,
        config=True,
        help="Keep a snapshot before a restore that does not say whether to.",
    )
    snapshot_scheduled = Bool(
        _SNAPSHOTS.scheduled,
        config=True,
        help="Keep a snapshot of every version that a schedule runs.",
    )
    timezone = Unicode(
        config=True,
        help="IANA time zone of schedules that name none. Default: the machine's.",
    )
    arcgis_day_numbers = Enum(
        [one.value for one in Numbering],
        Numbering.QUARTZ.value,
        config=True,
        help=(
            "What the numbers in a task's dayOfWeek mean to the ArcGIS API: quartz (1 to 7 from "
            "Sunday) or unix (0 to 7 from Sunday to Sunday)."
        ),
    )
    arcgis_max_snapshots = Integer(
        5,
        min=0,
        config=True,
        help="Manual snapshots that the ArcGIS API lets a notebook have; 0: no limit.",
    )

    @default("data_dir")
    def _default_data_dir(self) -> str:
        return str(Path(jupyter_data_dir()) / "nbtasks")

    @default("database_url")
    def _default_database_url(self) -> str:
        return f"sqlite:///{Path(self.data_dir).absolute() / 'nbtasks.sqlite3'}"

    @default("timezone")
    def _default_timezone(self) -> str:
        return local_zone()

    @validate("timezone")
    def _valid_timezone(self, proposal: Any) -> str:
        try:
            return zone_of(proposal["value"]).key
        except ValueError as error:
            msg = f"timezone {error}"
            raise TraitError(msg) from None

    @default("max_concurrent_jobs")
    def _default_max_concurrent_jobs(self) -> int:
        return Policy().max_concurrent_jobs

    def policy(self) -> Policy:
        """Return the limits that the settings make."""
        return Policy(**{field.name: self._of(field, field.name) for field in fields(Policy)})

    def snapshot_policy(self) -> SnapshotPolicy:
        """Return what the settings say of snapshots."""
        return SnapshotPolicy(
            **{
                field.name: self._of(field, _SNAPSHOT_TRAITS.get(field.name, field.name))
                for field in fields(SnapshotPolicy)
            }
        )

    def _of(self, field: Field[Any], trait: str) -> Any:
        """Return what the *trait* says for the *field* of a policy, whose None is the trait's 0."""
        value = getattr(self, trait)
        return None if value == 0 and str(field.type).endswith("| None") else value

    def storage(self, root: str | None) -> Storage:
        """Return where the settings keep things, for the jobs of *root*."""
        return Storage(
            data_dir=Path(self.data_dir),
            database_url=self.database_url,
            root=root,
            timezone=self.timezone,
        )


def settings() -> list[tuple[str, TraitType[Any, Any]]]:
    """Return each setting with its trait, in the order of their definition."""
    traits = Settings.class_own_traits(config=True)
    return [(name, traits[name]) for name in vars(Settings) if name in traits]


def local_zone() -> str:
    """Return the IANA name of the machine's time zone; UTC where it has none."""
    named = os.environ.get("TZ", "").lstrip(":")
    linked = str(_MACHINE_ZONE.resolve()).partition("zoneinfo/")[2]
    for name in (named, linked):
        try:
            return zone_of(name).key
        except ValueError:
            continue
    return "UTC"
