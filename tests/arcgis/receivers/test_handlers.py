"""A receiver of ArcGIS' API runs a notebook for each request that its secret signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from ...conftest import texts
from ...test_access import ByHeader

AT = "admin/notebooks/webhookReceivers"
SECRET = "0123456789abcdef0123456789abcdef"
TAKES = "payload: dict = {}\nregion: str = 'EU'"
FIELDS = {
    "itemId", "signatureHeaders", "apiToken", "name", "disabled", "id", "secret", "message",
    "parameters", "username", "url",
}  # fmt: skip


@pytest.fixture
def make(client, notebook):
    """Make a receiver of a notebook that prints what it was given, as Esri's page says."""

    async def make(*sources, parameters=TAKES, one=client, **form):
        path = notebook(*(sources or ["print(payload, region)"]), parameters=parameters)
        sent = {
            "name": "hook",
            "itemId": path,
            "secret": SECRET,
            "signatureHeaders": "x-esrihook-signature, x-hub-signature-256",
            "apiToken": "t0ken-that-nobody-keeps",
        }
        made = await one.post(f"{AT}/create", **sent | form)
        assert (set(made), made["status"]) == ({"webhookReceiver", "status"}, "success")
        return made["webhookReceiver"]

    return make


def in_base64(mac):
    return base64.b64encode(mac).decode()


def as_github_does(mac):
    return f"sha256={mac.hex()}"


@pytest.fixture
def deliver(connect):
    """Send *body* as a sender would, who knows nothing of Jupyter."""

    async def deliver(
        receiver, body, *, secret=SECRET, header="X-Esrihook-Signature", form=in_base64, **more
    ):
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        signature = form(hmac.new(secret.encode(), sent, hashlib.sha256).digest())
        headers = {"Content-Type": "application/json", header: signature, **more}
        return await connect().raw("POST", receiver["url"], sent, headers=headers)

    return deliver


async def refused(client, address, **form):
    answered = await client.raw("POST", address, {"f": "json", **form})
    assert answered.json["status"] == "error"
    return answered.code, answered.json["messages"][0]


async def test_a_receiver_is_made_listed_and_shown(client, make, tmp_path):
    made = await make(parameters=TAKES)
    assert set(made) == FIELDS
    assert (made["secret"], made["apiToken"], made["disabled"]) == (SECRET, "", False)
    assert made["signatureHeaders"] == "x-esrihook-signature,x-hub-signature-256"
    assert made["url"] == f"{client.root}rest/events/webhooks/{made['id']}"
    assert len(made["itemId"]) == 32

    listed = await client.get(AT)
    assert listed["webhookReceivers"] == [made | {"secret": ""}]
    assert listed["operations"] == ["create"]
    shown = await client.get(f"{AT}/{made['id']}")
    assert {name: shown[name] for name in made} == made | {"secret": ""}
    assert shown["operations"] == ["delete", "disable", "enable", "update"]
    page = (await client.raw("GET", AT, f="html")).text
    assert f'/{AT}/{made["id"]}">{made["id"]}</a>' in page
    assert '<input name="signatureHeaders"' in page
    # The token is nowhere.
    stored = b"".join(path.read_bytes() for path in (tmp_path / "nbtasks").glob("nbtasks.sqlite3*"))
    assert (SECRET.encode() in stored, b"t0ken" in stored) == (True, False)


@pytest.mark.parametrize("form", [in_base64, as_github_does])
@pytest.mark.parametrize("header", ["X-Esrihook-Signature", "X-Hub-Signature-256"])
async def test_a_signed_request_runs_the_notebook(client, api, make, deliver, form, header):
    made = await make(parameters=TAKES)
    await client.post(f"{AT}/{made['id']}/update", parameters=json.dumps({"region": "US"}))
    body = {"number": 7, "title": "é 'x'\n\"\\", "none": None}

    answered = await deliver(made, body, header=header, form=form)

    assert (answered.code, set(answered.json)) == (200, {"jobId", "status"})
    assert answered.json["status"] == "success"
    job = await api.ended(answered.json["jobId"])
    assert (job["status"], job["trigger"]["type"]) == ("COMPLETED", "webhook")
    assert texts(await api.output(job["id"]))[-1] == f"{body} US\n"


async def test_a_form_is_a_payload_and_no_parameters_of_the_address(api, make, deliver):
    made = await make(parameters=TAKES)
    body = b"f=html&token=x&a=1"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answered = await deliver(made, body, **kind)
    job = await api.ended(answered.json["jobId"])
    assert job["parameters"] == {"payload": {"f": "html", "token": "x", "a": "1"}}


async def test_a_name_that_the_notebook_does_not_define_is_injected(client, api, make, deliver):
    made = await make("print(colour)", parameters="a = 1")
    values = json.dumps({"colour": "red"})
    await client.post(f"{AT}/{made['id']}/update", parameters=values)
    job = await api.ended((await deliver(made, {})).json["jobId"])
    assert texts(await api.output(job["id"]))[-1] == "red\n"


