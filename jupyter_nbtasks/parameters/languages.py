"""With notebooks.py the door to papermill: which translator a notebook needs, and what it reads."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from papermill import models
from papermill.exceptions import PapermillException
from papermill.translators import PythonTranslator, papermill_translators

from ..errors import InvalidRequest
from .annotations import understand
from .assignments import Assignment, read_assignments
from .imports import missing_imports
from .model import MissingImport, Parameter
from .python_source import parsing_alone
from .translators import Careful, careful

_ALIASES = {
    "c#": ".net-csharp",
    "csharp": ".net-csharp",
    "f#": ".net-fsharp",
    "fsharp": ".net-fsharp",
    "ipython": "python",
    "powershell": ".net-powershell",
    "pwsh": ".net-powershell",
    "r": "R",
}


def translator_for(kernel_name: str, language: str) -> type[Careful]:
    """The safe translator for a kernel, or else for a language; case does not matter.

    Raises InvalidRequest (reason `language_unsupported`) where papermill has none.
    """
    for name in (kernel_name, language):
        for spelling in (name, name.casefold(), _ALIASES.get(name.casefold(), name)):
            with suppress(PapermillException):
                return careful(papermill_translators.find_translator(spelling, spelling))
    msg = (
        f"A notebook in '{language}' cannot take parameters: papermill has no translator for it. "
        "Run it without parameters."
    )
    raise InvalidRequest(msg, reason="language_unsupported")


def registered_key(translator: type[Careful]) -> str:
    """Give papermill the translator under a private name and return that.

    parameterize_notebook() needs it both as kernel_name and as language, because papermill
    asks for the kernel's name first and takes the notebook's own if it is empty.
    """
    key = f"nbtasks:{translator.__module__}.{translator.__qualname__}"
    papermill_translators.register(key, translator)
    return key


def name_complaint(language: str, name: str) -> str | None:
    """Why *name* cannot be a parameter in *language*, as a sentence; None if it can."""
    try:
        translator = translator_for("", language)
    except InvalidRequest:
        translator = Careful
    return translator.name_complaint(name)


def inspect(translator: type[Careful], source: str) -> tuple[list[Parameter], list[str]] | None:
    """The parameters of a parameters cell, with warnings; None if the language cannot be read."""
    if not issubclass(translator, PythonTranslator):
        try:
            return _understood(_read_by_papermill(translator, source), [])
        except NotImplementedError:
            return None
    try:
        with parsing_alone():
            return _understood(read_assignments(source), [])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        found = _read_by_papermill(translator, source)
        return _understood(found, ["The parameters cell is not valid Python; some may be missing."])


def imports_missing_in(translator: type[Careful], source: str) -> list[MissingImport]:
    """The types that a Python cell uses and does not import; none in other languages."""
    if not issubclass(translator, PythonTranslator):
        return []
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError), parsing_alone():
        return missing_imports(source)
    return []


def _understood(
    assignments: Iterable[Assignment], notes: list[str]
) -> tuple[list[Parameter], list[str]]:
    found = [understand(one.name, one.annotation, one.default, one.help) for one in assignments]
    parameters = [parameter for parameter, _warning in found]
    return parameters, [*notes, *(warning for _parameter, warning in found if warning)]


def _read_by_papermill(translator: type[Careful], source: str) -> list[Assignment]:
    found: list[models.Parameter] = translator.inspect({"source": source})
    return [
        Assignment(
            one.name,
            None if one.inferred_type_name == "None" else one.inferred_type_name,
            one.default,
            one.help,
        )
        for one in found
    ]
