"""What every address of the surface does alike: who is asking, what is sent, how it is answered."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from pydantic import Field

from jupyter_nbtasks.arcgis.surface.forms import File, Form, JsonObject, Milliseconds
from jupyter_nbtasks.arcgis.surface.rest import Operation, Resource
from jupyter_nbtasks.arcgis.surface.tree import Tree
from jupyter_nbtasks.errors import Conflict, InvalidRequest, NotFound, Unavailable
from jupyter_nbtasks.rest.handlers import operation


class Sent(Form):
    """One parameter of each type."""

    item_id: str
    is_fast: bool = True
    count: int | None = Field(None, ge=1, description="How many.")
    since: Milliseconds | None = None
    values: JsonObject = Field({})
    notebook: File | None = None
    json_text: str | None = Field(None, alias="notebookJSON")


class Echo(Operation):
    """``admin/echo``."""

    @operation("execute", body=Sent)
    async def post(self, form: Sent) -> None:
        """Say what was sent."""
        shown = form.model_dump(mode="json", exclude={"notebook"})
        size = len(form.notebook.content) if form.notebook else None
        await self.answer({**shown, "size": size, "url": self.url("admin", "a b/ü")})


class Shelf(Resource):
    """``admin/shelf``."""

    @operation("read")
    async def get(self) -> None:
        """Show some books."""
        books = [{"bookId": "<b>&", "url": "https://example.org/"}, {"bookId": "two/three"}]
        facts = {"empty": None, "printed": 1632326711000, "pages": 1632}
        await self.answer({"books": books, **facts, **self.listing()})


class Book(Resource):
    """``admin/shelf/<book_id>``."""

    @operation("read")
    async def get(self, book_id: str) -> None:
        """Show a book."""
        await self.answer({"bookId": book_id})


FAULTS = {
    "invalid": InvalidRequest("Name a book."),
    "half": InvalidRequest("Name a \ud800 book."),
    "missing": NotFound("There is no such book."),
    "conflict": Conflict("It is lent."),
    "unavailable": Unavailable("The library is closed."),
    "surprise": ZeroDivisionError("none of your business"),
}


class Broken(Operation):
    """``…/broken/<fault>``."""

    @operation("execute")
    async def post(self, fault: str) -> None:
        """Fail."""
        raise FAULTS[fault]


@pytest.fixture
def app(app, jp_serverapp):
    """The extension with a few addresses more."""
    routes = [
        ("admin/echo", Echo),
        ("admin/shelf", Shelf),
        ("admin/shelf/<book_id>", Book),
        ("admin/broken/<fault>", Broken),
        ("sharing/rest/broken/<fault>", Broken),
    ]
    services = next(route[2]["services"] for route in app.handlers if "services" in route[2])
    tree = Tree([*((r.address, r.handler) for r in services.arcgis.routes), *routes])
    given = {"services": replace(services, arcgis=tree)}
    added = [(jp_serverapp.base_url.rstrip("/") + r.pattern, r.handler, given) for r in tree.routes]
    jp_serverapp.web_app.add_handlers(".*$", added)
    # They replace those that the extension registered.
    rules = jp_serverapp.web_app.default_router.rules
    rules.insert(0, rules.pop(-2))
    return app


@pytest.fixture
def token(jp_serverapp):
    return jp_serverapp.identity_provider.token


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


async def test_pjson_is_the_same_to_read(client):
    plain, pretty = [(await client.raw("GET", "admin", f=f)) for f in ("json", "pjson")]
    assert plain.json == pretty.json
    assert "\n  " in pretty.text
    assert "\n" not in plain.text


async def test_a_browser_gets_a_page_and_everybody_else_json(client):
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    assert (await client.raw("GET", "admin")).json["version"]
    assert (await client.raw("GET", "admin", headers=browser, f="json")).json["version"]
    page = await client.raw("GET", "admin", headers=browser)
    assert page.headers["Content-Type"] == "text/html; charset=UTF-8"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text
    asked = await client.raw("GET", "admin", f="html")
    masked = [re.sub(r'value="[^"]{40,}"', "", p.text) for p in (asked, page)]
    assert masked[0] == masked[1]


async def test_a_page_leads_to_what_is_below_and_escapes_what_it_shows(client, jp_base_url):
    here = f"{jp_base_url}nbtasks/arcgis/admin/shelf"
    page = (await client.raw("GET", "admin/shelf", f="html")).text
    assert f'<a href="{here}/%3Cb%3E%26">&lt;b&gt;&amp;</a>' in page
    assert f'<a href="{here}/two%2Fthree">two/three</a>' in page
    assert '<a href="https://example.org/">' in page
    assert "<b>&" not in page
    assert '<dd>1632326711000 <time class="faint">2021-09-22 16:05:11 UTC</time></dd>' in page
    assert "<dd>1632</dd>" in page
    book = await client.get("admin/shelf/two%2Fthree")
    assert book == {"bookId": "two/three"}
    above = (await client.raw("GET", "admin", f="html")).text
    assert f'<a href="{here}">shelf</a>' in above


async def test_a_page_has_a_form_for_each_operation(client, jp_base_url):
    above = (await client.raw("GET", "admin", f="html")).text
    own = (await client.raw("GET", "admin/echo", f="html")).text
    for page in (above, own):
        assert (
            f'action="{jp_base_url}nbtasks/arcgis/admin/echo" enctype="multipart/form-data"' in page
        )
        assert re.search(r'<input name="itemId"\s+required', page)
        assert '<input name="notebook" type="file">' in page
        assert "How many." in page
        assert 'name="_xsrf"' in page
    assert (await client.raw("GET", "admin/echo", f="json")).code == 405


async def test_a_person_with_a_cookie_can_send_a_form_and_another_site_cannot(
    connect, token, jp_base_url
):
    stranger = connect()
    page = await stranger.raw("GET", "admin/echo", f="html", token=token)
    pairs = [c.split(";")[0] for c in page.headers.get_list("Set-Cookie")]
    cookie = {"Cookie": "; ".join(pairs)}
    xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page.text)[1]
    forged = await stranger.raw("POST", "admin/echo", {"itemId": "i"}, headers=cookie)
    assert (forged.code, forged.json["code"]) == (403, 403)
    sent = {"itemId": "i", "_xsrf": xsrf, "f": "html"}
    assert "<dd>i</dd>" in (await stranger.raw("POST", "admin/echo", sent, headers=cookie)).text


async def test_a_person_who_is_not_logged_in_is_led_to_the_login_page(connect):
    answered = await connect().raw("GET", "admin", f="html")
    assert answered.code == 302
    assert "/user/jane/login" in answered.headers["Location"]


async def test_half_a_character_does_not_spoil_a_page(client):
    page = await client.raw("POST", "admin/broken/half", {"f": "html"})
    assert (page.code, "Name a ? book." in page.text) == (400, True)


async def test_an_error_is_a_page_too(client):
    page = await client.raw("POST", "admin/echo", {"f": "html"})
    assert page.code == 400
    assert "&#39;itemId&#39; is missing." in page.text


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
