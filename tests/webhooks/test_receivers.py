"""Receivers: made, changed, renewed, validated, listed and deleted."""

from __future__ import annotations

import asyncio
import json

import pytest

from .conftest import REFUSED, SECRET, TAKES


async def test_a_receiver_is_made_and_shown_without_its_secret(api, make, jp_http_port):
    made = await make(parameters=TAKES, name="hook", tags=["a"], timeout=60)

    assert made["secret"] == SECRET
    assert made["id"][0] == "w"
    assert made["url"].startswith(f"http://127.0.0.1:{jp_http_port}/")
    assert made["url"].endswith(f"/nbtasks/api/webhooks/{made['id']}/deliver")
    assert (made["name"], made["notebook"], len(made["item_id"])) == ("hook", "work.ipynb", 32)
    assert (made["disabled"], made["message"], made["last_delivery_at"]) == (False, None, None)
    assert (made["tags"], made["timeout"], made["parameters"]) == (["a"], 60, {})
    shown = made | {"secret": None}
    assert await api("GET", f"webhooks/{made['id']}") == shown
    assert (await api("GET", "webhooks"))["items"] == [shown]
    assert SECRET not in json.dumps(await api("PATCH", f"webhooks/{made['id']}", {"tags": []}))


async def test_a_disabled_receiver_takes_nothing_until_it_is_enabled(api, make, deliver):
    made = await make()
    assert (await api("POST", f"webhooks/{made['id']}/disable"))["disabled"]
    code, answer = await deliver(made, {})
    assert (code, answer["reason"]) == (409, "disabled")
    assert not (await api("POST", f"webhooks/{made['id']}/enable"))["disabled"]
    assert (await deliver(made, {}))[0] == 202


async def test_a_renewed_secret_voids_the_old_one(api, make, deliver):
    made = await make()
    renewed = await api("POST", f"webhooks/{made['id']}/renew", {})
    assert len(renewed["secret"]) == 32
    assert (await deliver(made, {}))[0] == 403
    assert (await deliver(made, {}, secret=renewed["secret"]))[0] == 202
    given = await api("POST", f"webhooks/{made['id']}/renew", {"secret": SECRET})
    assert given["secret"] == SECRET
    assert (await deliver(made, {}))[0] == 202


async def test_a_random_secret_is_of_32_characters_and_of_its_own(make):
    first, second = [await make(secret=None) for _ in "12"]
    assert (len(first["secret"]), first["secret"] == second["secret"]) == (32, False)


async def test_a_deleted_receiver_is_unknown_and_its_jobs_stay(api, make, deliver):
    made = await make()
    _, answer = await deliver(made, {})
    await api("DELETE", f"webhooks/{made['id']}")
    assert await deliver(made, {}) == (403, REFUSED)
    assert (await api.raw("GET", f"webhooks/{made['id']}")).code == 404
    assert (await api.ended(answer["job_id"]))["status"] == "COMPLETED"


async def test_a_notebook_that_is_moved_is_followed_and_one_that_is_gone_is_told(
    api, make, deliver, jp_fetch
):
    made = await make()
    moved = json.dumps({"path": "moved.ipynb"})
    await jp_fetch("api", "contents", "work.ipynb", method="PATCH", body=moved)
    assert (await api("GET", f"webhooks/{made['id']}"))["notebook"] == "moved.ipynb"
    _, answer = await deliver(made, {})
    assert (await api.ended(answer["job_id"]))["notebook"] == "moved.ipynb"
    valid = {"id": made["id"], "valid": True, "message": None}
    assert await api("GET", f"webhooks/{made['id']}/validate") == valid

    await jp_fetch("api", "contents", "moved.ipynb", method="DELETE")
    code, answer = await deliver(made, {"n": 2})
    assert (code, answer["reason"], "ipynb" in answer["message"]) == (409, "not_run", False)
    why = (await api("GET", f"webhooks/{made['id']}"))["message"]
    assert "is gone" in why
    told = await api("GET", f"webhooks/{made['id']}/validate")
    assert (told["valid"], told["message"]) == (False, why)


async def test_validating_says_what_the_next_delivery_would(api, make, notebook):
    made = await make(parameters="payload: list\nregion = 'EU'", name="list")
    validate = f"webhooks/{made['id']}/validate"
    assert (await api("GET", validate))["valid"]
    notebook("1", parameters="payload: dict\nzone: str")
    told = await api("GET", validate)
    assert (told["valid"], told["message"]) == (False, "'zone' needs a value.")
    await api("POST", f"webhooks/{made['id']}/disable")
    assert (await api("GET", validate))["message"] == "It is disabled."


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"notebook": "none.ipynb"}, "notebook", "There is no file"),
        ({"notebook": "../x.ipynb"}, "notebook", "not a path below"),
        ({"parameters": {"payload": {}}}, "parameters", "must not fix 'payload'"),
        ({"parameters": {"faktor": 1}}, "parameters.faktor", "There is no parameter 'faktor'"),
        ({"parameters": {"region": 1}}, "parameters.region", "must be a text"),
        ({"kernel_name": "klingon"}, "kernel_name", "There is no kernel"),
        ({"secret": "short"}, "secret", "at least 16"),
        ({"secret": "é" * 20}, "secret", "must match"),
        ({"signature_headers": []}, "signature_headers", "at least 1"),
        ({"signature_headers": ["a: b"]}, "signature_headers.0", "must match"),
        ({"owner": "bob"}, "owner", "not a field"),
        ({"idempotency_key": "x"}, "idempotency_key", "not a field"),
    ],
)
async def test_what_could_never_run_is_refused(api, make, notebook, fields, field, said):
    asked = {"notebook": notebook("1", parameters=TAKES)} | fields
    answered = await api.raw("POST", "webhooks", asked)
    assert (answered.code, [one["field"] for one in answered.json["errors"]]) == (400, [field])
    assert said in answered.json["message"]
    assert (await api("GET", "webhooks"))["items"] == []

    made = await make()
    if field != "secret":
        answered = await api.raw("PATCH", f"webhooks/{made['id']}", fields)
        assert (answered.code, said in answered.json["message"]) == (400, True)
    assert await api("GET", f"webhooks/{made['id']}") == made | {"secret": None}


async def test_changes_at_the_same_time_are_all_kept(api, make):
    made = await make()
    fields = [{"tags": ["a"]}, {"priority": 3}, {"name": "b"}, {"env": {"A": "b"}}]
    await asyncio.gather(*(api("PATCH", f"webhooks/{made['id']}", one) for one in fields))
    shown = await api("GET", f"webhooks/{made['id']}")
    assert {name: shown[name] for one in fields for name in one} == {
        name: value for one in fields for name, value in one.items()
    }


async def test_lists_have_pages(api, make):
    made = [(await make())["id"] for _ in range(3)]
    page = await api("GET", "webhooks", limit=2)
    rest = await api("GET", "webhooks", limit=2, cursor=page["next"])
    assert [one["id"] for one in (*page["items"], *rest["items"])] == made[::-1]
    assert rest["next"] is None
    assert (await api("GET", "webhooks", notebook="other.ipynb"))["items"] == []
