"""Copies the project as git knows it, so that no other file can change what checks find.

python .ci/pristine.py FOLDER

What tools have installed in FOLDER stays, for the next time; every other file there goes.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

PROJECT = Path(__file__).parents[1]
# Of no use to anybody but the tool that made them, and slow to make again.
INSTALLED = {"node_modules", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}


def main() -> int:
    """Make the copy."""
    copy = Path(sys.argv[1])
    names = tracked() or unpacked()
    if left_out := {name.split("/")[0] for name in names} - set(released()):
        sys.stderr.write(f"Name in pyproject.toml what a release has, too: {sorted(left_out)}\n")
        return 1
    tidy(copy, {*names})
    # Here ends, for ruff, what a .gitignore further up says: the copy may lie in an ignored folder.
    (copy / ".git").mkdir(parents=True, exist_ok=True)
    for name in names:
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # The same file keeps its time, for tools that go by that.
        if not (target.exists() and filecmp.cmp(PROJECT / name, target)):
            shutil.copy2(PROJECT / name, target)
    return 0


def tracked() -> list[str]:
    """The files that git tracks, as far as they are still there; none where there is no git."""
    # The clone may belong to somebody else, which git refuses to read unless told to.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    try:
        listed = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return [name for name in listed.stdout.decode().split("\0") if (PROJECT / name).is_file()]


def unpacked() -> list[str]:
    """The files of an unpacked archive: all that a release has, but for what .gitignore names."""
    return sorted(name for entry in released() for name in walk(PROJECT / entry))


def released() -> list[str]:
    """The files and folders at the top that a release has."""
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    return list(settings["tool"]["hatch"]["build"]["targets"]["sdist"]["only-include"])


def walk(path: Path) -> Iterator[str]:
    """Yield the files at and below *path* that .gitignore does not name."""
    name = path.relative_to(PROJECT).as_posix()
    if is_ignored(name):
        return
    if path.is_file():
        yield name
    elif path.is_dir():
        for below in path.iterdir():
            yield from walk(below)


def is_ignored(name: str) -> bool:
    """Whether the last line of .gitignore that means *name* says to leave it out."""
    path, verdict = PurePosixPath("/", name), False
    for line in (PROJECT / ".gitignore").read_text().splitlines():
        if line and not line.startswith("#") and path.match(line.lstrip("!").rstrip("/")):
            verdict = not line.startswith("!")
    return verdict


def tidy(copy: Path, names: set[str]) -> None:
    """Remove from *copy* what is neither one of *names* nor something that a tool installed."""
    for folder, folders, files in os.walk(copy):
        folders[:] = [name for name in folders if name not in INSTALLED]
        for path in (Path(folder, name) for name in files):
            if path.relative_to(copy).as_posix() not in names:
                path.unlink()


if __name__ == "__main__":
    sys.exit(main())
