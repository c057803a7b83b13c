"""What is asked of snapshots: bodies and queries."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from ..rest.schemas import Line, Path, Query, Request, Sha256, Text

_CONTENT = "A notebook: what is on screen and not saved yet."


class SnapshotRequest(Request):
    """Keep this notebook of the server's Contents as it is now, or as *content* says."""

    path: Path = Field(description="Path in the server's Contents.")
    name: Line | None = Field(None, description="Default: the file's name and the time.")
    description: Text = ""
    content: dict[str, Any] | None = Field(None, description=_CONTENT)
    private: bool = Field(False, description="Nobody but its owner sees it.")
    expected_hash: Sha256 | None = Field(None, description="Refuse any other version of the file.")


class SnapshotChange(Request):
    """What is to be different; what is not given stays as it is."""

    name: Line | None = None
    description: Text | None = None
    private: bool | None = None


class SnapshotQuery(Query):
    """Which snapshots, and which page of them."""

    path: Path | None = Field(None, description="Only those of this notebook.")
    kind: Literal["manual", "restore", "update", "schedule", "tool"] | None = None
    q: Line | None = Field(None, description="Text in name, description or path, in either case.")
    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = Field(
        None, pattern=r"^n[0-9a-f]{28}$", description="'next' of the previous page."
    )


class RestoreRequest(Request):
    """Put the notebook back as it was; what is there now is kept first, if *preserve* says so."""

    preserve: bool | None = Field(None, description="Default: what the server's settings say.")
    name: Line | None = Field(None, description="Of the snapshot that is kept.")
    description: Text = Field("", description="Of the snapshot that is kept.")
    content: dict[str, Any] | None = Field(
        None, description=f"{_CONTENT} Kept instead of the file."
    )
    expected_hash: Sha256 | None = Field(None, description="Refuse any other version of the file.")


class SaveAsRequest(Request):
    """Make a new notebook of a snapshot."""

    path: Path = Field(description="Path in the server's Contents where there is no file yet.")


class Outputs(Query):
    """What of notebooks is compared."""

    outputs: bool = Field(False, description="Whether outputs count too.")


class DiffQuery(Outputs):
    """What to compare a snapshot with."""

    other: Line = Field(
        "file", alias="with", description="Another snapshot, or 'file': the notebook as it is now."
    )


class ContentQuery(Query):
    """How to give a notebook."""

    download: bool = False
