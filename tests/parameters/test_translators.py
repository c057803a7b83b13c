from __future__ import annotations

import builtins
import re
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jupyter_nbtasks.errors import InvalidRequest
from jupyter_nbtasks.parameters.translators import (
    Bash,
    CSharp,
    FSharp,
    Julia,
    Matlab,
    PowerShell,
    Python,
    R,
    Scala,
)

NASTY = [
    "",
    "$(touch hacked)",
    "${IFS}`touch hacked`$x",
    "'; touch hacked; '",
    '"; touch hacked; "',
    "\\",
    "\\\\'",
    '\\"',
    '"""',
    "''",
    "‘’‚‛'",  # noqa: RUF001
    "a\nb\r\n\tc",
    "\n#!csharp\nhacked",
    "\x15touch hacked #",
    "\x03\x04\x1a\x7f",
    "!! !x 'it' !$",
    "é9 \xe9ab \x07fa ☃1 😀2 \u2028 \x85",
    "~ * [0]=x {a,b} a=~",
    "-n",
    "%s %n ... % comment // *) (* #",
    "\\u0022 \\x22 \\U00000022",
]
TEXTS = st.sampled_from(NASTY) | st.text() | st.text("'\"\\$`!\n‘’‚‛#%(){} a1")  # noqa: RUF001
HALVES = st.text("\ud83d\ude00a")  # of surrogate pairs


def values(texts):
    scalars = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | texts
    )
    return st.recursive(
        scalars, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=8
    )


def run(source):
    names = {"__builtins__": builtins}
    exec(source, names)
    del names["__builtins__"]
    return names


# --- Python, by Python itself


@given(values(TEXTS | HALVES))
def test_python_reads_back_every_json_value(value):
    assert repr(run(Python.codify({"x": value}))) == repr({"x": value})


@pytest.mark.parametrize("value", ["\ud800", "\0", "\ud83d\ude00", 10**400, -(2**63), {"\0": "'"}])
def test_python_reads_back_what_is_hard_to_write(value):
    assert run(Python.codify({"x": value})) == {"x": value}


