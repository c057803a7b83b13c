"""Parameters of every type, in every kind of body, and those that are wrong."""

from __future__ import annotations

import json

import pytest


async def test_parameters_of_every_type_are_read(client):
    form = {
        "itemId": "i",
        "isFast": "false",
        "count": "3",
        "since": "1632326711000",
        "values": '{"a": [1, null]}',
        "notebookJSON": "{}",
        "colour": "red",
    }
    said = await client.post("admin/echo", **form)
    assert said["is_fast"] is False
    assert said["count"] == 3
    assert said["since"] == "2021-09-22T16:05:11Z"
    assert said["values"] == {"a": [1, None]}
    assert said["json_text"] == "{}"
    nothing = await client.post("admin/echo", itemId="i", count="", values="", since="")
    assert (nothing["count"], nothing["values"], nothing["since"]) == (None, {}, None)


async def test_a_json_body_and_a_multipart_one_are_read_alike(client):
    as_json = json.dumps({"itemId": "i", "count": 3, "values": {"a": 1}})
    said = await client.raw(
        "POST", "admin/echo", as_json, headers={"Content-Type": "application/json"}
    )
    assert (said.json["count"], said.json["values"]) == (3, {"a": 1})
    parts = [
        'name="itemId"\r\n\r\ni',
        'name="f"\r\n\r\njson',
        'name="notebook"; filename="a.ipynb"\r\nContent-Type: application/json\r\n\r\n{}',
    ]
    body = "".join(f"--x\r\nContent-Disposition: form-data; {p}\r\n" for p in parts) + "--x--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await client.raw("POST", "admin/echo", body, headers=kind)).json["size"] == 2


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, "'itemId' is missing."),
        ({"itemId": "i", "isFast": "perhaps"}, "'isFast' must be a valid boolean"),
        ({"itemId": "i", "count": "0"}, "'count' must be greater than or equal to 1."),
        ({"itemId": "i", "count": "x"}, "'count' must be a whole number."),
        ({"itemId": "i", "since": "monday"}, "'since' must be a time in milliseconds since 1970."),
        ({"itemId": "i", "since": "1e300"}, "'since' must be a time in milliseconds since 1970."),
        ({"itemId": "i", "since": "nan"}, "'since' must be a time in milliseconds since 1970."),
        ({"itemId": "i", "values": "{"}, "'values' must be valid JSON."),
        ({"itemId": "i", "values": '{"a": NaN}'}, "'values' must be valid JSON."),
        ({"itemId": "i", "values": "[" * 100_000}, "'values' must be valid JSON."),
        ({"itemId": "i", "values": "[1]"}, "'values' must be a JSON object."),
        ({"itemId": "i", "notebook": "text"}, "'notebook' must be a file"),
        ({"itemId": "i", "f": "xml"}, "'f' must be one of html, json, pjson."),
    ],
)
async def test_a_wrong_parameter_is_named(client, sent, message):
    answered = await client.raw("POST", "admin/echo", {"f": "json", **sent})
    assert (answered.code, answered.json["code"]) == (400, 400)
    assert answered.json["messages"][0].startswith(message)


async def test_a_body_that_cannot_be_read_is_refused(client, connect):
    kind = {"Content-Type": "application/json"}
    for body in (b"{", b"[1]", b"\xff"):
        answered = await client.raw("POST", "admin/echo", body, headers=kind)
        assert (answered.code, answered.json["status"]) == (400, "error")
    assert (await connect().raw("POST", "admin/echo", b"{", headers=kind)).json["code"] == 499
    assert (await client.raw("GET", "admin?f=%ff")).json["messages"] == [
        "'f' must be text in UTF-8."
    ]
