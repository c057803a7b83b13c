"""What is delivered to a receiver: taken as a job, or refused."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json

import pytest

from ..conftest import texts
from .conftest import REFUSED, SECRET, TAKES, mac

FORM = "application/x-www-form-urlencoded"
TOLD = """import json, os
told = {name: value for name, value in os.environ.items() if name.startswith("NBTASKS_")}
print(json.dumps(told))"""


async def test_what_is_delivered_is_a_parameter_and_in_the_environment(api, make, deliver):
    made = await make("print(payload, region)", TOLD, parameters=TAKES, env={"A": "b"})
    await api("PATCH", f"webhooks/{made['id']}", {"parameters": {"region": "US"}})
    body = {"action": "opened", "number": 7, "title": "é 'x'\n\"\\", "none": None}

    headers = {"X_GitHub_Event": "issues", "X_GitHub_Delivery": "72d3162e"}
    code, answer = await deliver(made, body, **headers)
    job = await api.ended(answer["job_id"])

    assert (code, job["status"], job["message"]) == (202, "COMPLETED", None)
    assert job["trigger"] == {"type": "webhook", "id": made["id"]}
    assert (job["owner"], job["name"]) == (made["owner"], "work")
    assert job["parameters"] == {"payload": body, "region": "US"}
    *_, printed, told = texts(await api.output(job["id"]))
    assert printed == f"{body} US\n"
    told = json.loads(told)
    assert json.loads(told.pop("NBTASKS_PAYLOAD")) == body
    assert told == {
        "NBTASKS_JOB_ID": job["id"],
        "NBTASKS_RECEIVER_ID": made["id"],
        "NBTASKS_DELIVERY_ID": "72d3162e",
        "NBTASKS_EVENT": "issues",
    }
    shown = await api("GET", f"webhooks/{made['id']}")
    assert (shown["message"], shown["last_delivery_at"] is None) == (None, False)


@pytest.mark.parametrize("parameters", ["region: str = 'EU'", None])
async def test_a_notebook_without_the_parameter_reads_the_environment(
    api, make, deliver, parameters
):
    made = await make(TOLD, parameters=parameters)

    _, answer = await deliver(made, {"n": 1})
    job = await api.ended(answer["job_id"])

    assert (job["status"], job["parameters"]) == ("COMPLETED", {})
    told = json.loads(texts(await api.output(job["id"]))[-1])
    assert (told["NBTASKS_PAYLOAD"], "NBTASKS_EVENT" in told) == ('{"n": 1}', False)


async def test_what_is_too_large_for_the_environment_needs_the_parameter(api, make, deliver):
    large = {"text": "x" * 70_000}
    made = await make("print(len(payload['text']))", TOLD)
    _, answer = await deliver(made, large)
    job = await api.ended(answer["job_id"])
    assert job["status"] == "COMPLETED", job["message"]
    *_, length, told = texts(await api.output(job["id"]))
    assert (length, "NBTASKS_PAYLOAD" in json.loads(told)) == ("70000\n", False)

    other = await make(TOLD, parameters=None)
    code, answer = await deliver(other, large)
    assert (code, answer["reason"]) == (409, "not_run")
    shown = await api("GET", f"webhooks/{other['id']}")
    assert "Define a parameter 'payload'" in shown["message"]


@pytest.mark.parametrize(
    ("body", "content_type", "payload"),
    [
        (b"payload=%7B%22n%22%3A+1%7D", FORM, {"n": 1}),
        (b"a=1&b=&a=2", f"{FORM}; charset=utf-8", {"a": ["1", "2"], "b": ""}),
        (b"[1]", "application/cloudevents+json", [1]),
        (b'"\\u0000 text"', "Application/JSON; charset=utf-8", "\0 text"),
    ],
)  # fmt: skip
async def test_a_form_and_any_json_are_taken(api, make, deliver, body, content_type, payload):
    made = await make("print(1)", parameters="payload = None")
    code, answer = await deliver(made, body, content_type=content_type)
    assert code == 202, answer
    assert (await api("GET", f"jobs/{answer['job_id']}"))["parameters"] == {"payload": payload}


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b'{"n": NaN}', "application/json", 400),
        (b'{"n": 1e999}', "application/json", 409),
        (b"9" * 5000, "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'"\\ud800"', "application/json", 400),
        (b'"\xff"', "application/json", 400),
        (b"\xff\xfe{\x00}\x00", "application/json", 400),
        (b"no form at all", FORM, 400),
        (b"a=%ff", FORM, 400),
        (b"&".join([b"a=1"] * 2000), FORM, 400),
        (b"payload=%7B", FORM, 400),
        (b"{}", "text/plain", 415),
        (b"{}", "multipart/form-data; boundary=x", 415),
        (b"{}", "", 415),
        (b"[]", "application/json", 409),
        (b"null", "application/json", 409),
    ],
)
async def test_a_signed_body_of_no_use_is_refused_and_the_owner_sees_why(
    api, make, deliver, body, content_type, code
):
    made = await make()
    answered, answer = await deliver(made, body, content_type=content_type)

    assert (answered, set(answer)) == (code, {"message", "reason", "errors"})
    shown = await api("GET", f"webhooks/{made['id']}")
    assert shown["message"]
    assert shown["last_delivery_at"]
    assert (await api("GET", "jobs"))["items"] == []
    assert (await deliver(made, {}))[0] == 202
    assert (await api("GET", f"webhooks/{made['id']}"))["message"] is None


async def test_a_sender_without_a_signature_learns_nothing(api, make, deliver, notebook):
    made = await make()
    disabled = await make(disabled=True)
    unknown = made["id"][:-1] + ("0" if made["id"][-1] != "0" else "1")
    wrong = [
        {"secret": SECRET[::-1]},
        {"X_Hub_Signature_256": None},
        {"X_Hub_Signature_256": ""},
        {"X_Hub_Signature_256": None, "X_Signature": "sha256=" + mac(b"{}").hex()},
        {"X_Hub_Signature_256": "sha1=" + hmac.new(SECRET.encode(), b"{}", "sha1").hexdigest()},
    ]
    answers = [
        await deliver(receiver, b"{}", **how)
        for receiver in (made, disabled, unknown, "x")
        for how in wrong
    ]
    assert [answer for answer in answers if answer != (403, REFUSED)] == []
    assert await deliver(unknown, b"{}") == (403, REFUSED)
    for one in (made, disabled):
        shown = await api("GET", f"webhooks/{one['id']}")
        assert (shown["message"], shown["last_delivery_at"]) == (None, None)
    assert (await api("GET", "jobs"))["items"] == []


async def test_a_signature_in_another_header_and_in_base64_counts(api, make, deliver):
    made = await make(signature_headers=["X-EsriHook-Signature", "x-other"])
    signature = base64.b64encode(mac(b"{}")).decode()
    assert (await deliver(made, b"{}"))[0] == 403
    headers = {"X_Hub_Signature_256": None, "x_esrihook_signature": signature}
    assert (await deliver(made, b"{}", **headers))[0] == 202


async def test_a_sender_that_tries_again_runs_nothing_twice(api, make, deliver):
    made, other = await make(), await make()
    headers = {"X_GitHub_Delivery": "72d3162e-cc78"}

    answers = await asyncio.gather(*(deliver(made, {"n": 1}, **headers) for _ in range(5)))
    again = await deliver(made, {"n": 1}, **headers)

    assert [code for code, _ in answers] == [202] * 5
    assert {answer["job_id"] for _, answer in answers} == {again[1]["job_id"]}
    assert len((await api("GET", "jobs"))["items"]) == 1
    code, answer = await deliver(made, {"n": 2}, **headers)
    assert (code, answer["reason"]) == (409, "idempotency_key_reused")
    for more in ((made, {"Idempotency_Key": "2"}), (other, headers), (made, {}), (made, {})):
        await deliver(more[0], {"n": 1}, **more[1])
    assert len((await api("GET", "jobs"))["items"]) == 5


async def test_a_try_of_the_address_runs_nothing(api, make, deliver):
    made = await make()
    assert await deliver(made, {"zen": "x"}, X_GitHub_Event="ping") == (202, {"job_id": None})
    assert (await deliver(made, {}, secret="wrong", X_GitHub_Event="ping"))[0] == 403
    assert (await api("GET", "jobs"))["items"] == []
    assert (await api("GET", f"webhooks/{made['id']}"))["last_delivery_at"]


class TestLimit:
    @pytest.fixture
    def nbtasks_config(self):
        return {"max_payload_bytes": 1000}

    async def test_a_long_body_is_refused_before_it_is_read(self, make, deliver):
        made = await make()
        for receiver in (made, "x"):
            code, answer = await deliver(receiver, b"[" + b" " * 1000 + b"]")
            assert (code, answer["reason"]) == (413, "too_large")
        assert (await deliver(made, b'{"a":"' + b"x" * 992 + b'"}'))[0] == 202

    @pytest.mark.parametrize("length", ["Content-Length: 99999999", "Transfer-Encoding: chunked"])
    async def test_it_is_not_waited_for(self, make, jp_http_port, jp_base_url, length):
        made = await make()
        path = f"{jp_base_url}nbtasks/api/webhooks/{made['id']}/deliver"
        reader, writer = await asyncio.open_connection("127.0.0.1", jp_http_port)
        writer.write(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{length}\r\n\r\n".encode())
        if "chunked" in length:
            writer.write(b"800\r\n" + b" " * 2048)
        await writer.drain()
        answer = await reader.read()
        assert answer.split(b" ")[1] in ({b"413"} if "Content" in length else {b"400"})
        writer.close()
