"""A schedule that could never run is refused at once, with the field named; nothing is stored."""

from __future__ import annotations

import json

import pytest

from jupyter_nbtasks.schedules.requests import ScheduleRequest

ASKED = {"notebook": "work.ipynb", "cron": "0 9 * * *"}
NO_RULE = {"notebook": "work.ipynb"}
WRONG_TYPES = {
    "notebook": 1,
    "cron": 5,
    "interval": "60",
    "timezone": 1,
    "start": "tomorrow",
    "end": {},
    "max_occurrences": 1.5,
    "overlap": "sometimes",
    "catch_up": None,
    "grace": "60",
    "max_consecutive_failures": "5",
    "state": "ENDED",
    "idempotency_key": 1,
    "parameters": [],
    "name": 5,
    "kernel_name": 1,
    "timeout": "60",
    "cell_timeout": True,
    "priority": "1",
    "max_attempts": 1.5,
    "retry_delay": None,
    "output_path": {},
    "update_notebook": "yes",
    "save_parameters": 1,
    "strict": "false",
    "keep_kernel_on_failure": "300",
    "env": ["A=1"],
    "tags": "tag",
}
WRONG = [
    ("cron", ASKED | {"cron": "0 0 30 2 *"}, "'cron' cannot be '0 0 30 2 *': bad day-of-month."),
    ("cron", ASKED | {"cron": "0 9 * *"}, "'cron' must have five fields"),
    ("cron", ASKED | {"cron": "@reboot"}, "'cron' must have five fields"),
    ("cron", ASKED | {"cron": "x" * 201}, "'cron' must have at most 200 characters."),
    ("cron", NO_RULE, "Give either 'cron' (when) or 'interval'"),
    ("cron", ASKED | {"interval": 60}, "Give either 'cron' (when) or 'interval'"),
    ("interval", NO_RULE | {"interval": 0}, "'interval' must be greater than or equal to 1."),
    ("interval", NO_RULE | {"interval": -60}, "'interval' must be greater"),
    ("interval", NO_RULE | {"interval": 10**12}, "'interval' must be less than or equal to"),
    ("timezone", ASKED | {"timezone": "Mars/Olympus"}, "'timezone' must be an IANA time zone"),
    ("timezone", ASKED | {"timezone": "../../etc/passwd"}, "'timezone' must be an IANA time"),
    ("end", ASKED | {"start": "2031-01-01T00:00:00Z", "end": "2030-01-01T00:00:00Z"},
     "'end' (2030-01-01 00:00 UTC) is before 'start' (2031-01-01 00:00 UTC)."),
    ("end", ASKED | {"end": "2020-01-01T00:00:00Z"}, "'end' leaves no occurrence after"),
    ("end", ASKED | {"start": "2030-01-01T10:00:00", "end": "2030-01-01T11:00:00"},
     "'end' leaves no occurrence after"),
    ("start", ASKED | {"start": "0001-01-01T00:00:00+14:00"}, "'start' must be a time of the"),
    ("max_occurrences", ASKED | {"max_occurrences": 0}, "'max_occurrences' must be greater"),
    ("grace", ASKED | {"grace": -1}, "'grace' must be greater than or equal to 0."),
    ("max_consecutive_failures", ASKED | {"max_consecutive_failures": 0},
     "'max_consecutive_failures' must be greater"),
    ("notebook", {"cron": "@daily"}, "'notebook' is missing."),
    ("notebook", ASKED | {"notebook": "absent.ipynb"}, "There is no file 'absent.ipynb'"),
    ("notebook", ASKED | {"notebook": "diary.ipynb"}, "This is not a notebook."),
    ("notebook", ASKED | {"notebook": "folder"}, "'folder' is a folder, not a notebook."),
    ("notebook", ASKED | {"notebook": "../work.ipynb"}, "'../work.ipynb' is not a path below"),
    ("kernel_name", ASKED | {"kernel_name": "klingon"}, "There is no kernel 'klingon' here."),
    ("parameters.faktor", ASKED | {"parameters": {"faktor": 1}}, "There is no parameter 'faktor'."),
    ("parameters.factor", ASKED | {"parameters": {"factor": "many"}}, "'factor' must be a whole"),
    ("parameters.factor", ASKED | {"parameters": {"factor": "{nominal_time}"}}, "'factor' must be"),
    ("parameters.name", ASKED | {"parameters": {"name": "{nominal_time.year}"}},
     "'name' cannot use {nominal_time.year}"),
    ("parameters.name", ASKED | {"parameters": {"name": "{"}}, "'name' has a brace"),
    ("output_path", ASKED | {"output_path": "../out.ipynb"}, "'../out.ipynb' is not a path"),
    ("output_path", ASKED | {"output_path": "{colour}.ipynb"}, "'output_path' cannot use"),
    ("output_path", ASKED | {"output_path": "{nominal_time:%9Y}.ipynb"}, "'output_path' has a for"),
    ("output_path", ASKED | {"output_path": "out.txt"}, "'output_path' must end in .ipynb"),
    ("colour", ASKED | {"colour": "red"}, "'colour' is not a field of this request."),
    ("content", ASKED | {"content": {}}, "'content' is not a field of this request."),
]  # fmt: skip
QUERIES = [
    ("schedules", {"colour": "red"}, "'colour' is not a field"),
    ("schedules", {"limit": "0"}, "'limit' must be greater"),
    ("schedules", {"cursor": "x' OR 1=1"}, "'cursor' must match"),
    ("schedules", {"state": "LOST"}, "'state' must be"),
    ("schedules/x/occurrences", {"cursor": "yesterday"}, "'cursor' must be a time such as"),
    ("schedules/x/occurrences", {"cursor": "2026-01-01T00:00:00"}, "'cursor' must have timezone"),
    ("schedules/x/occurrences", {"limit": "501"}, "'limit' must be less"),
]
VERBS = [
    "GET ",
    "PATCH ",
    "DELETE ",
    "POST /pause",
    "POST /resume",
    "POST /run",
    "GET /occurrences",
]


