"""Parses Python that is never run: one text at a time, and where each part of it stands."""

from __future__ import annotations

import ast
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

# What IPython takes and Python does not: %magic, !shell, help? and "x = !shell".
_IPYTHON = re.compile(r"\s*[%!?].*|\s*[\w.]+\s*=\s*[%!].*|\s*[\w.]+\?\??\s*")
_LINE_END = re.compile(r"\r\n|\n|\r")
# Their names belong to them and not to the notebook.
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
# Where brackets and texts begin; what is quoted on one line, or a comment, is passed over.
_TOKEN = re.compile(r"""\"{3}|'{3}|"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|\#.*|[()\[\]{}]""")
_BLOCK_START = re.compile(r":\s*(?:#.*)?$")
_CLOSING = {quotes: re.compile(rf"(?:\\.|(?!{quotes})[^\\])*{quotes}") for quotes in ('"""', "'''")}
# The filters of warnings belong to the whole process, and so did the parser's depth once.
_TURN = threading.Lock()


def parse_expression(text: str) -> ast.expr:
    """Return the one expression in *text*, which may go over several lines.

    Raises SyntaxError, ValueError, RecursionError or MemoryError.
    """
    return ast.parse(f"(\n{text}\n)", mode="eval").body


@contextmanager
def parsing_alone() -> Iterator[None]:
    """Let one thread at a time parse, and without warnings of Python's."""
    with _TURN, warnings.catch_warnings():
        # A doubtful escape such as "\d" is the notebook's business.
        warnings.simplefilter("ignore")
        yield


class PythonSource:
    """A cell's Python; the lines that only IPython takes are passed over.

    Raises SyntaxError, ValueError, RecursionError or MemoryError where it is not Python.
    """

    def __init__(self, source: str) -> None:
        try:
            self.statements = ast.parse(source).body
        except SyntaxError:
            source = _without_magics(source)
            self.statements = ast.parse(source).body
        self.has_walrus = ":=" in source
        reader = _LineReader()
        self._comments = [reader.read(line) for line in _LINE_END.split(source)]
        self._lines = source.encode().splitlines(keepends=True)

    def comment(self, node: ast.stmt) -> str:
        """Return the comment at the end of *node*, or else on its first line, without the hash."""
        last = node.end_lineno or node.lineno
        return self._comments[last - 1] or self._comments[node.lineno - 1]

    def segment(self, node: ast.expr) -> str:
        """Return *node* as it is written; the time taken is that of the node's own lines."""
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        lines = self._lines[first : last + 1]
        # The end is cut first: on one line, cutting the start would move it.
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        return b"".join(lines).decode()


def _without_magics(source: str) -> str:
    """Return *source* with magics blank, or ``pass`` where they are the first of a block."""
    reader = _LineReader()
    lines: list[str] = []
    goes_on = opens_block = False
    for line in _LINE_END.split(source):
        if goes_on or (reader.is_between_statements and _IPYTHON.fullmatch(line)):
            indent = line[: len(line) - len(line.lstrip())]
            lines.append(f"{indent}pass" if opens_block else "")
            goes_on = line.endswith("\\")
            opens_block = False
            continue
        reader.read(line)
        lines.append(line)
        if line.strip():
            opens_block = _BLOCK_START.search(line) is not None
    return "\n".join(lines)


class _LineReader:
    """Knows, line by line, whether a text or a bracket is still open."""

    def __init__(self) -> None:
        self._quotes = ""
        self._depth = 0

    @property
    def is_between_statements(self) -> bool:
        return not self._quotes and self._depth == 0

    def read(self, line: str) -> str:
        """Read the next line, and return its comment without the hash; "" if there is none."""
        place = 0
        while True:
            token = (_CLOSING[self._quotes].match if self._quotes else _TOKEN.search)(line, place)
            if token is None:
                return ""
            if token[0].startswith("#"):
                return token[0].lstrip("#").strip()
            self._note(token[0])
            place = token.end()

    def _note(self, token: str) -> None:
        if self._quotes:
            self._quotes = ""
        elif token in _CLOSING:
            self._quotes = token
        elif token in "([{":
            self._depth += 1
        elif token in ")]}":
            self._depth = max(0, self._depth - 1)
