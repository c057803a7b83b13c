"""Spells a text as a string literal from which nothing can break out."""

from __future__ import annotations

import re
import shlex
import struct
from collections.abc import Callable, Iterable
from itertools import groupby

_SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escaped(codes: Iterable[int], *, special: str = '"\\') -> str:
    """`"a\\nb"`: double-quoted printable ASCII, the rest of *codes* as \\u and \\U."""
    return f'"{"".join(_escape(code, special) for code in codes)}"'


def _escape(code: int, special: str) -> str:
    character = chr(code)
    if character in special:
        return f"\\{character}"
    if " " <= character <= "~":
        return character
    numeric = f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
    return _SHORT_ESCAPES.get(character, numeric)


def joined(text: str, literal: Callable[[str], str], number: str, *, apart: str = "") -> str:
    """`('a' + [char]10 + 'b')`: what is not printable stands outside the quotes."""
    parts = []
    for is_plain, run in groupby(text, lambda c: c.isprintable() and c not in apart):
        if is_plain:
            parts.append(literal("".join(run)))
        else:
            parts += [number.format(code) for code in utf16("".join(run))]
    if not parts or not text[0].isprintable() or text[0] in apart:
        parts.insert(0, literal(""))
    return parts[0] if len(parts) == 1 else f"({' + '.join(parts)})"


def matlab_quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def powershell_quoted(text: str) -> str:
    # PowerShell takes any of these for a single quote, and two of them for one.
    return "'" + re.sub("(['‘’‚‛])", r"\1\1", text) + "'"  # noqa: RUF001


def bash_quoted(text: str) -> str:
    """In plain quotes if they are safe even where the text is typed, else in $'…'."""
    if re.fullmatch(r"[ -~]*", text) and not set("'!") & set(text):
        return shlex.quote(text)
    return f"$'{''.join(map(_bash_byte, _utf8(text)))}'"


def _bash_byte(byte: int) -> str:
    character = chr(byte)
    if " " <= character <= "~" and character not in "'!\\":
        return character
    return f"\\x{byte:02x}"


def utf16(text: str) -> list[int]:
    """The text's UTF-16 code units, half surrogate pairs too."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    return [unit for (unit,) in struct.iter_unpack("<H", encoded)]


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise NotImplementedError("a text with half a surrogate pair") from None


def code_points(text: str) -> Iterable[int]:
    """The text's code points; NotImplementedError for half a surrogate pair."""
    _utf8(text)
    return map(ord, text)


def refuse_nul(text: str) -> None:
    """Raise NotImplementedError for a character that ends a text in some languages."""
    if "\0" in text:
        raise NotImplementedError("a text with a NUL character")