@pytest.mark.parametrize(
    "moment",
    [
        date(2026, 1, 31),
        datetime.fromisoformat("2026-01-31T08:30:00.000005"),
        datetime(2026, 1, 31, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
    ],
)
def test_python_gets_dates_whatever_the_notebook_calls_datetime(moment):
    names = run("datetime = date = None\n" + Python.codify({"x": [{"a": moment}]}))
    assert names == {"datetime": None, "date": None, "x": [{"a": moment}]}
    assert type(names["x"][0]["a"]) is type(moment)


def test_python_reads_numbers_that_are_not_json():
    assert run(Python.codify({"x": [float("inf"), float("-inf")]})) == {"x": [1e999, -1e999]}


def test_python_source_is_the_same_with_and_without_black(monkeypatch):
    black = SimpleNamespace(FileMode=dict, format_str=lambda source, mode: "formatted")
    monkeypatch.setitem(sys.modules, "black", black)
    assert Python.codify({"x": {"a": 'b"c'}}) == """# Parameters\nx = {"a": "b\\"c"}\n"""


@pytest.mark.parametrize("value", [{1}, b"", ("\"]; hacked = ['",), object(), {"a": [1j]}])
def test_a_value_that_is_not_json_is_refused(value):
    with pytest.raises(InvalidRequest, match="'x' cannot be given: Python has no way to write a"):
        Python.codify({"x": value})


def test_a_key_that_is_not_a_text_is_written_as_one():
    assert run(Python.codify({"x": {('"', 1): 2}})) == {"x": {"('\"', 1)": 2}}


@pytest.mark.parametrize("translator", [Python, R, Scala, CSharp, FSharp, Matlab, Bash])
def test_a_comment_stays_on_its_line(translator):
    source = translator.codify({}, "one\ntwo\u2028*) three")
    assert re.fullmatch(r"(#|//|%) one two \*\) three\n", source)


# --- Bash, by bash itself


def bash(source, tmp_path):
    command = ["bash", "-c", source]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    assert (ran.stderr, list(tmp_path.iterdir())) == (b"", [])
    return ran.stdout.decode()


@pytest.mark.parametrize("value", NASTY)
def test_bash_reads_back_every_text_and_runs_nothing(value, tmp_path):
    assert bash(Bash.codify({"x": value}) + 'printf %s "$x"', tmp_path) == value


def test_bash_reads_back_a_list_with_every_element_in_its_place(tmp_path):
    source = Bash.codify({"x": [*NASTY, None, 3, True, 1.5]})
    printed = bash(source + 'printf "%s\\0" "${x[@]}"', tmp_path)
    assert printed.split("\0")[:-1] == [*NASTY, "", "3", "true", "1.5"]


@settings(max_examples=40, deadline=None)
@given(st.lists(TEXTS, max_size=20))
def test_bash_reads_back_any_text(tmp_path_factory, texts):
    assume(not any(re.search(r"[\0\ud800-\udfff]", text) for text in texts))
    source = Bash.codify({"x": texts}) + '((${#x[@]})) && printf "%s\\0" "${x[@]}" || true'
    assert bash(source, tmp_path_factory.mktemp("bash")).split("\0")[:-1] == texts


@given(TEXTS)
def test_bash_gets_only_what_can_be_typed(text):
    assume(not re.search(r"[\0\ud800-\udfff]", text))
    source = Bash.translate(text)
    assert re.fullmatch(r"[ -~]+", source)
    assert "!" not in source


# --- The others, by a reader of their string literals

SHORT = {"n": "\n", "r": "\r", "t": "\t"}
ESCAPE = r"\\(?:u[0-9a-f]{4}|U[0-9a-f]{8}|.)"
DOUBLE = rf'"(?:{ESCAPE}|[ !#-\[\]-~])*"'
QUOTES = {Matlab: '"', PowerShell: "'‘’‚‛"}  # noqa: RUF001
QUOTED_PART = {
    Matlab: re.compile(r'"((?:""|[^"\\])*)"|char\((\d+)\)'),
    PowerShell: re.compile(r"'((?:(['‘’‚‛])\2|[^'‘’‚‛])*)'|\[char\](\d+)"),  # noqa: RUF001
}
LITERAL = {
    **dict.fromkeys((R, Julia, Scala, CSharp, FSharp), DOUBLE),
    Matlab: r'"(?:""|[^"\\])*"',
    PowerShell: r"'(?:(['‘’‚‛])\1|[^'‘’‚‛])*'",  # noqa: RUF001
}


def read_double_quoted(literal):
    assert re.fullmatch(DOUBLE, literal)

    def plain(escape):
        code = escape[0][1:]
        if code[0] in "uU":
            return chr(int(code[1:], 16))
        return SHORT.get(code) or code

    return re.sub(ESCAPE, plain, literal[1:-1])


def read_joined(translator, source):
    """The text of `('a' + [char]10 + 'b')`, in UTF-16."""
    if source.startswith("("):
        source = source.removeprefix("(").removesuffix(")")
    pattern, text, end = QUOTED_PART[translator], "", 0
    while end < len(source):
        part = pattern.match(source, end)
        assert part, source[end:]
        text += (
            chr(int(part[part.lastindex]))
            if part[1] is None
            else undoubled(part[1], QUOTES[translator])
        )
        end = part.end() + (3 if source[part.end() :].startswith(" + ") else 0)
    return text


def undoubled(text, quotes):
    return re.sub(rf"([{quotes}])\1", r"\1", text)


def in_utf16(text):
    return text.encode("utf-16-le", "surrogatepass")


@pytest.mark.parametrize("translator", [R, Julia])
@given(text=TEXTS)
def test_r_and_julia_read_back_any_text(translator, text):
    assume("\0" not in text)
    assert read_double_quoted(translator.translate(text)) == text


@given(TEXTS)
def test_julia_sees_no_dollar_that_is_not_escaped(text):
    assert not re.search(r"(?<!\\)(?:\\\\)*\$", Julia.translate(text))


@pytest.mark.parametrize("translator", [Scala, CSharp, FSharp])
@given(text=TEXTS | HALVES)
def test_scala_and_net_read_back_any_text_without_long_escapes(translator, text):
    literal = translator.translate(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*\\[Ux]", literal)
    assert in_utf16(read_double_quoted(literal)) == in_utf16(text)


@pytest.mark.parametrize("translator", [Matlab, PowerShell])
@given(text=TEXTS | HALVES)
def test_matlab_and_powershell_read_back_any_text(translator, text):
    source = translator.translate(text)
    assert source.isprintable()
    assert in_utf16(read_joined(translator, source)) == in_utf16(text)


def shape(value):
    """The same value with nothing but the letter s for a text, different keys apart."""
    if isinstance(value, str):
        return "s"
    if isinstance(value, list):
        return [shape(element) for element in value]
    if isinstance(value, dict):
        return {f"s{n}": shape(element) for n, element in enumerate(value.values())}
    return value


def outline(translator, value):
    source = translator.codify({"x": value})
    return re.sub(LITERAL[translator], "<text>", source)


@pytest.mark.parametrize("translator", [R, Julia, Scala, CSharp, FSharp, Matlab, PowerShell])
@given(data=st.data())
def test_no_text_leaves_its_literal_in_lists_and_mappings(translator, data):
    texts = TEXTS.filter(lambda text: text.isprintable() and text and "\\" not in text)
    value = data.draw(values(texts))
    try:
        expected = outline(translator, shape(value))
    except InvalidRequest:
        assume(False)
    assert outline(translator, value) == expected
