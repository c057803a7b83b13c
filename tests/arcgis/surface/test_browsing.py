"""The surface in a browser: pages, forms, the login."""

from __future__ import annotations

import re


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
