"""The English of the house: forms that are wrong, or that must be read twice, stand nowhere."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
BUILT = {"labextension", "_build", "node_modules"}
_START = r"(?:^|(?<=[.;:] ))"

# By name: what is wrong with a form, where it stands in a text, and a sentence that has it.
FORMS = {
    "who-after-preposition": (
        "a person is 'whoever' or 'the person who', where no noun stands before",
        r"\b(?:to|for|by|from|with|than|of) who (?!is asking|called\b|may\b|can\b)",
        "This is answered to who is not logged in.",
    ),
    "who-as-subject": (
        "a subject is 'whoever', 'a server that' and the like",
        rf"{_START}[Ww]ho (?!is asking|\w+ what\b|this\b|may\b|can\b|called\b)[^?]*$",
        "Who puts a document has a minute for the rest.",
    ),
    "is-no": (
        "write 'is not a'",
        r"(?<![Tt]here )\b(?:is|are|was|were) no (?!(?:longer|more|less|fewer|sooner|later|one)\b)",
        "A file that is no notebook is refused.",
    ),
    "none-of-ours": (
        "write 'is not one of'",
        r"\b(?:is|are) none of (?:ours|our|its|a|the)\b",
        "An error that is none of ours has no traceback.",
    ),
    "parted": ("write 'separated by'", r"\bparted by\b", "Names, parted by commas."),
    "so-far-as": ("write 'as far as'", r"\bso far as\b", "It is read so far as that can be told."),
    "till": ("write 'until'", r"\b[Tt]ill\b", "The lease lasts till the next heartbeat."),
    "whosever": ("write 'anybody's'", r"\bwhosever\b", "There is a tool of that name, whosever."),
    "be-it": (
        "write 'whether it is'",
        r", be (?:it|that|they)\b",
        "It is hidden, be it there or not.",
    ),
    "nor-will-be": ("say what the subject does", r"\bnor will be\b", "It is not, nor will be."),
    "as-which": ("say who does what", r"\bas which\b", "The file as which a job had written it."),
    "not-fragment": (
        "a comment is a sentence: 'Imported here because …'",
        rf"{_START}Not (?:above|below|before|after|here|so|as|by|of|on|in|at|to|from|with|the)\b",
        "Not above: it is large.",
    ),
    "else-fragment": (
        "write 'Otherwise', or one sentence of the two",
        rf"{_START}Else\b",
        "It is HTML where that is asked for. Else JSON.",
    ),
    "of-fragment": (
        "begin with the subject",
        rf"{_START}Of (?:nobody|none|which|whom)\b",
        "Of nobody: it is a decoy.",
    ),
    "nor-fragment": ("begin with the subject", rf"{_START}Nor\b", "Nor is any other forked."),
    "inverted": (
        "begin with the subject",
        rf"{_START}(?:Sent|Spared|Kept|Told|Said|Shown|Removed|Included)(?: again)? (?:is|are)\b",
        "Spared are jobs whose kernel is kept.",
    ),
}

RIGHT = [
    "Who is asking, and what they may see.",
    "It follows from who is asking.",
    "Those who watch, the one who sent it, a person who reads, and whoever asks are told.",
    "Send the body as a sender would, who knows nothing of Jupyter.",
    "It says who owns it, and who may call it. Who did that? Who sees what is said below.",
    "There is no other, the job is no longer there, and there are no more than two.",
    "What is there is no less than what was.",
    "It is not a notebook, nor was it one.",
    "Not every system can do that, and not before noon.",
    "Of two servers, one fires; or else nothing happens.",
    "Kept jobs are removed. Told once, it is over.",
    "A still picture, as far as that goes.",
]


def _in_python(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name.removeprefix("test").replace("_", " ")
    comments = [
        (token.start[0], token.string.lstrip("# "))
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    ]
    yield from _joined(comments)


def _joined(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield the comments that follow each other line by line as one text each."""
    first, last, text = 0, -1, ""
    for number, line in lines:
        if number == last + 1:
            text = f"{text} {line}"
        else:
            yield first, text
            first, text = number, line
        last = number
    yield first, text


