"""A fork is not made where an interpreter that is started now would be another one."""

from __future__ import annotations

import os
import sys
import sysconfig
import zipfile
from types import SimpleNamespace

import pytest

from .conftest import ask, bench, kernelspec


@pytest.fixture
def places(tmp_path, monkeypatch, data):
    """Folders of an interpreter outside of any venv; *user* is the site of its user, not there."""
    base = tmp_path / "base"
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    early, late, archive = (tmp_path / each for each in ("early", "late", "archive.egg"))
    early.mkdir()
    pack(archive, "value = 1")
    path = [early, late, archive, sysconfig.get_path("purelib")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, path)))
    monkeypatch.setenv("PYTHONUSERBASE", str(base))
    command = [sys._base_executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernelspec(data, "plain", argv=command)
    user = base / "lib" / name / "site-packages"
    return SimpleNamespace(user=user, early=early, late=late, archive=archive, more=tmp_path / "m")


def pack(archive, source):
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("packed.py", source)


def add(folder, source="value = 2", name="added"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.py").write_text(source)


def with_path_file(places):
    places.user.mkdir(parents=True)
    (places.user / "paths.pth").write_text("# none yet\n")


def with_missing_folder(places):
    places.user.mkdir(parents=True)
    (places.user / "paths.pth").write_text(f"{places.more}\n")


def append(places):
    add(places.more)
    with (places.user / "paths.pth").open("a") as file:
        file.write(f"{places.more}\n")


CHANGES = {
    "the site of the user appears": (None, lambda places: add(places.user)),
    "a line is appended to a .pth": (with_path_file, append),
    "a folder of a .pth appears": (with_missing_folder, lambda places: add(places.more)),
    "a folder of PYTHONPATH appears": (None, lambda places: add(places.late)),
    "an archive is replaced": (None, lambda places: pack(places.archive, "value = 2 # new")),
    "a sitecustomize appears": (
        None,
        lambda places: add(places.early, "import builtins; builtins.value = 2", "sitecustomize"),
    ),
}
SOURCES = {"an archive is replaced": "import packed\npacked.value"}
SOURCES["a sitecustomize appears"] = "value"


@pytest.mark.parametrize("change", CHANGES)
async def test_what_is_read_at_the_start_is_watched(tmp_path, places, change):
    before, do = CHANGES[change]
    if before:
        before(places)
    async with bench(tmp_path) as kernels:
        first = await kernels.start("plain")
        await first.prepare_next()
        forked = await kernels.start("plain")
        assert forked.start == "fork"

        do(places)

        kernel = await kernels.start("plain")
        assert kernel.start.startswith("cold: ")
        assert kernel.start.endswith(" has changed since its fork server began")
        assert await ask(kernel, SOURCES.get(change, "import added\nadded.value")) == 2
