"""How code sets environment variables, for kernels that run already or far away."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping

_SETTERS: dict[str, Callable[[str, str], str]] = {
    "python": lambda name, value: f'__import__("os").environ[{name!r}] = {value!r}',
    "r": lambda name, value: f"do.call(Sys.setenv, list({_quoted(name)} = {_quoted(value)}))",
    "bash": lambda name, value: f"export {name}={shlex.quote(value)}",
}


def setting(language: str, variables: Mapping[str, str]) -> str | None:
    """Return code in *language* that sets environment *variables*; None if we know of none."""
    setter = _SETTERS.get(language.casefold())
    if setter is None:
        return None
    return "\n".join(setter(name, value) for name, value in variables.items())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