_TYPESCRIPT = re.compile(
    r"//(?P<line>[^\n]*)|/\*(?P<block>.*?)\*/|`(?P<template>(?:\\.|[^`\\])*)`"
    r"|(?P<quote>['\"])(?P<text>(?:\\.|(?!(?P=quote))[^\\\n])*)(?P=quote)",
    re.DOTALL,
)


def _in_typescript(source: str) -> Iterator[tuple[int, str]]:
    comments = []
    for match in _TYPESCRIPT.finditer(source):
        number = source.count("\n", 0, match.start()) + 1
        if match["line"] is not None:
            comments.append((number, match["line"].strip()))
        elif match["block"] is not None:
            yield number, re.sub(r"^\s*\*+", " ", match["block"], flags=re.MULTILINE)
        else:
            yield number, match["text"] or match["template"] or ""
    yield from _joined(comments)


def _in_markdown(source: str) -> Iterator[tuple[int, str]]:
    def emptied(match: re.Match[str]) -> str:
        return "\n" * match[0].count("\n")

    prose = re.sub(r"^(`{3,}|:{3,}).*?^\1$", emptied, source, flags=re.DOTALL | re.MULTILINE)
    for match in re.finditer(r"(?:[^\n]+\n?)+", prose):
        number = prose.count("\n", 0, match.start()) + 1
        for piece in re.split(r"\||\n(?=[-#*|] |\d\. )", match[0]):
            unquoted = re.sub(
                '"[^"]*"', '""', piece.replace("`", "")
            )  # Quoted words are about words.
            yield number, unquoted.strip("-#* ")


READERS = {".py": _in_python, ".md": _in_markdown, ".ts": _in_typescript, ".tsx": _in_typescript}


@cache
def texts() -> list[tuple[str, str]]:
    """Each text of several words, on one line, with where it stands."""
    rooms = [HOUSE / name for name in ("jupyter_nbtasks", "benchmarks", "tests", "docs")]
    files = [path for room in rooms for path in room.rglob("*") if path.suffix in (".py", ".md")]
    sources = HOUSE / "labextension" / "src"
    files += [*sources.rglob("*.ts*"), HOUSE / "README.md", HOUSE / "CONTRIBUTING.md"]
    return [
        (f"{path.relative_to(HOUSE)}:{number}", " ".join(text.split()))
        for path in sorted(files)
        if path != Path(__file__)
        if sources in path.parents or not BUILT & set(path.relative_to(HOUSE).parts)
        for number, text in READERS[path.suffix](path.read_text())
        if len(text.split()) > 1
    ]


def test_there_is_much_to_read():
    kinds = {where.partition(":")[0].rpartition(".")[2] for where, _ in texts()}
    assert kinds == {"py", "md", "ts", "tsx"}
    assert len(texts()) > 10_000


@pytest.mark.parametrize("name", FORMS)
def test_no_text_has_the_form(name):
    reason, form, _ = FORMS[name]
    found = [f"{where}: {text}" for where, text in texts() if re.search(form, text)]
    assert found == [], reason


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_caught_where_it_is_planted(name):
    _, form, planted = FORMS[name]
    assert re.search(form, planted)


@pytest.mark.parametrize("sentence", RIGHT)
def test_good_english_is_no_offence(sentence):
    assert [name for name, (_, form, _) in FORMS.items() if re.search(form, sentence)] == []


@pytest.mark.parametrize(
    ("suffix", "source"),
    [
        (".py", '"""A list,\nparted by commas."""'),
        (".py", "# A list, parted\n# by commas.\n"),
        (".py", 'message = f"{1} and " "two, parted " f"by {2}"'),
        (".py", "def test_a_list_is_parted_by_commas(): pass"),
        (".ts", "const text = trans.__('A list, parted by commas');"),
        (".ts", "/**\n * A list, parted\n * by commas.\n */"),
        (".ts", "// A list, parted\n// by commas.\n"),
        (".tsx", "const text = `A list, parted by ${commas}`;"),
        (".md", "A list,\nparted by commas."),
        (".md", "| a | parted by commas |"),
    ],
)
def test_a_text_is_read_wherever_it_stands(suffix, source):
    read = [" ".join(text.split()) for _, text in READERS[suffix](source)]
    assert [text for text in read if "parted by" in text]
