"""What every address of the surface does alike: who is asking, what is sent, how it is answered."""

from __future__ import annotations

import json

import pytest


async def test_a_token_is_taken_in_each_way_that_clients_send_it(connect, token):
    stranger = connect()
    ways = [
        await connect(**{"X-Esri-Authorization": f"Bearer {token}"}).raw("GET", "admin"),
        await connect(Authorization=f"Bearer {token}").raw("GET", "admin"),
        await connect(
            **{"X-Esri-Authorization": f"Bearer {token}", "Authorization": "Basic cHJveHk6"}
        ).raw("GET", "admin"),
        await stranger.raw("GET", "admin", token=token),
        await stranger.raw("POST", "admin", {"token": token, "f": "json"}),
        await stranger.raw(
            "POST",
            "admin",
            json.dumps({"token": token}),
            headers={"Content-Type": "application/json"},
        ),
    ]
    assert [answered.code for answered in ways] == [200] * 6
    assert {answered.json["version"] for answered in ways} == {"11.4.0"}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("address", ["admin", "admin/nothing", "admin/logs/query"])
async def test_a_stranger_gets_esris_codes(connect, method, address):
    without = await connect().raw(method, address, "" if method == "POST" else None)
    wrong = await connect(**{"X-Esri-Authorization": "Bearer old"}).raw(
        method, address, "" if method == "POST" else None
    )
    assert (without.code, without.json["code"]) == (403, 499)
    assert (wrong.code, wrong.json["code"]) == (403, 498)
    assert without.json["status"] == "error"
    for said in (without.text, wrong.text):
        assert "invalid token" not in said.lower()
        assert "token required" not in said.lower()


async def test_the_sharing_api_has_an_error_of_another_shape(connect, client):
    without = await connect().raw("GET", "sharing/rest/nothing")
    assert without.json["error"]["code"] == 499
    unknown = await client.raw("GET", "sharing/rest/nothing")
    assert unknown.json == {
        "error": {"code": 404, "message": "There is nothing at this address.", "details": []}
    }


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("invalid", 400, 400),
        ("missing", 404, 404),
        ("conflict", 409, 409),
        ("unavailable", 409, 503),
        ("surprise", 409, 500),
    ],
)
async def test_no_refused_write_makes_a_client_send_it_again(client, fault, status, code):
    admin = await client.raw("POST", f"admin/broken/{fault}", {"f": "json"})
    sharing = await client.raw("POST", f"sharing/rest/broken/{fault}", {"f": "json"})
    assert (admin.code, admin.json["code"], admin.json["status"]) == (status, code, "error")
    assert (sharing.code, sharing.json["error"]["code"]) == (status, code)
    assert admin.json["messages"] == [sharing.json["error"]["message"]]
    assert "business" not in admin.text


async def test_pjson_is_the_same_to_read(client):
    plain, pretty = [(await client.raw("GET", "admin", f=f)) for f in ("json", "pjson")]
    assert plain.json == pretty.json
    assert "\n  " in pretty.text
    assert "\n" not in plain.text


async def test_addresses_are_absolute_below_the_base_url(client):
    said = await client.post("admin/echo", itemId="i")
    assert said["url"] == client.root + "admin/a%20b%2F%C3%BC"
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    said = await client.raw("POST", "admin/echo", {"itemId": "i"}, headers=forged)
    assert said.json["url"] == client.root + "admin/a%20b%2F%C3%BC"


class TestBehindAProxy:
    """The server is set to trust what the proxy says."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"] |= {"trust_xheaders": True, "allow_remote_access": True}
        return jp_server_config

    async def test_addresses_are_those_that_the_proxy_was_asked_for(self, client):
        forwarded = {"X-Forwarded-Host": "jupyter.example.org:8443"}
        said = await client.raw("POST", "admin/echo", {"itemId": "i"}, headers=forwarded)
        assert said.json["url"].split("/")[2] == "jupyter.example.org:8443"
        hostile = {"X-Forwarded-Host": 'a"><script>'}
        said = await client.raw("POST", "admin/echo", {"itemId": "i"}, headers=hostile)
        assert said.json["url"].split("/")[2] == client.root.split("/")[2]


async def test_what_has_no_meaning_here_says_why(client):
    for method, address in [("GET", "admin/logs/query"), ("POST", "admin/machines/x/stop")]:
        answered = await client.raw(method, address, "" if method == "POST" else None, f="json")
        assert (answered.code, answered.json["code"]) == (400, 400)
        assert answered.json["messages"][0].startswith("This is not supported here: ")
