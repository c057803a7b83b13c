"""Schedules and their occurrences in lists, and what is told of them."""

from __future__ import annotations

from .conftest import until


async def test_lists_come_in_pages_newest_first(api, make):
    ids = [(await make(name=f"{n}"))["id"] for n in range(5)]

    first = await api("GET", "schedules", limit="3")
    rest = await api("GET", "schedules", limit="3", cursor=first["next"])

    assert [one["id"] for one in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None


async def test_lists_leave_out_long_values_and_say_so(api, make, notebook):
    path = notebook("1", parameters="a = None\nb = None", path="own.ipynb")
    values = {"a": "x" * 2_000, "b": [1, 2]}
    made = await make(notebook=path, parameters=values, env={"SHORT": "1", "LONG": "y" * 2_000})

    [row] = (await api("GET", "schedules"))["items"]

    assert (row["parameters"], row["env"]) == ({"b": [1, 2]}, {"SHORT": "1"})
    assert row["left_out"] == ["env", "parameters"]
    whole = await api("GET", f"schedules/{made['id']}")
    assert (whole["parameters"], whole["left_out"]) == (values, [])


async def test_schedules_are_found_by_notebook_and_state(api, make, notebook):
    other = await make(notebook=notebook("1", path="other.ipynb"))
    paused = await make(state="PAUSED")

    async def ids(**query):
        return [one["id"] for one in (await api("GET", "schedules", **query))["items"]]

    assert await ids(notebook="other.ipynb") == [other["id"]]
    assert await ids(item_id=other["item_id"]) == [other["id"]]
    assert await ids(state="PAUSED") == [paused["id"]]
    assert await ids(state="ENDED") == []


async def test_occurrences_come_in_pages_newest_first(api, notebook):
    asked = {"interval": 1, "max_occurrences": 5, "overlap": "skip", "notebook": notebook("1")}
    made = await api("POST", "schedules", asked)
    await until(api, made, lambda one: one["state"] == "ENDED" and one["last_job"]["ended_at"])
    address = f"schedules/{made['id']}/occurrences"

    first = await api("GET", address, limit="3")
    rest = await api("GET", address, limit="3", cursor=first["next"])

    times = [one["nominal_time"] for one in first["items"] + rest["items"]]
    assert times == sorted(set(times), reverse=True)
    assert (len(times), rest["next"]) == (5, None)


async def test_a_preview_tells_what_a_rule_will_do(api, app):
    asked = {
        "cron": "30 2 * * 1-5", "timezone": "Europe/Berlin", "count": 2,
        "start": "2030-01-01T00:00:00",
    }  # fmt: skip

    preview = await api("POST", "schedules/preview", asked)

    assert preview["description"] == "At 02:30 on Monday through Friday"
    assert preview["next"] == [
        {"utc": "2030-01-01T01:30:00.000Z", "local": "2030-01-01T02:30:00+01:00"},
        {"utc": "2030-01-02T01:30:00.000Z", "local": "2030-01-02T02:30:00+01:00"},
    ]
    assert preview["notes"] == []
    sunday = await api("POST", "schedules/preview", asked | {"cron": "30 2 * * *"})
    assert "2030-03-31" in sunday["notes"][0]
    assert "runs at 03:00" in sunday["notes"][0]
    interval = await api("POST", "schedules/preview", {"interval": 900})
    assert (interval["description"], len(interval["next"])) == ("Every 15 minutes", 5)
    ended = await api(
        "POST", "schedules/preview", {"cron": "@daily", "end": "2020-01-01T00:00:00Z"}
    )
    assert (ended["next"], ended["notes"]) == ([], [])
    assert (await api("GET", "schedules"))["items"] == []


async def test_events_carry_ids_and_states_only(api, make, jp_serverapp):
    heard = []

    async def listener(logger, schema_id, data):
        heard.append(data)

    schema = "https://events.jupyter.org/jupyter_nbtasks/schedule/v1"
    jp_serverapp.event_logger.add_listener(schema_id=schema, listener=listener)
    made = await make()
    await api("POST", f"schedules/{made['id']}/pause")
    await api("DELETE", f"schedules/{made['id']}")
    await jp_serverapp.event_logger.gather_listeners()

    assert heard == [
        {"id": made["id"], "state": state} for state in ("ACTIVE", "PAUSED", "DELETED")
    ]
