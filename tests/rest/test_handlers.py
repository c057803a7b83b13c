"""What all handlers share: how a request is read, and how faults are answered."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from tornado import web

from jupyter_nbtasks.rest.handlers import NbTasksHandler, operation

ADDED = [{"1732154157123": ""}, {"_xsrf": "x"}, {"no_track_activity": "1"}]


@pytest.mark.parametrize("added", ADDED, ids=lambda added: next(iter(added)))
async def test_what_jupyter_adds_to_an_address_is_not_a_field_of_ours(api, added):
    assert await api("GET", "jobs", limit="1", **added) == {"items": [], "next": None}


async def test_the_token_may_stand_in_the_address(app, jp_serverapp, jp_fetch):
    token = {"token": jp_serverapp.identity_provider.token}
    answered = await jp_fetch("nbtasks", "api", "jobs", params=token, headers={"Authorization": ""})
    assert answered.code == 200


async def test_the_last_of_a_repeated_field_counts(
    http_server_client, jp_base_url, jp_auth_header, app
):
    url = f"{jp_base_url}nbtasks/api/jobs?limit=0&limit=1"
    assert (await http_server_client.fetch(url, headers=jp_auth_header)).code == 200


async def test_a_name_may_begin_with_a_blank(api, notebook):
    path = notebook("1", path=" 1.ipynb")
    assert (await api("GET", "parameters", path=path))["path"] == path


async def test_half_a_character_in_a_notebook_is_answered(api):
    answered = await api("POST", "parameters", {"source": "x = '\\ud800'"})
    assert answered["parameters"][0]["default"] == "\ud800"


class Faulty(NbTasksHandler):
    """Has a fault that nobody foresaw, and one of Jupyter's kind."""

    @operation("read")
    async def get(self):
        raise RuntimeError("the password is 1234")

    @operation("write")
    async def delete(self):
        raise web.HTTPError(410, "100%% %s", "gone")

    @operation("write")
    async def options(self):
        raise PermissionError(13, "Permission denied", "/secret/place")


@pytest.fixture
def faulty(app, jp_serverapp, jp_base_url, jp_fetch):
    """Add an address that is at fault; return what fetches it."""
    given = {"services": SimpleNamespace(access=None, ready=app._starter.ready)}
    jp_serverapp.web_app.add_handlers(".*", [(f"{jp_base_url}faulty", Faulty, given)])
    return lambda method: jp_fetch("faulty", method=method, raise_error=False)


async def test_a_fault_of_the_server_is_told_to_its_log_alone(faulty, caplog):
    answered = await faulty("GET")
    assert answered.code == 500
    assert json.loads(answered.body) == {
        "message": "The server could not do that; its log says why.",
        "reason": "internal_server_error",
        "errors": [],
    }
    assert "the password is 1234" in caplog.text


async def test_what_jupyter_refuses_is_said_in_its_words(faulty):
    answered = await faulty("DELETE")
    assert (answered.code, json.loads(answered.body)["message"]) == (410, "100% gone")


async def test_what_the_system_refuses_is_said_without_the_place(faulty, caplog):
    answered = await faulty("OPTIONS")
    assert answered.code == 503
    said = json.loads(answered.body)["message"]
    assert said.startswith("The server could not do that: Permission denied.")
    assert "/secret/place" in caplog.text


async def test_a_download_has_the_name_of_its_job(api, notebook):
    job = await api.run(notebook("1"), name='a/b "é"')
    answered = await api.raw("GET", f"jobs/{job['id']}/output", download="1")
    name = "attachment; filename*=UTF-8''a%2Fb%20%22%C3%A9%22.ipynb"
    assert answered.headers["Content-Disposition"] == name
