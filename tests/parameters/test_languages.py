from __future__ import annotations

from datetime import date

import nbformat
import pytest
from papermill import translators as papermills
from papermill.parameterize import parameterize_notebook

from jupyter_nbtasks.errors import InvalidRequest
from jupyter_nbtasks.parameters import languages, translators
from jupyter_nbtasks.parameters.kinds import Kind, ParameterType
from jupyter_nbtasks.parameters.translators import Bash, CSharp, Julia, Matlab, PowerShell, R, Scala

LANGUAGES = {
    "python": translators.Python,
    "Python": translators.Python,
    "ipython": translators.Python,
    "R": translators.R,
    "r": translators.R,
    "Julia": translators.Julia,
    "scala": translators.Scala,
    "MATLAB": translators.Matlab,
    "C#": translators.CSharp,
    ".net-csharp": translators.CSharp,
    "F#": translators.FSharp,
    "PowerShell": translators.PowerShell,
    ".net-powershell": translators.PowerShell,
    "pwsh": translators.PowerShell,
    "bash": translators.Bash,
    "pysparkkernel": translators.Python,
    "sparkrkernel": translators.R,
}


@pytest.fixture
def registry(monkeypatch):
    names = dict(papermills.papermill_translators._translators)
    monkeypatch.setattr(papermills.papermill_translators, "_translators", names)
    return papermills.papermill_translators


@pytest.mark.parametrize(("name", "expected"), LANGUAGES.items())
def test_each_language_has_a_safe_translator(name, expected):
    assert languages.translator_for("some-kernel", name) is expected
    assert languages.translator_for(name, "some-language") is expected


def test_the_kernel_decides_before_the_language():
    assert languages.translator_for("sparkrkernel", "python") is translators.R


def test_every_translator_of_papermill_is_replaced(registry):
    own = {name: it for name, it in registry._translators.items() if ":" not in name}
    assert len(own) >= 12
    for name, papermills_own in own.items():
        safe = languages.translator_for(name, "")
        assert issubclass(safe, papermills_own)
        assert safe is not papermills_own


def test_a_language_without_a_translator_is_refused():
    with pytest.raises(InvalidRequest, match="'cobol' cannot take parameters") as refused:
        languages.translator_for("cobol-kernel", "cobol")
    assert refused.value.reason == "language_unsupported"


class Foreign(papermills.Translator):
    @classmethod
    def translate_str(cls, val):
        return f"<{val}>"

    @classmethod
    def comment(cls, cmt_str):
        return f"; {cmt_str}"


def test_a_translator_of_someone_else_keeps_its_ways_but_is_guarded(registry):
    registry.register("lisp", Foreign)
    safe = languages.translator_for("", "lisp")
    assert safe is languages.translator_for("", "Lisp")
    assert safe.codify({"x": "a"}) == "; Parameters\nx = <a>\n"
    with pytest.raises(InvalidRequest, match="'y' cannot be given"):
        safe.codify({"y": {}})
    with pytest.raises(InvalidRequest, match="'a b' cannot be the name"):
        safe.codify({"a b": 1})


def test_a_private_key_leads_back_to_its_translator(registry):
    key = languages.registered_key(translators.Julia)
    assert languages.translator_for("", key) is translators.Julia


@pytest.mark.parametrize("name", ["julia", "bash", "my-julia"])
def test_papermill_uses_the_safe_translator_under_its_private_key(registry, name):
    before = dict(registry._translators)
    kernelspec = {"name": name, "display_name": name}
    metadata = nbformat.from_dict({"papermill": {}, "kernelspec": kernelspec})
    notebook = nbformat.v4.new_notebook(metadata=metadata)
    key = languages.registered_key(translators.Julia)
    filled = parameterize_notebook(notebook, {"x": "$(a)"}, kernel_name=key, language=key)
    assert filled.cells[0].source == '# Parameters\nx = "\\$(a)"\n'
    assert registry._translators == {**before, key: translators.Julia}


NAMES = [
    ("python", "région", True),
    ("python", "_x", True),
    ("python", "match", True),
    ("python", "x.y", False),
    ("python", "x\n", False),
    ("python", "for", False),
    ("python", "None", False),
    ("python", "__builtins__", False),
    ("python", "_＿builtins_＿", False),  # noqa: RUF001
    ("python", "", False),
    ("R", "a.b", True),
    ("R", "_a", True),
    ("R", "_", False),
    ("R", ".1a", False),
    ("R", "a-b", False),
    ("matlab", "_a", False),
    ("julia", "x1", True),
    ("julia", "é", False),
    ("julia", "x;run", False),
    ("powershell", "x:y", False),
    ("powershell", "psdefaultparametervalues", False),
    ("bash", "region", True),
    ("bash", "AWS_REGION", True),
    ("bash", "x$(id)", False),
    ("bash", "x[0]", False),
    ("bash", "PS1", False),
    ("bash", "PROMPT_COMMAND", False),
    ("bash", "BASH_ENV", False),
    ("bash", "PATH", False),
    ("cobol", "x", True),
    ("cobol", "x y", False),
]


