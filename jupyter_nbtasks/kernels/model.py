"""A kernel as the server resolves it, and what makes an environment of it. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from ..storage.digest import digest

Pairs = tuple[tuple[str, str], ...]

# What decides what a kernel loads, wherever its interpreter is.
_TELLING = ("PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "R_LIBS", "R_LIBS_USER", "JULIA_PROJECT")
# What makes an environment: those, and by what the programs are found that a notebook calls.
VARIABLES = (*_TELLING, "PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV")


@dataclass(frozen=True, kw_only=True)
class KernelSpec:
    """A kernel that a server offers, so that another server can start the same.

    The first of *argv* is the absolute path of its program; *folder* is that of the kernelspec,
    *metadata* its own, as JSON. *variables* are those of VARIABLES that its server has; None where
    nothing is to be remembered, as it is started elsewhere or its program is not there.
    *versions* are for people: they tell no two kernels apart.
    """

    name: str
    display_name: str
    language: str
    argv: tuple[str, ...]
    env: Pairs = ()
    folder: str = ""
    interrupt_mode: str = "signal"
    metadata: str = "{}"
    variables: Pairs | None = None
    versions: Pairs = field(default=(), compare=False)

    @property
    def program(self) -> str:
        """The interpreter, for one; empty where it is started elsewhere."""
        return self.argv[0] if self.argv else ""

    @property
    def is_environment(self) -> bool:
        """Whether another server on this machine can start the same."""
        return self.variables is not None

    def is_like(self, other: KernelSpec) -> bool:
        """Whether *other* runs the same code in the same way, whatever it is called."""
        return self._telling() == other._telling()

    def as_json(self) -> str:
        """Return it as `from_json` reads it."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> KernelSpec:
        """Return the kernel that `as_json` gave."""
        return cls(**{name: _hashable(value) for name, value in json.loads(text).items()})

    @property
    def id(self) -> str:
        """What it is kept under: the same for the same kernel."""
        return digest(self.as_json().encode())

    def _telling(self) -> tuple[Any, ...]:
        told = [pair for pair in self.variables or () if pair[0] in _TELLING]
        return self.language, self.argv, self.env, self.interrupt_mode, self.metadata, told


def _hashable(value: Any) -> Any:
    return tuple(map(_hashable, value)) if isinstance(value, list) else value
