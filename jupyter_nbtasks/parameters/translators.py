"""papermill's translators, finished and made safe: no value, key or name ever becomes code."""

# mypy: disallow-subclassing-any=False
# papermill has no types.

from __future__ import annotations

import keyword
import re
import shlex
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar

from papermill import translators as papermills

from ..errors import FieldError, InvalidRequest
from .literals import (
    bash_quoted,
    code_points,
    escaped,
    joined,
    matlab_quoted,
    powershell_quoted,
    refuse_nul,
    utf16,
)


class Careful(papermills.Translator):
    """Mixed in before one of papermill's translators; what cannot be expressed is refused."""

    language: ClassVar[str] = "this language"
    name_pattern: ClassVar[re.Pattern[str]] = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
    # Names whose values the language itself acts upon.
    own_names: ClassVar[re.Pattern[str]] = re.compile(r"(?!)")
    whole_limit: ClassVar[int | None] = None

    @classmethod
    def codify(cls, parameters: Mapping[str, Any], comment: str = "Parameters") -> str:
        """The injected cell's source; raises InvalidRequest naming each parameter at fault."""
        cls._refuse_inexpressible(parameters)
        return str(super().codify(parameters, comment))

    @classmethod
    def comment(cls, cmt_str: str) -> str:
        return str(super().comment(" ".join(cmt_str.split())))

    @classmethod
    def _refuse_inexpressible(cls, parameters: Mapping[str, Any]) -> None:
        errors = [
            FieldError(f"parameters.{name}", complaint)
            for name, value in parameters.items()
            if (complaint := cls.name_complaint(name) or cls._value_complaint(name, value))
        ]
        if errors:
            message = " ".join(error.message for error in errors)
            raise InvalidRequest(message, reason="invalid_parameters", errors=errors)

    @classmethod
    def name_complaint(cls, name: str) -> str | None:
        """Why *name* cannot be assigned to, as a sentence."""
        if not cls.name_pattern.fullmatch(name):
            return f"'{name}' cannot be the name of a parameter in {cls.language}."
        if cls.own_names.fullmatch(name):
            return f"'{name}' cannot be a parameter: {cls.language} keeps that name for itself."
        return None

    @classmethod
    def translate(cls, val: Any) -> str:
        if isinstance(val, date):
            return cls.translate_str(val.isoformat())
        if val is not None and not isinstance(val, str | int | float | dict | list):
            raise NotImplementedError(f"a value of type {type(val).__name__}")
        return str(super().translate(val))

    @classmethod
    def translate_str(cls, val: Any) -> str:
        # papermill's own escape only what is a str, and keys may be anything.
        return str(super().translate_str(str(val)))

    @classmethod
    def translate_int(cls, val: int) -> str:
        if cls.whole_limit is not None and not -cls.whole_limit <= val < cls.whole_limit:
            raise NotImplementedError("so large a whole number; give it as a text")
        return str(super().translate_int(val))

    @classmethod
    def translate_float(cls, val: float) -> str:
        text = str(super().translate_float(val))
        if text in ("nan", "inf", "-inf"):
            raise NotImplementedError(f"the number {text}")
        return text

    @classmethod
    def _value_complaint(cls, name: str, value: Any) -> str | None:
        try:
            cls.translate(value)
        except NotImplementedError as error:
            return f"'{name}' cannot be given: {cls.language} has no way to write {error}."
        return None


class Python(Careful, papermills.PythonTranslator):
    language = "Python"

    @classmethod
    def codify(cls, parameters: Mapping[str, Any], comment: str = "Parameters") -> str:
        cls._refuse_inexpressible(parameters)
        # This skips papermill's own, whose result depends on whether black is installed.
        return str(super(papermills.PythonTranslator, cls).codify(parameters, comment))

    @classmethod
    def name_complaint(cls, name: str) -> str | None:
        # Python reads a name in its normal form, where some other characters are underscores.
        plain = unicodedata.normalize("NFKC", name)
        if not name.isidentifier():
            return f"'{name}' cannot be the name of a parameter in Python."
        if keyword.iskeyword(plain) or (plain.startswith("__") and plain.endswith("__")):
            return f"'{name}' cannot be a parameter: Python keeps that name for itself."
        return None

    @classmethod
    def translate(cls, val: Any) -> str:
        if isinstance(val, date):
            class_ = "datetime" if isinstance(val, datetime) else "date"
            # No name is used: the notebook may lack it, or use it for something else.
            return f'__import__("datetime").{class_}.fromisoformat("{val.isoformat()}")'
        return super().translate(val)


class R(Careful, papermills.RTranslator):
    language = "R"
    # papermill drops leading underscores, which R does not allow.
    name_pattern = re.compile(r"_*(?:[A-Za-z]|\.(?![0-9]))[A-Za-z0-9_.]*")
    whole_limit = 2**53

    @classmethod
    def translate_escaped_str(cls, str_val: str) -> str:
        """With \\u only: in R, \\x is a byte, and must not stand beside \\u."""
        refuse_nul(str_val)
        return escaped(code_points(str_val))

    @classmethod
    def translate_dict(cls, val: dict[str, Any]) -> str:
        if "" in val:
            raise NotImplementedError("a mapping with an empty key")
        return str(super().translate_dict(val))


