"""What is asked of snapshots."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ...rest.schemas import Line, Text
from ..surface.forms import Form, ItemId, JsonObject

ResourceKey = Annotated[Line, Field(description="As the list has it: snapshot-….json.")]


class SnapshotsForm(Form):
    """The notebook whose snapshots are meant."""

    item_id: ItemId


class NewSnapshotForm(SnapshotsForm):
    """A notebook to keep as it is now."""

    name: Line = Field(description="No other snapshot of the notebook has it.")
    description: Text = ""
    notebook: JsonObject | None = Field(
        None, alias="notebookJSON", description="What is kept instead of the file."
    )
    private_access: bool = Field(False, description="Nobody but its owner sees it.")


class SnapshotForm(SnapshotsForm):
    """One snapshot of a notebook."""

    resource_key: ResourceKey


class RestoreForm(SnapshotForm):
    """Put a notebook back as it was."""

    preserve_current_as_snapshot: bool | None = Field(
        None, description="Default: what the server's settings say."
    )
    title: Line | None = Field(None, description="Name of the snapshot that is kept.")
    description: Text = Field("", description="Description of the snapshot that is kept.")


class ConvertForm(SnapshotForm):
    """Make a new notebook of a snapshot."""

    notebook_title: Line = Field(description="Its file's name, beside the notebook.")


class DeleteSnapshotsForm(SnapshotsForm):
    """Remove snapshots."""

    resource_keys: str = Field(max_length=10_000, description="Separated by commas.")