@pytest.fixture
def files(notebook, jp_root_dir):
    notebook("1", parameters="factor: int = 1\nname: str = ''")
    (jp_root_dir / "diary.ipynb").write_text("Dear diary")
    (jp_root_dir / "folder").mkdir()


@pytest.fixture
def refused(api, files, jp_root_dir, caplog):
    """Send a request that is to be refused; the answer, after a look at all that is promised."""

    async def send(method, address, body=None, **query):
        answered = await api.raw(method, address, body, **query)
        assert set(answered.json) == {"message", "reason", "errors"}, answered.body
        assert answered.json["message"].endswith(".")
        assert str(jp_root_dir) not in answered.body.decode()
        assert (await api("GET", "schedules"))["items"] == []
        assert "Traceback" not in caplog.text
        return answered

    return send


async def test_a_field_of_the_wrong_type_is_named(refused):
    assert set(WRONG_TYPES) == set(ScheduleRequest.model_fields)
    for field, value in WRONG_TYPES.items():
        answered = await refused("POST", "schedules", ASKED | {field: value})
        assert answered.code == 400
        assert [error["field"].split(".")[0] for error in answered.json["errors"]] == [field]


async def test_what_could_never_run_is_refused_with_the_field_named(refused):
    wrong = []
    for field, body, said in WRONG:
        answered = await refused("POST", "schedules", body)
        fields = [error["field"] for error in answered.json["errors"]]
        if (answered.code, fields) != (400, [field]) or said not in answered.json["message"]:
            wrong.append((field, answered.code, answered.json))
    assert wrong == []


async def test_a_preview_of_nonsense_is_refused_too(refused):
    for field, body, said in WRONG[:11]:
        asked = {name: value for name, value in body.items() if name != "notebook"}
        answered = await refused("POST", "schedules/preview", asked)
        assert (answered.code, answered.json["errors"][0]["field"]) == (400, field)
        assert said in answered.json["message"]
    many = await refused("POST", "schedules/preview", {"cron": "@daily", "count": 1000})
    assert many.json["errors"][0]["field"] == "count"


async def test_a_body_that_is_not_a_request_is_refused(refused):
    for body in (b"{", b"[]", b"null", b'{"cron": "\xff"}', b""):
        assert (await refused("POST", "schedules", body)).code == 400


async def test_a_query_that_means_nothing_is_refused(refused):
    for address, query, said in QUERIES:
        answered = await refused("GET", address, **query)
        assert answered.code == 400
        assert said in answered.json["message"]


async def test_an_id_that_is_not_a_schedules_is_not_found(refused):
    for verb in VERBS:
        method, _, end = verb.partition(" ")
        for id in ("x", "s" + "0" * 28, "s' OR '1'='1"):
            body = {} if method == "PATCH" else None
            assert (await refused(method, f"schedules/{id}{end}", body)).code == 404


async def test_a_change_that_could_never_run_changes_nothing(api, files):
    made = await api("POST", "schedules", ASKED)
    address = f"schedules/{made['id']}"
    wrong = []
    for field, body, said in WRONG:
        change = {name: value for name, value in body.items() if ASKED.get(name) != value}
        if field.split(".")[0] not in change:
            continue
        answered = await api.raw("PATCH", address, change)
        fields = [error["field"] for error in answered.json.get("errors", [])]
        if (answered.code, fields) != (400, [field]) or said not in answered.json["message"]:
            wrong.append((field, answered.code, answered.json))
        assert await api("GET", address) == made
    assert wrong == []
    for change in ({"notebook": None}, {"cron": None}, {"grace": None}, {"overlap": None}):
        answered = await api.raw("PATCH", address, change)
        assert answered.code == 400, (change, json.dumps(answered.json))
    assert await api("GET", address) == made