class Julia(Careful, papermills.JuliaTranslator):
    language = "Julia"

    @classmethod
    def translate_escaped_str(cls, str_val: str) -> str:
        """With $ escaped, which otherwise runs code; and \\x is a byte in Julia."""
        return escaped(code_points(str_val), special='"\\$')


class Scala(Careful, papermills.ScalaTranslator):
    language = "Scala"
    whole_limit = 2**63

    @classmethod
    def translate_escaped_str(cls, str_val: str) -> str:
        """With \\u only, because Scala knows neither \\x nor \\U."""
        return escaped(utf16(str_val))


class CSharp(Careful, papermills.CSharpTranslator):
    language = "C#"
    whole_limit = 2**63

    @classmethod
    def translate_escaped_str(cls, str_val: str) -> str:
        """With \\u only: in C#, \\x swallows up to four of the characters that follow."""
        return escaped(utf16(str_val))

    @classmethod
    def translate_none(cls, val: None) -> str:
        raise NotImplementedError("null")

    @classmethod
    def translate_list(cls, val: list[Any]) -> str:
        """An array of objects where C# could not tell one type for all elements."""
        kinds = {type(element) for element in val}
        if kinds in ({str}, {bool}, {int}, {float}, {int, float}):
            return str(super().translate_list(val))
        return f"new object[] {{ {', '.join(map(cls.translate, val))} }}"


class FSharp(Careful, papermills.FSharpTranslator):
    language = "F#"
    whole_limit = 2**63

    @classmethod
    def comment(cls, cmt_str: str) -> str:
        # Unlike papermill's (* … *), a comment cannot close this.
        return f"// {' '.join(cmt_str.split())}"

    @classmethod
    def translate_escaped_str(cls, str_val: str) -> str:
        return escaped(utf16(str_val))


class Matlab(Careful, papermills.MatlabTranslator):
    language = "MATLAB"
    name_pattern = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
    whole_limit = 2**53

    @classmethod
    def translate_escaped_str(cls, str_val: str) -> str:
        """MATLAB has no escapes and Octave has them, so a backslash is given as its number."""
        return joined(str_val, matlab_quoted, "char({})", apart="\\")

    @classmethod
    def translate_dict(cls, val: dict[str, Any]) -> str:
        if not val:
            return "containers.Map('KeyType', 'char', 'ValueType', 'any')"
        keys = ", ".join(f"char({cls.translate_str(key)})" for key in val)
        values = ", ".join(map(cls.translate, val.values()))
        return f"containers.Map({{{keys}}}, {{{values}}})"


class PowerShell(Careful, papermills.PowershellTranslator):
    language = "PowerShell"
    own_names = re.compile("PSDefaultParameterValues", re.IGNORECASE)
    whole_limit = 2**63

    @classmethod
    def translate_escaped_str(cls, str_val: str) -> str:
        """In single quotes, where nothing expands, and on one line: .NET's kernel takes a line
        that starts with #! for a command, wherever it stands."""
        return joined(str_val, powershell_quoted, "[char]{}")

    @classmethod
    def translate_list(cls, val: list[Any]) -> str:
        if len(val) == 1 and isinstance(val[0], list):
            # Without the comma PowerShell would unwrap the inner list.
            return f"@(, {cls.translate(val[0])})"
        return str(super().translate_list(val))


class Bash(Careful, papermills.BashTranslator):
    language = "Bash"
    # Bash runs, expands or computes what stands in these, or finds its programs by them.
    own_names = re.compile(
        r"BASH\w*|CDPATH|DIRSTACK|ENV|EPOCH\w+|GROUPS|HIST\w+|IFS|LD_\w+|LINENO|MAIL\w*|OPTIND"
        r"|PATH|PROMPT_\w+|PS[0-4]|SECONDS|SHELLOPTS|S?RANDOM"
    )

    @classmethod
    def translate_escaped_str(cls, str_val: str) -> str:
        """Printable ASCII only: the kernel types the cell into a terminal, where Ctrl-U would
        delete the quote and `!` recall a command."""
        refuse_nul(str_val)
        return bash_quoted(str_val)

    @classmethod
    def translate_list(cls, val: list[Any]) -> str:
        if any(isinstance(element, list) for element in val):
            raise NotImplementedError("a list in a list")
        # An empty word in place of null, so that the elements after it keep their places.
        return f"({' '.join(cls.translate(element) or shlex.quote('') for element in val)})"

    @classmethod
    def translate_dict(cls, val: dict[str, Any]) -> str:
        raise NotImplementedError("a mapping")


_CAREFUL: dict[type[papermills.Translator], type[Careful]] = {
    papermills.PythonTranslator: Python,
    papermills.RTranslator: R,
    papermills.JuliaTranslator: Julia,
    papermills.ScalaTranslator: Scala,
    papermills.CSharpTranslator: CSharp,
    papermills.FSharpTranslator: FSharp,
    papermills.MatlabTranslator: Matlab,
    papermills.PowershellTranslator: PowerShell,
    papermills.BashTranslator: Bash,
}


@cache
def careful(translator: type[papermills.Translator]) -> type[Careful]:
    """The safe form of a translator of papermill's registry.

    One that someone else registered keeps its own way to write values; only names, foreign
    types and what it does not implement are refused.
    """
    if issubclass(translator, Careful):
        return translator
    own = _CAREFUL.get(translator)
    return own or type(translator.__name__, (Careful, translator), {})