async def test_a_request_that_is_not_signed_so_is_refused(client, make, deliver):
    made = await make()
    answers = [
        await deliver(made, {}, secret="x" * 32),
        await deliver(made, {}, header="X-Other-Signature"),
        await deliver({"url": f"{client.root}rest/events/webhooks/w{'0' * 28}"}, {}),
    ]
    assert {(one.code, one.json["code"]) for one in answers} == {(403, 403)}
    assert len({one.text for one in answers}) == 1
    assert (await client.get("admin/system/jobs"))["asyncJobs"] == []


@pytest.mark.parametrize("nbtasks_config", [{"max_payload_bytes": 100}])
async def test_no_refusal_makes_a_sender_send_it_again(make, deliver):
    made = await make()
    answered = await deliver(made, {"a": "x" * 1000})
    assert (answered.code, answered.json["status"]) == (400, "error")
    assert answered.json["messages"] == ["The body has more than 100 bytes."]
    text = await deliver(made, {}, **{"Content-Type": "text/plain"})
    assert (text.code, text.json["status"]) == (400, "error")


async def test_a_receiver_is_disabled_enabled_and_deleted(client, make, deliver):
    made = await make()
    at, success = f"{AT}/{made['id']}", {"status": "success"}
    assert await client.post(f"{at}/disable") == success
    assert (await client.get(at))["disabled"] is True
    assert (await deliver(made, {})).code == 409
    assert await client.post(f"{at}/enable") == success
    assert (await deliver(made, {})).code == 200
    await client.post(f"{at}/update", disabled="true")
    assert (await deliver(made, {})).code == 409
    assert await client.post(f"{at}/delete") == success
    assert (await deliver(made, {})).code == 403
    assert (await refused(client, f"{at}/delete"))[0] == 404


async def test_what_is_given_is_changed_and_the_rest_stays(client, make, deliver, notebook):
    made = await make()
    at = f"{AT}/{made['id']}"
    other = notebook("1", path="other.ipynb")
    sent = {"name": "new", "itemId": other, "signatureHeaders": "x-my-signature", "apiToken": "t"}
    changed = (await client.post(f"{at}/update", **sent))["webhookReceiver"]
    assert (changed["name"], changed["signatureHeaders"]) == ("new", "x-my-signature")
    assert (changed["itemId"] == made["itemId"], changed["secret"]) == (False, "")
    assert (await deliver(made, {}, header="X-My-Signature")).code == 200
    secret = "f" * 32
    renewed = (await client.post(f"{at}/update", secret=secret))["webhookReceiver"]
    assert renewed == changed | {"secret": secret, "message": renewed["message"]}
    assert (await deliver(made, {}, header="X-My-Signature")).code == 403
    assert (await deliver(made, {}, header="X-My-Signature", secret=secret)).code == 200


async def test_validate_says_whether_a_delivery_could_run(client, make, jp_fetch):
    made = await make()
    at = f"{AT}/{made['id']}/validate"
    assert await client.get(at) == {"success": "true", "id": made["id"]}
    await jp_fetch("api", "contents", "work.ipynb", method="DELETE")
    said = await client.get(at)
    assert (said["success"], said["id"]) == ("false", made["id"])
    assert "work.ipynb" in said["message"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"secret": "x" * 31}, (400, "'secret' must have at least 32 characters")),
        ({"secret": "x" * 33}, (400, "'secret' must have at most 32 characters")),
        ({"secret": ""}, (400, "'secret' is missing.")),
        ({"signatureHeaders": "a b"}, (400, "'signatureHeaders' must be names of headers")),
        ({"signatureHeaders": ""}, (400, "'signatureHeaders' is missing.")),
        ({"name": ""}, (400, "'name' is missing.")),
        ({"itemId": "gone.ipynb"}, (400, "There is no file 'gone.ipynb'")),
        ({"parameters": '{"payload": {}}'}, (400, "'parameters' must not fix 'payload'")),
        ({"parameters": '{"region": 1}'}, (400, "'region' must be a text")),
    ],
)
async def test_what_cannot_be_a_receiver_is_refused(client, notebook, form, said):
    path = notebook("1", parameters=TAKES)
    sent = {"name": "hook", "itemId": path, "secret": SECRET, "signatureHeaders": "x-a", **form}
    code, message = await refused(client, f"{AT}/create", **sent)
    assert (code, message[: len(said[1])]) == said
    assert (await client.get(AT))["webhookReceivers"] == []


class TestPersons:
    """Alice and Bob each have their own."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"]["identity_provider_class"] = ByHeader
        return jp_server_config

    async def test_a_receiver_of_another_is_not_there(self, as_person, make):
        alice, bob = as_person("alice"), as_person("bob")
        made = await make(one=alice)
        assert made["username"] == "alice"
        assert (await bob.get(AT))["webhookReceivers"] == []
        for operation in ("update", "enable", "disable", "delete"):
            assert (await refused(bob, f"{AT}/{made['id']}/{operation}"))[0] == 404
