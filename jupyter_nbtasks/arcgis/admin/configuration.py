"""Limits of the server under the names of ArcGIS, and which setting is behind each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from ...errors import FieldError, InvalidRequest
from ...rest.handlers import Routes, operation
from ...server.service import ServerService
from ..surface.base import ArcgisHandler, ArcgisServices
from ..surface.rest import Operation, Resource
from .forms import LimitsForm

_WEBSOCKET_BYTES = 10 * 2**20  # tornado's own limit
_MIB = 2**20


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A value in force, 0 where there is no limit, and the *setting* that makes it."""

    name: str
    value: float | bool
    setting: str


class LimitServices(ArcgisServices, Protocol):
    """What these handlers need."""

    @property
    def server(self) -> ServerService: ...

    @property
    def most_snapshots(self) -> int | None: ...


class LimitsReader(ArcgisHandler):
    """What the handlers of limits share."""

    services: LimitServices
    names: tuple[str, ...] = ()

    def limits(self) -> dict[str, Limit]:
        """Return the limits in force by their names, those of this address."""
        known = {limit.name: limit for limit in [*self._of_jobs(), *self._of_jupyter()]}
        return {name: known[name] for name in self.names}

    def _of_jobs(self) -> list[Limit]:
        ours = self.services.server.limits()
        return [
            Limit(
                name="maxExecuteNotebookTimeMinutes",
                value=_minutes(ours["default_timeout"] or 0),
                setting="NbTasksApp.default_timeout (in seconds)",
            ),
            Limit(
                name="maxExecuteNotebookContainersPerNode",
                value=ours["max_concurrent_jobs"] or 0,
                setting="NbTasksApp.max_concurrent_jobs",
            ),
            Limit(
                name="maxSnapshotsPerNotebookItem",
                value=self.services.most_snapshots or 0,
                setting="NbTasksApp.arcgis_max_snapshots",
            ),
        ]

    def _of_jupyter(self) -> list[Limit]:
        kernels, contents = self.kernel_manager, self.contents_manager
        bytes = self.settings.get("websocket_max_message_size", _WEBSOCKET_BYTES)
        return [
            Limit(
                name="webSocketSize",
                value=bytes // _MIB,
                setting="ServerApp.tornado_settings['websocket_max_message_size'] (in bytes)",
            ),
            Limit(
                name="allowHiddenFileDownloads",
                value=bool(contents.allow_hidden),
                setting="ContentsManager.allow_hidden",
            ),
            Limit(
                name="idleNotebookThreshold",
                value=_minutes(max(0, getattr(kernels, "cull_idle_timeout", 0))),
                setting="MappingKernelManager.cull_idle_timeout (in seconds)",
            ),
            _none("containerCreatedThreshold"),
            _none("maxContainersPerNode"),
        ]


class ConfigurationHandler(LimitsReader, Resource):
    """``admin/notebooks/configuration``."""

    names: tuple[str, ...] = (
        "webSocketSize",
        "maxExecuteNotebookTimeMinutes",
        "maxSnapshotsPerNotebookItem",
        "allowHiddenFileDownloads",
        "idleNotebookThreshold",
        "containerCreatedThreshold",
    )

    @operation("read")
    async def get(self) -> None:
        """Show the limits in force; 0 where there is none."""
        await self.answer({name: limit.value for name, limit in self.limits().items()})


class PropertiesHandler(ConfigurationHandler):
    """``admin/system/properties``."""

    names = (
        *ConfigurationHandler.names,
        "maxContainersPerNode",
        "maxExecuteNotebookContainersPerNode",
    )


class UpdateConfigurationHandler(LimitsReader, Operation):
    """``admin/notebooks/configuration/update``."""

    names: tuple[str, ...] = ConfigurationHandler.names

    @operation("write", body=LimitsForm)
    async def post(self, form: LimitsForm) -> None:
        """Confirm that these are the limits in force, or say which setting makes another."""
        await self.services.access.administrator(self, "change the limits of the server")
        sent = {name: self.given[name] for name in self.names if name in self.given}
        refused = self._refused({**sent, **form.configuration, **form.properties})
        if refused:
            raise InvalidRequest(
                " ".join(wrong.message for wrong in refused), errors=refused, reason="not_supported"
            )
        await self.answer({"status": "success"})

    def _refused(self, wanted: dict[str, Any]) -> list[FieldError]:
        limits = self.limits()
        return [
            FieldError(name, _how_to_set(name, limits.get(name)))
            for name, value in wanted.items()
            if name not in limits or not _is_same(limits[name].value, value)
        ]


class UpdatePropertiesHandler(UpdateConfigurationHandler):
    """``admin/system/properties/update``."""

    names = PropertiesHandler.names


def _none(name: str) -> Limit:
    return Limit(name=name, value=0, setting="")


def _minutes(seconds: float) -> float:
    minutes = seconds / 60
    return int(minutes) if minutes == int(minutes) else minutes


def _is_same(value: float | bool, wanted: Any) -> bool:
    """Whether they are equal; the wanted one may be a text of a form."""
    if isinstance(value, bool) or isinstance(wanted, bool):
        return str(value).lower() == str(wanted).lower()
    try:
        return float(wanted) == value
    except (TypeError, ValueError):
        return False


def _how_to_set(name: str, limit: Limit | None) -> str:
    if limit is None:
        return f"{name!r} is not a limit of this server."
    if not limit.setting:
        return f"{name!r} is always {limit.value}: this server has no such limit."
    return (
        f"{name!r} is {str(limit.value).lower()}. It is not changed while the server runs: set "
        f"{limit.setting} in its configuration and start it again."
    )


ROUTES = Routes[LimitServices](
    [
        ("admin/notebooks/configuration", ConfigurationHandler),
        ("admin/notebooks/configuration/update", UpdateConfigurationHandler),
        ("admin/system/properties", PropertiesHandler),
        ("admin/system/properties/update", UpdatePropertiesHandler),
    ]
)
