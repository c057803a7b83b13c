"""What a tool is, what it takes and hands back, and who may do what with it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..caller import Caller


class ValueType(StrEnum):
    """What a value is to a geoprocessing client. Values are part of the REST API."""

    STRING = "String"
    LONG = "Long"
    DOUBLE = "Double"
    BOOLEAN = "Boolean"
    DATE = "Date"
    LINEAR_UNIT = "LinearUnit"
    FEATURE_SET = "FeatureSet"
    RECORD_SET = "RecordSet"
    FILE = "File"
    RASTER_DATA_LAYER = "RasterDataLayer"


@dataclass(frozen=True, kw_only=True)
class Input:
    """A parameter of the notebook that a caller may give.

    *type* is None where no geoprocessing type fits, as for a list; *schema* is the JSON Schema
    (draft 7) of its values.
    """

    name: str
    type: ValueType | None
    title: str
    description: str
    required: bool
    default: Any
    choices: list[Any] | None
    schema: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Output:
    """A result of the notebook that a caller is given."""

    name: str
    type: ValueType | None
    title: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A snapshot of a notebook that can be called by name.

    *hash* is that of the snapshot's bytes, *request* how it is run and what was said of its
    inputs, *version* what tells two writers apart. Without *outputs* all results are given.
    """

    id: str
    root: str
    owner: str
    name: str
    title: str
    description: str
    notebook: str
    item_id: str | None
    snapshot_id: str
    hash: str
    inputs: list[Input]
    outputs: list[Output]
    request: dict[str, Any]
    shared: bool
    disabled: bool
    created_at: datetime
    updated_at: datetime
    version: int = 1

    def is_owned_by(self, caller: Caller) -> bool:
        """Whether *caller* may change it."""
        return caller.sees_all or caller.name == self.owner

    def next_version(self, at: datetime, **changes: Any) -> Tool:
        """It is another version of itself."""
        return replace(self, version=self.version + 1, updated_at=at, **changes)

    def results_for_caller(self, results: dict[str, Any]) -> dict[str, Any]:
        """Return those of a job's *results* that it hands back."""
        names = [output.name for output in self.outputs] or list(results)
        return {name: results[name] for name in names if name in results}
