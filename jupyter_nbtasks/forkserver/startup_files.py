"""What an interpreter reads when it starts: where it finds modules, and the time zone.

Runs in the kernel's own environment, where nothing of ours is installed: standard library only.
"""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Iterator
from contextlib import suppress

_INSTALLED = ("site-packages", "dist-packages")
_CUSTOMIZE = ("sitecustomize", "usercustomize")
_SUFFIXES = ("", ".py", ".pyc")


def startup_files() -> list[str]:
    """Return the files and folders, there or not, that make another interpreter if they change."""
    folders = _site_folders()
    found = ["/etc/localtime", *_venv_files(), *folders, *_files_at_first_use()]
    for folder in folders:
        found += _path_files(folder)
    for path in sys.path:
        # One that is not there is looked for once, and an archive is read once.
        found += _customizing(path) if os.path.isdir(path) else [path]
    return found


def _site_folders() -> list[str]:
    """Return the folders that packages are installed to, also one that is not made yet."""
    folders = [path for path in sys.path if os.path.basename(path) in _INSTALLED]
    if not sys.flags.no_site:
        folders += site.getsitepackages()
        if site.ENABLE_USER_SITE:
            folders.append(site.getusersitepackages())
    return list(dict.fromkeys(folders))


def _venv_files() -> list[str]:
    folder = os.path.dirname(sys.executable)
    places = dict.fromkeys((sys.prefix, folder, os.path.dirname(folder)))
    return [os.path.join(place, "pyvenv.cfg") for place in places]


def _files_at_first_use() -> list[str]:
    """Return what a module has read that reads it once."""
    mimetypes = sys.modules.get("mimetypes")
    return list(mimetypes.knownfiles) if mimetypes and mimetypes.inited else []


def _path_files(folder: str) -> Iterator[str]:
    """Yield the files in *folder* that add to the path, and what they would add if it was there."""
    with suppress(OSError):
        for name in sorted(os.listdir(folder)):
            if name.endswith(".pth"):
                path = os.path.join(folder, name)
                yield path
                with suppress(OSError), open(path, errors="replace") as lines:
                    added = [os.path.join(folder, line.strip()) for line in lines]
                    yield from (each for each in added if "\0" not in each and _is_missing(each))


def _is_missing(path: str) -> bool:
    return not os.path.exists(path)


def _customizing(folder: str) -> list[str]:
    """Return the modules in *folder* that would be imported at the start."""
    return [os.path.join(folder, name + suffix) for name in _CUSTOMIZE for suffix in _SUFFIXES]
