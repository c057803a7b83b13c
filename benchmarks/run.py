"""Runs benchmarks one after the other, all of them unless some are named: `nox -s bench`.

The exit status tells whether every target was met. Figures and the environments of peers are kept
in .bench/, from where --readme takes them.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
KEPT = HERE.parent / ".bench"
# These print as they like, and keep nothing.
PLAIN = ("schedules", "snapshots")
REPORTING = ("jobs", "kernels", "cells", "outputs", "database", "agenda", "idle")


def main() -> int:
    """Run those that were asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", choices=(*PLAIN, *REPORTING))
    parser.add_argument("--compare", action="store_true", help="beside jupyter-scheduler, too")
    parser.add_argument("--quick", action="store_true", help="smaller, to see that it works")
    parser.add_argument("--readme", action="store_true", help="renew the documented figures")
    asked = parser.parse_args()
    flags = [f"--{name}" for name in ("compare", "quick") if getattr(asked, name)]
    missed = [name for name in asked.names or (*REPORTING, *PLAIN) if not _run(name, flags)]
    if missed:
        print(f"Not all targets were met: {', '.join(missed)}.")
    if asked.readme:
        subprocess.run([sys.executable, HERE / "readme.py", KEPT / "figures"], check=True)
    return 1 if missed else 0


def _run(name: str, flags: list[str]) -> bool:
    print(f"\n# {name}\n", flush=True)
    places = [f"--keep={KEPT / 'figures'}", f"--venvs={KEPT / 'venvs'}"]
    given = [*flags, *places] if name in REPORTING else []
    return subprocess.run([sys.executable, HERE / f"{name}.py", *given]).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
