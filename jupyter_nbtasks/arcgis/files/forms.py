"""What is asked of the server's files, and of code snippets."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..surface.forms import File, Form

MOST_FILES = 5000
_Path = Annotated[str, Field(description="Path below the server's root.")]
_Library = Annotated[str, Field(description="Item id of a folder, or its path.")]


class FilesForm(Form):
    """Which files to list."""

    comp: str = Field("list", description="Only 'list'.")
    prefix: str = Field("", description="What their names begin with, 'folder/' for instance.")
    delimiter: str = Field("", description="'/' leaves out what is in folders.")
    marker: str = Field("", description="NextMarker of the previous list.")
    max_results: int = Field(MOST_FILES, ge=1, le=MOST_FILES, alias="maxresults")


class FileForm(Form):
    """A file."""

    file_name: _Path


class FolderForm(Form):
    """A folder."""

    folder_name: _Path


class UploadForm(Form):
    """A file to save."""

    file: File
    file_name: str | None = Field(None, description="Path to save it at. Default: its own name.")
    overwrite: bool = False


class PutForm(Form):
    """How to save what is sent."""

    comp: str = ""
    overwrite: bool = False


class MoveForm(Form):
    """What to move, and where to."""

    source: _Path
    target: str = Field(description="Its new path, or a folder with a slash at the end.")
    target_username: str | None = None


class ImportForm(Form):
    """Snippets to bring in."""

    item_id: _Library
    file: File = Field(description="A zip of Python files with snippet_properties and marks.")
    overwrite: bool = False


class ExportForm(Form):
    """Snippets to bring out."""

    item_id: _Library
