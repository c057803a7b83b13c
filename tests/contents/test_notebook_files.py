"""Which files can be run and written to: notebooks below the root, and nothing else."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from jupyter_nbtasks.contents.notebook_files import Contents
from jupyter_nbtasks.errors import Conflict
from jupyter_nbtasks.storage.digest import digest

from ..flows.conftest import DEEP, WORK
from ..flows.conftest import refused as refused

OUTSIDE = "is not a path below the server's root"
PATHS = [
    ("..", 400, OUTSIDE),
    ("../secret.ipynb", 400, OUTSIDE),
    ("../root_dir_beside/secret.ipynb", 400, OUTSIDE),
    ("a/../../secret.ipynb", 400, OUTSIDE),
    ("/etc/passwd", 400, OUTSIDE),
    ("..\\secret.ipynb", 400, OUTSIDE),
    ("C:\\secret.ipynb", 400, OUTSIDE),
    ("work.ipynb\0", 400, "must be without control characters."),
    ("%2e%2e%2fsecret.ipynb", 404, "There is no file"),
    ("..%2fsecret.ipynb", 404, "There is no file"),
    ("~/secret.ipynb", 404, "There is no file"),
    ("file:///etc/passwd", 404, "There is no file"),
    (".hidden.ipynb", 404, "There is no file"),
    ("missing.ipynb", 404, "There is no file 'missing.ipynb' below the server's root."),
    ("work.ipynb/x.ipynb", 404, "There is no file 'work.ipynb/x.ipynb'"),
    ("a" * 900, 404, "There is no file"),
    ("a/" * 400, 404, "There is no file"),
    ("a" * 10_000, 400, "must have at most 1000 characters."),
    ("", 400, "must have at least 1 character."),
    (".", 400, "Name a notebook: its path below the server's root."),
    ("folder.ipynb", 400, "'folder.ipynb' is a folder, not a notebook. Name a notebook file."),
]
NO_TARGETS = [
    ("../x.ipynb", OUTSIDE),
    ("a/{name}/../../../x.ipynb", OUTSIDE),
    ("/tmp/x.ipynb", OUTSIDE),
    ("report.txt", "'output_path' must end in .ipynb"),
    ("{colour}.ipynb", "'output_path' cannot use {colour}. It may use {name}, {date}"),
    ("{name.__class__}.ipynb", "'output_path' cannot use {name.__class__}."),
    ("{name!r}.ipynb", "'output_path' cannot use {name!r}."),
    ("{0}.ipynb", "'output_path' cannot use {0}."),
    ("folder.ipynb", "'folder.ipynb' is a folder"),
    ("work.ipynb/x.ipynb", "'work.ipynb' is a file, so nothing can be saved in it."),
    (".hidden/x.ipynb", "'.hidden/x.ipynb' is hidden"),
    ("a" * 300 + ".ipynb", "is too long. Use 255 bytes at most."),
]
NO_NOTEBOOKS = {
    "empty": b"",
    "text": b"print('hello')",
    "binary": bytes(range(256)),
    "latin": b'{"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata": {"x": "\xe9"}}',
    "broken": b'{"cells": [',
    "list": b"[]",
    "number": b"7",
    "null": b"null",
    "object": b"{}",
    "deep": DEEP,
    "deep_within": b'{"nbformat": 4, "metadata": {"x": ' + DEEP + b"]" * 100_000 + b"}}",
}
# What somebody has of a notebook, and cannot be run.
BROKEN_NOTEBOOKS = {
    "future": b'{"nbformat": 99, "nbformat_minor": 0, "cells": [], "metadata": {}}',
    "minor": b'{"nbformat": 4, "nbformat_minor": "x", "cells": [], "metadata": {}}',
    "cells": b'{"nbformat": 4, "nbformat_minor": 5, "cells": {"a": 1}, "metadata": {}}',
    "numbers": b'{"nbformat": 4, "nbformat_minor": 5, "cells": [1], "metadata": {}}',
    "metadata": b'{"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata": []}',
    "sourceless": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": '
    b'[{"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": null}]}',
    "half": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": '
    b'[{"cell_type": "code", "metadata": {}, "source": "\\ud800"}]}',
}


async def test_a_path_reaches_only_files_below_the_root(refused):
    await refused((("POST", "jobs", {"notebook": path}), *expected) for path, *expected in PATHS)
    await refused((("GET", "parameters", {"path": path}), *expected) for path, *expected in PATHS)


async def test_an_output_path_where_nothing_can_be_saved_is_refused(refused):
    await refused(
        (("POST", "jobs", WORK | {"output_path": path}), 400, said) for path, said in NO_TARGETS
    )


async def test_a_file_that_is_not_a_notebook_is_refused(refused, jp_root_dir):
    files = NO_NOTEBOOKS | BROKEN_NOTEBOOKS
    for name, data in files.items():
        (jp_root_dir / name).write_bytes(data)
    await refused((("POST", "jobs", {"notebook": name}), 400, "notebook") for name in files)
    await refused((("GET", "parameters", {"path": name}), 400, "notebook") for name in files)


async def test_content_that_is_not_a_notebook_is_refused(refused):
    files = NO_NOTEBOOKS | BROKEN_NOTEBOOKS
    bodies = [b'{"content": ' + data + b"}" for data in files.values()]
    await refused((("POST", "jobs", body), 400, "") for body in bodies)
    await refused((("POST", "parameters", body), 400, "") for body in bodies)


async def test_a_link_is_followed_just_where_contents_follows_it(
    api, notebook, jp_root_dir, jp_fetch
):
    notebook("1", path="../elsewhere/linked.ipynb")
    (jp_root_dir / "link.ipynb").symlink_to("../elsewhere/linked.ipynb")
    (jp_root_dir / "folder").symlink_to("../elsewhere")
    (jp_root_dir / "gone.ipynb").symlink_to("nowhere.ipynb")
    (jp_root_dir / "circle.ipynb").symlink_to("circle.ipynb")
    followed = {}
    for path in ("link.ipynb", "folder/linked.ipynb", "gone.ipynb", "circle.ipynb"):
        ours = await api.raw("GET", "parameters", path=path)
        theirs = await jp_fetch("api", "contents", path, raise_error=False)
        followed[path.split(".")[0]] = (ours.code, theirs.code)
    both, links = (200, 200), {"gone": (400, 400), "circle": (400, 500)}
    assert followed == {"link": both, "folder/linked": both, **links}


class SlowManager(AsyncLargeFileManager):
    """Begins to save only once somebody else has read the file, or nobody does."""

    def __init__(self, **options):
        super().__init__(**options)
        self.reads = asyncio.Event()

    async def get(self, path, **options):
        model = await super().get(path, **options)
        self.reads.set()
        return model

    async def save(self, model, path=""):
        self.reads.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.reads.wait(), 0.3)
        return await super().save(model, path)


@pytest.fixture
def contents(tmp_path):
    """Files in a folder where a notebook ``work.ipynb`` is."""
    (tmp_path / "work.ipynb").write_bytes(b"{}")
    return Contents(SlowManager(root_dir=str(tmp_path)), max_bytes=1000)


async def test_of_several_that_replace_one_version_one_does(contents, tmp_path):
    was = digest(b"{}")

    done = await asyncio.gather(
        *(contents.replace("work.ipynb", b"[%d]" % n, was=was) for n in range(3)),
        return_exceptions=True,
    )

    refused = [one.reason for one in done if isinstance(one, Conflict)]
    [saved] = [one for one in done if isinstance(one, str)]
    assert refused == ["hash_differs"] * 2
    assert digest((tmp_path / "work.ipynb").read_bytes()) == saved


async def test_another_version_than_the_one_looked_at_is_not_replaced(contents, tmp_path):
    for path, was, reason in (
        ("work.ipynb", digest(b"[]"), "hash_differs"),
        ("work.ipynb", None, "file_exists"),
        ("gone.ipynb", digest(b"[]"), "hash_differs"),
    ):
        with pytest.raises(Conflict) as refused:
            await contents.replace(path, b"[1]", was=was)
        assert refused.value.reason == reason
    assert [(one.name, one.read_bytes()) for one in tmp_path.glob("*.ipynb")] == [
        ("work.ipynb", b"{}")
    ]
