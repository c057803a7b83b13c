"""How a client finds its portal and its notebook server, in the order in which it asks."""

from __future__ import annotations

import time

import pytest
from jupyter_server.auth import IdentityProvider, PasswordIdentityProvider, User
from jupyter_server.auth.security import passwd

from jupyter_nbtasks.caller import local_user

WHO = {"username": "jane", "referer": "http", "client": "referer", "expiration": 60}


@pytest.fixture
def token(jp_serverapp):
    return jp_serverapp.identity_provider.token


async def test_what_a_client_asks_to_begin_is_answered(client, connect, notebook):
    path = notebook("1", path="reports/weekly.ipynb")
    anonymous = connect()
    for probe in ("info", "rest/info", "sharing/rest/info", "rest/services"):
        assert (await anonymous.raw("GET", probe, f="json")).json is not None

    info = await client.get("sharing/rest/info")
    assert info["authInfo"] == {
        "isTokenBasedSecurity": True,
        "tokenServicesUrl": client.root + "sharing/rest/generateToken",
    }
    portal = await client.get("sharing/rest/portals/self")
    assert portal["portalName"] != "ArcGIS Online"
    assert "portalDeploymentType" not in portal
    assert portal["user"]["username"] == local_user()
    user = await client.get(f"sharing/rest/community/users/{local_user()}")
    assert user["username"] == local_user()
    assert any(":admin:" in privilege for privilege in user["privileges"])
    version = (await client.get("sharing/rest"))["currentVersion"]
    assert [int(part) for part in version.split(".")] == [2024, 1]

    for id in (portal["id"], "self"):
        [server] = (await client.get(f"sharing/rest/portals/{id}/servers"))["servers"]
        assert server["serverFunction"] == "NotebookServer"
        assert server["url"] + "/" == client.root
    admin = await client.get(server["adminUrl"] + "/admin")
    assert admin["version"] == "11.4.0"
    assert set(admin) == {"resources", "operations", "siteId", "version"}
    assert (await client.get("admin/info"))["loggedInUser"] == local_user()

    item = await client.post(f"sharing/rest/content/items/{path.replace('/', '%2F')}")
    assert (item["type"], item["owner"], item["title"]) == ("Notebook", local_user(), "weekly")
    assert len(item["id"]) == 32
    for id in (item["id"], item["id"].upper()):
        assert (await client.get(f"sharing/rest/content/items/{id}")) == item


@pytest.mark.parametrize(
    "address",
    [
        "portals/other",
        "portals/other/servers",
        "community/users/nobody",
        "content/items/nothing.ipynb",
        "content/items/00000000000000000000000000000000",
    ],
)
async def test_what_is_not_there_is_said_in_the_shape_of_the_sharing_api(client, address):
    answered = await client.raw("GET", f"sharing/rest/{address}", f="json")
    assert (answered.code, answered.json["error"]["code"]) == (404, 404)
    assert answered.json["error"]["message"].startswith("There is no ")


@pytest.mark.parametrize("path", ["folder", "../outside.ipynb", "text.txt"])
async def test_what_is_not_a_notebook_is_not_an_item(client, jp_root_dir, path):
    (jp_root_dir / "folder").mkdir()
    (jp_root_dir / "text.txt").write_text("x")
    answered = await client.raw("GET", f"sharing/rest/content/items/{path.replace('/', '%2F')}")
    assert (answered.code, answered.json["error"]["code"]) == (400, 400)


async def test_an_item_follows_its_file(client, notebook, app):
    id = (await client.get(f"sharing/rest/content/items/{notebook('1')}"))["id"]
    await app.serverapp.contents_manager.rename("work.ipynb", "moved.ipynb")
    assert (await client.get(f"sharing/rest/content/items/{id}"))["name"] == "moved.ipynb"


async def test_a_token_is_given_for_the_token(connect, token):
    form = {**WHO, "password": token, "f": "json"}
    before = time.time() * 1000
    answered = await connect().raw("POST", "sharing/rest/generateToken", form)
    assert (answered.code, answered.json["token"]) == (200, token)
    assert answered.json["expires"] >= before + 3600_000
    assert (await connect().raw("GET", "admin", token=answered.json["token"])).code == 200


@pytest.mark.parametrize("password", ["wrong", "ü", "x" * 100_000])
async def test_no_token_is_given_for_anything_else(connect, token, password):
    form = {**WHO, "password": password, "f": "json"}
    answered = await connect().raw("POST", "sharing/rest/generateToken", form)
    assert (answered.code, answered.json["error"]["code"]) == (403, 403)
    assert token not in answered.text


async def test_whoever_guesses_is_told_to_wait(connect, token):
    form = {**WHO, "password": "wrong", "f": "json"}
    answered = [await connect().raw("POST", "sharing/rest/generateToken", form) for _ in range(11)]
    assert [one.code for one in answered] == [403] * 10 + [429]
    assert answered[-1].json["error"]["code"] == 429
    assert 1 <= int(answered[-1].headers["Retry-After"]) <= 61


class TestPassword:
    """The server has a password, and a token besides."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"]["identity_provider_class"] = PasswordIdentityProvider
        hashed = passwd("open sesame", "sha1")
        jp_server_config["PasswordIdentityProvider"] = {"hashed_password": hashed}
        return jp_server_config

    async def test_a_token_is_given_for_the_password(self, connect, token):
        form = {**WHO, "password": "open sesame", "f": "json"}
        answered = await connect().raw("POST", "sharing/rest/generateToken", form)
        assert (answered.code, answered.json.get("token")) == (200, token)
        form["password"] = "open barley"
        assert (await connect().raw("POST", "sharing/rest/generateToken", form)).code == 403


class ByHeader(IdentityProvider):
    """Believes the header X-User, as a proxy in front of a server might set it."""

    def get_user(self, handler):
        name = handler.request.headers.get("X-User")
        return User(username=name) if name else None


class TestPersons:
    """The server knows persons."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        jp_server_config["ServerApp"]["identity_provider_class"] = ByHeader
        return jp_server_config

    async def test_no_token_is_given_to_anybody(self, connect, token):
        form = {**WHO, "password": token, "f": "json"}
        answered = await connect().raw("POST", "sharing/rest/generateToken", form)
        assert answered.json["error"]["message"].startswith("This server gives no tokens")

    async def test_each_is_a_user_and_none_an_administrator(self, connect):
        alice = connect(**{"X-User": "alice"})
        user = (await alice.get("sharing/rest/portals/self"))["user"]
        assert (user["username"], user["role"]) == ("alice", "org_publisher")
        assert not any(":admin:" in privilege for privilege in user["privileges"])
        users = (await alice.get("sharing/rest/community/users"))["users"]
        assert users == [user]
        assert (await alice.raw("GET", "sharing/rest/community/users/bob")).code == 404