@pytest.mark.parametrize(("language", "name", "fits"), NAMES)
def test_a_name_can_never_be_code(language, name, fits):
    complaint = languages.name_complaint(language, name)
    assert (complaint is None) == fits
    if complaint:
        assert complaint.startswith(f"'{name}' cannot be ")


def test_a_python_cell_is_read_with_its_types_and_help():
    found, notes = languages.inspect(
        translators.Python,
        '%matplotlib inline\nregion: Literal["EU", "US"] = "EU"  # where\nyear = 2026\nkey: str\n',
    )
    assert [(one.name, one.type.kind, one.default, one.help) for one in found] == [
        ("region", Kind.STR, "EU", "where"),
        ("year", Kind.INT, 2026, ""),
        ("key", Kind.STR, None, ""),
    ]
    assert found[0].type.choices == ("EU", "US")
    assert [one.required for one in found] == [False, False, True]
    assert notes == []


def test_all_warnings_of_a_cell_come_together():
    _found, notes = languages.inspect(translators.Python, "a: Foo = 1\nc = f()")
    assert [note.split(":")[0] for note in notes] == ["Parameter 'a'", "Parameter 'c'"]


def test_a_doubtful_escape_is_left_to_the_notebook():
    found, notes = languages.inspect(translators.Python, 'x = "\\d"')
    assert ([one.default for one in found], notes) == (["\\d"], [])


@pytest.mark.parametrize("source", ["x = 1\nz = = 3\ny: int = 2", "x = 1\ny: int = 2  # \ud800"])
def test_a_cell_that_is_not_python_is_read_by_papermill_and_says_so(source):
    found, notes = languages.inspect(translators.Python, source)
    assert [(one.name, one.type) for one in found] == [
        ("x", ParameterType(kind=Kind.INT)),
        ("y", ParameterType(kind=Kind.INT)),
    ]
    assert notes[0] == "The parameters cell is not valid Python; some may be missing."


@pytest.mark.parametrize("language", ["R", "julia", "bash", "C#"])
def test_a_language_that_papermill_cannot_inspect_has_no_answer(language):
    assert languages.inspect(languages.translator_for("", language), "x = 1") is None


REFUSED = [
    (Bash, {"a": 1}, "a mapping"),
    (Bash, [[1]], "a list in a list"),
    (Bash, [{}], "a mapping"),
    (Bash, "a\0b", "a text with a NUL character"),
    (Bash, "\ud800", "a text with half a surrogate pair"),
    (R, "a\0b", "a text with a NUL character"),
    (R, {"": 1}, "a mapping with an empty key"),
    (R, 2**53 + 1, "so large a whole number; give it as a text"),
    (R, float("nan"), "the number nan"),
    (Julia, ["\udfff"], "a text with half a surrogate pair"),
    (Julia, float("-inf"), "the number -inf"),
    (Matlab, -(2**60), "so large a whole number; give it as a text"),
    (CSharp, None, "null"),
    (CSharp, {"a": [None]}, "null"),
    (Scala, 2**63, "so large a whole number; give it as a text"),
    (PowerShell, {1}, "a value of type set"),
]


@pytest.mark.parametrize(("translator", "value", "what"), REFUSED)
def test_what_a_language_cannot_express_is_refused_by_name(translator, value, what):
    with pytest.raises(InvalidRequest) as refused:
        translator.codify({"fine": 1, "x": value})
    [error] = refused.value.errors
    assert error.field == "parameters.x"
    sentence = f"'x' cannot be given: {translator.language} has no way to write {what}."
    assert error.message == sentence


def test_a_bad_name_is_refused_even_here():
    with pytest.raises(InvalidRequest, match="cannot be the name of a parameter in Julia"):
        Julia.codify({"x; run(`id`)": 1})


SOURCES = [
    (R, {"a": [None, True]}, 'x = list("a" = list(NULL, TRUE))'),
    (R, date(2026, 1, 31), 'x = "2026-01-31"'),
    (Julia, {"a": [None, 2**70]}, f'x = Dict("a" => [nothing, {2**70}])'),
    (Scala, [2**40, -1], "val x = Seq(1099511627776L, -1)"),
    (CSharp, [1, 2.5], "var x = new [] { 1, 2.5 };"),
    (CSharp, [1, "a"], 'var x = new object[] { 1, "a" };'),
    (CSharp, [[1]], "var x = new object[] { new [] { 1 } };"),
    (CSharp, [], "var x = new object[] {  };"),
    (Matlab, {}, "x = containers.Map('KeyType', 'char', 'ValueType', 'any');"),
    (Matlab, {"a'": "C:\\b"}, """x = containers.Map({char("a'")}, {("C:" + char(92) + "b")});"""),
    (Matlab, "\\", 'x = ("" + char(92));'),
    (PowerShell, "it's", "$x = 'it''s'"),
    (PowerShell, [[1, 2]], "$x = @(, @(1, 2))"),
    (PowerShell, "\n", "$x = ('' + [char]10)"),
    (Bash, None, "x="),
    (Bash, "a b", "x='a b'"),
]


@pytest.mark.parametrize(("translator", "value", "source"), SOURCES)
def test_a_value_is_written_as_the_language_wants_it(translator, value, source):
    assert translator.codify({"x": value}).splitlines()[1] == source
