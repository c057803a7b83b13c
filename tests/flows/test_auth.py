"""Every verb of every address asks who is there and whether they may; none can forget it."""

from __future__ import annotations

import json
import re
from typing import ClassVar

import pytest
from jupyter_server.auth import Authorizer
from tornado.httputil import HTTPHeaders

from jupyter_nbtasks.arcgis.handlers import ROUTES as ARCGIS_ROUTES
from jupyter_nbtasks.jobs.handlers import ROUTES as JOB_ROUTES
from jupyter_nbtasks.rest.handlers import NbTasksHandler, UnknownAddress, operation
from jupyter_nbtasks.schedules.handlers import ROUTES as SCHEDULE_ROUTES
from jupyter_nbtasks.server.handlers import ROUTES as SERVER_ROUTES
from jupyter_nbtasks.snapshots.handlers import ROUTES as SNAPSHOT_ROUTES
from jupyter_nbtasks.tools.handlers import ROUTES as TOOL_ROUTES
from jupyter_nbtasks.webhooks.handlers import ROUTES as WEBHOOK_ROUTES

ROUTES = [
    *SNAPSHOT_ROUTES,
    *JOB_ROUTES,
    *SCHEDULE_ROUTES,
    *WEBHOOK_ROUTES,
    *TOOL_ROUTES,
    *SERVER_ROUTES,
    *ARCGIS_ROUTES,
]
# They are signed with a secret, which stands for a login, or say how to get a token.
PUBLIC = {
    "api/webhooks/(?P<id>\\w+)/deliver",
    "arcgis/rest/events/webhooks/(?P<id>[^/]+)",
    "arcgis/rest/info",
    "arcgis/sharing/rest/info",
    "arcgis/sharing/rest/generateToken",
}
VERBS = ("get", "head", "post", "put", "patch", "delete")
ACTIONS = {
    "GET": {"read"},
    "POST": {"read", "write", "execute"},
    "PATCH": {"write"},
    "PUT": {"write"},
    "DELETE": {"write"},
}


class DenyAll(Authorizer):
    """Allows nothing, and remembers what was asked for."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def is_authorized(self, handler, user, action, resource):
        self.asked.append((action, resource))
        return False


@pytest.fixture
def jp_server_config(jp_server_config, request):
    if authorizer := getattr(request, "param", None):
        jp_server_config["ServerApp"]["authorizer_class"] = authorizer
    return jp_server_config


def verbs(handler):
    """The methods that *handler* has more than tornado, with what each says of itself."""
    own = {verb: getattr(handler, verb) for verb in VERBS}
    plain = {verb: getattr(UnknownAddress, verb) for verb in VERBS}
    return {verb: method for verb, method in own.items() if method is not plain[verb]}


def unguarded(routes):
    """Every verb that is not made by `operation`, which authenticates and authorizes."""
    return [
        (pattern, verb)
        for pattern, handler in routes
        for verb, method in verbs(handler).items()
        if not hasattr(method, "operation")
    ]


@pytest.fixture
def everywhere(http_server_client, jp_base_url, app):
    """Send every verb that is not public; return ``(method, address, operation, answer)``s."""

    async def send(headers):
        answers = []
        for pattern, handler in ROUTES:
            address = re.sub(r"\(.*?\)", "x", pattern)
            for verb, method in verbs(handler).items():
                body = "{}" if verb in ("post", "put", "patch") else None
                url = jp_base_url.rstrip("/") + address.removesuffix("/?")
                url += "?f=json" if "/arcgis/" in url else ""
                sent = {"method": verb.upper(), "body": body, "headers": HTTPHeaders(headers)}
                answered = await http_server_client.fetch(url, raise_error=False, **sent)
                answers.append((verb.upper(), address, method.operation, answered))
        return [one for one in answers if one[2].action is not None]

    return send


def not_refused(answers):
    """The answers that are not a 403 in the form of their API."""
    return [
        (method, address, answered.code, answered.body)
        for method, address, _, answered in answers
        if answered.code != 403 or set(json.loads(answered.body)) != fields_at(address)
    ]


def fields_at(address):
    """What an error at *address* is made of."""
    if "/arcgis/sharing" in address or "/arcgis/rest/services" in address:
        return {"error"}
    if "/dataaccess/" in address.rstrip("/?"):
        return {"status", "messages", "code", "error"}
    return (
        {"status", "messages", "code"} if "/arcgis" in address else {"message", "reason", "errors"}
    )


def test_every_verb_is_authenticated_and_authorized():
    assert unguarded(ROUTES) == []
    assert all(issubclass(handler, NbTasksHandler) for _, handler in ROUTES)


def test_a_verb_without_authorization_is_caught():
    class Planted(NbTasksHandler):
        async def get(self):
            self.answer({})

        @operation("write")
        async def delete(self):
            self.answer({})

    assert unguarded([("planted", Planted)]) == [("planted", "get")]


def test_a_verb_asks_for_the_action_that_fits_its_method():
    asked = [(v.upper(), m.operation.action) for _, h in ROUTES for v, m in verbs(h).items()]
    assert [pair for pair in asked if pair[1] and pair[1] not in ACTIONS[pair[0]]] == []


def test_only_what_is_listed_is_open_to_everybody():
    found = {
        pattern.removeprefix("/nbtasks/").removesuffix("/?")
        for pattern, handler in ROUTES
        for method in verbs(handler).values()
        if method.operation.action is None
    }
    assert found == PUBLIC


@pytest.mark.parametrize("headers", [{}, {"Authorization": "token wrong"}])
async def test_without_a_token_every_verb_is_refused(everywhere, headers):
    assert not_refused(await everywhere(headers)) == []


@pytest.mark.parametrize("jp_server_config", [DenyAll], indirect=True)
async def test_an_authorizer_can_deny_every_verb(everywhere, jp_auth_header):
    DenyAll.asked.clear()
    answers = await everywhere(jp_auth_header)
    assert not_refused(answers) == []
    assert DenyAll.asked == [(operation.action, "nbtasks") for *_, operation, _ in answers]


async def test_an_unknown_address_tells_a_stranger_nothing(http_server_client, jp_base_url, app):
    url = f"{jp_base_url}nbtasks/api/nothing"
    assert (await http_server_client.fetch(url, raise_error=False)).code == 403


@pytest.fixture
def browser(jp_serverapp, http_server_client, jp_base_url, app):
    """Log in by the token, as a person does; return how that browser sends a request."""
    url = f"{jp_base_url}nbtasks/api/jobs"

    async def log_in():
        given = {}
        for page in ("login", f"login?token={jp_serverapp.identity_provider.token}"):
            address, rules = jp_base_url + page, {"raise_error": False, "follow_redirects": False}
            answered = await http_server_client.fetch(address, **rules)
            for cookie in answered.headers.get_list("Set-Cookie"):
                given |= [cookie.split(";")[0].split("=", 1)]
        cookies = "; ".join(map("=".join, given.items()))

        async def send(method, **headers):
            body = "{}" if method == "POST" else None
            sent = {"method": method, "headers": {"Cookie": cookies, **headers}, "body": body}
            return await http_server_client.fetch(url, raise_error=False, **sent)

        return send, given["_xsrf"]

    return log_in


async def test_another_site_cannot_submit_in_the_name_of_a_person_who_is_logged_in(browser):
    send, xsrf = await browser()
    assert (await send("GET")).code == 200
    forged = await send("POST")
    assert forged.code == 403
    assert "_xsrf" in json.loads(forged.body)["message"]
    assert (await send("POST", **{"X-XSRFToken": xsrf})).code == 400
