"""What cannot be used is refused in words; nothing of it is kept, nothing of the server leaks."""

from __future__ import annotations

import ast

from jupyter_nbtasks.jobs.requests import JobRequest

from ..conftest import texts
from .conftest import DEEP, WORK

WRONG_TYPES = {
    "parameters": [],
    "name": 5,
    "kernel_name": ["python3"],
    "timeout": "60",
    "cell_timeout": True,
    "priority": "1",
    "max_attempts": 1.5,
    "retry_delay": None,
    "output_path": {},
    "update_notebook": "yes",
    "save_parameters": 1,
    "strict": "false",
    "expected_hash": 7,
    "idempotency_key": 1,
    "keep_kernel_on_failure": "300",
    "env": ["A=1"],
    "tags": "tag",
    "batch_id": 0,
    "notebook": 3,
    "snapshot_id": 5,
    "content": "text",
    "trigger": 1,
}
OUT_OF_BOUNDS = [
    ({"colour": 1}, "'colour' is not a field of this request."),
    ({"name": "a" * 10_000}, "'name' must have at most 200 characters."),
    ({"name": ""}, "'name' must have at least 1 character."),
    ({"name": "a\nb"}, "'name' must be without control characters."),
    ({"timeout": 0}, "'timeout' must be greater than 0."),
    ({"timeout": -1}, "'timeout' must be greater than 0."),
    ({"priority": 1001}, "'priority' must be less than or equal to 1000."),
    ({"priority": -1001}, "'priority' must be greater than or equal to -1000."),
    ({"priority": 10**30}, "'priority' must be less than or equal to 1000."),
    ({"max_attempts": 0}, "'max_attempts' must be greater than or equal to 1."),
    ({"retry_delay": -1}, "'retry_delay' must be greater than or equal to 0."),
    ({"env": {"A=B": "1"}}, "'env' cannot have 'A=B'"),
    ({"env": {"": "1"}}, "'env' cannot have ''"),
    ({"env": {"A\0": "1"}}, "'env' cannot have 'A\\x00'"),
    ({"env": {"A": "\0"}}, "'env' cannot have 'A'"),
    ({"env": {"A": 1}}, "'env.A' must be a valid string."),
    ({"tags": ["a"] * 51}, "'tags' must have at most 50 items"),
    ({"tags": [""]}, "'tags.0' must have at least 1 character."),
    ({"trigger": "schedule"}, "'trigger' must be 'api' or 'lab'."),
    ({"expected_hash": "abc"}, "'expected_hash' must match"),
    ({"kernel_name": "klingon"}, "There is no kernel 'klingon' here. Choose one of"),
    ({"content": {}}, "Name one of 'notebook' (a path), 'snapshot_id' and 'content' (a notebook)."),
    (
        {"notebook": None},
        "Name one of 'notebook' (a path), 'snapshot_id' and 'content' (a notebook).",
    ),
]
BODIES = [
    (b"", "Name one of 'notebook'"),
    (b"{", "The body is not valid JSON: EOF"),
    (b'{"notebook": "work.ipynb"', "The body is not valid JSON: EOF"),
    (b"[]", "The body must be a JSON object."),
    (b'"x"', "The body must be a JSON object."),
    (b"null", "The body must be a JSON object."),
    (b'{"name": "\xff\xfe"}', "The body is not valid JSON: invalid unicode"),
    (b'{"timeout": 1e400, "notebook": "work.ipynb"}', "'timeout' must be a finite number."),
    (b'{"parameters": {"factor": NaN}}', "'parameters' must not contain NaN or Infinity"),
    (b'{"parameters": {"factor": [-Infinity]}}', "'parameters' must not contain NaN"),
    (b'{"parameters": {"factor": 1e400}}', "'parameters' must not contain NaN"),
    (b'{"parameters": {"name": "\\ud800"}}', "The body is not valid JSON: unexpected end of hex"),
    (b'{"parameters": {"name": "\\udc80"}}', "The body is not valid JSON: lone leading surrogate"),
    (b'{"parameters": {"factor": ' + b"9" * 5000 + b"}}", "valid JSON: number out of range"),
    (b'{"parameters": ' + DEEP, "The body is not valid JSON: recursion limit"),
]
VALUES = [
    ({"faktor": 1}, "There is no parameter 'faktor'. Did you mean 'factor'?"),
    ({"factor": "many"}, "'factor' must be a whole number, not \"many\"."),
    ({"factor": 1.5}, "'factor' must be a whole number, not 1.5."),
    ({"factor": True}, "'factor' must be a whole number, not true."),
    ({"factor": None}, "'factor' must be a whole number, not null."),
    ({"factor": [[1]]}, "'factor' must be a whole number"),
    ({}, "'region' needs a value."),
]
NAMES = ["x; import os", "a b", "x=1\ny", "x\n", "1x", "", "class", "os.environ", "x[0]", "x\0"]


NAMES += ["None", "x\u200b", "\uff43lass", "\uff3f_import_\uff3f", "__import__", "!ls", "%run"]


NASTY = {
    "quotes": "'\"'''\"\"\"\\",
    "lines": "x\n__import__('os').abort()\r\n",
    "call": "'); __import__('os').abort() #",
    "places": "{0.__class__} {{}} %s $HOME `id`",
    "magic": "!kill 0\n%reset -f",
    "odd": "\0\x85\u2028\u202e\ufeff\N{GRINNING FACE}",
    "end": "\\",
    "'); __import__('os').abort() #": ["\\'", {"\n": "\\n"}],
}


async def test_a_field_of_the_wrong_type_is_named(refused):
    assert set(WRONG_TYPES) == set(JobRequest.model_fields)
    await refused(
        (("POST", "jobs", WORK | {field: value}), 400, f"'{field}' must be")
        for field, value in WRONG_TYPES.items()
    )


async def test_a_field_out_of_bounds_is_named_with_its_bounds(refused):
    await refused((("POST", "jobs", WORK | fields), 400, said) for fields, said in OUT_OF_BOUNDS)


async def test_a_body_that_is_not_a_request_is_refused(refused):
    await refused((("POST", "jobs", body), 400, said) for body, said in BODIES)
    await refused((("POST", "parameters", body), 400, "") for body, said in BODIES)


async def test_a_parameter_that_does_not_fit_is_named(refused, notebook):
    notebook("1", parameters="factor: int = 1\nregion: str", path="needs.ipynb")
    await refused(
        (("POST", "jobs", {"notebook": "needs.ipynb", "parameters": values}), 400, said)
        for values, said in VALUES
    )


async def test_code_in_the_name_of_a_parameter_is_refused(refused, notebook):
    notebook("1", path="plain.ipynb")
    plain = {"notebook": "plain.ipynb", "strict": False}
    await refused(
        (("POST", "jobs", plain | {"parameters": {name: 1}}), 400, "cannot be") for name in NAMES
    )


async def test_another_version_of_the_file_is_a_conflict(refused):
    await refused([(("POST", "jobs", WORK | {"expected_hash": "0" * 64}), 409, "Look again")])


async def test_a_text_that_looks_like_code_arrives_as_the_text_it_is(api, notebook):
    path = notebook("print(repr(given))", parameters="given: dict = {}")
    job = await api.run(path, parameters={"given": NASTY}, env={"GIVEN": "$(kill 0)"})
    assert job["status"] == "COMPLETED", job["message"]
    assert job["parameters"] == {"given": NASTY}
    assert ast.literal_eval(texts(await api.output(job["id"]))[-1]) == NASTY
