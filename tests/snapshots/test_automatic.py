"""What is kept unasked: before an update, before a restore, of what schedules run; and no more."""

from __future__ import annotations

import pytest

from jupyter_nbtasks.caller import Caller, local_user
from jupyter_nbtasks.snapshots.model import SnapshotKind
from jupyter_nbtasks.snapshots.policy import SnapshotPolicy
from jupyter_nbtasks.snapshots.requests import SnapshotQuery

from ..conftest import texts
from ..schedules.conftest import ANN
from ..schedules.conftest import site as site
from .conftest import content

ME = Caller(local_user(), sees_all=True)


async def snapshots(api, **query):
    return (await api("GET", "snapshots", **query))["items"]


async def lose_snapshots(database):
    """Let nothing be kept any more, as in a database that is damaged."""

    def lose(db):
        db.exec_driver_sql("DROP TABLE snapshot_pins")
        db.exec_driver_sql("DROP TABLE snapshots")

    await database.write(lose)


async def test_a_notebook_is_kept_before_it_is_updated(api, notebook, document, jp_root_dir):
    path = notebook("print(1)")
    was = (jp_root_dir / path).read_bytes()

    job = await api.run(path, update_notebook=True)

    assert (job["status"], job["warnings"]) == ("COMPLETED", [])
    [kept] = await snapshots(api, path=path)
    assert (kept["kind"], kept["owner"]) == ("update", job["owner"])
    assert job["id"] in kept["description"]
    assert await document(kept) == was != (jp_root_dir / path).read_bytes()


async def test_what_was_kept_is_not_kept_again(api, notebook, jp_root_dir):
    path = notebook("print(1)")
    was = (jp_root_dir / path).read_bytes()
    for _ in range(2):
        (jp_root_dir / path).write_bytes(was)
        await api.run(path, update_notebook=True)

    assert [one["kind"] for one in await snapshots(api)] == ["update"]


@pytest.mark.parametrize("nbtasks_config", [{"snapshot_before_update": False}])
async def test_whoever_wants_none_has_none(api, notebook, jp_root_dir):
    await api.run(notebook("print(1)"), update_notebook=True)
    assert await snapshots(api) == []
    assert "1\\n" in (jp_root_dir / "work.ipynb").read_text()


async def test_what_cannot_be_kept_is_not_updated(api, app, notebook, jp_root_dir):
    path = notebook("print(1)")
    was = (jp_root_dir / path).read_bytes()
    await lose_snapshots(app.assembly.ground.database)

    job = await api.run(path, update_notebook=True)

    assert job["status"] == "COMPLETED"
    assert "could not be kept as a snapshot" in job["warnings"][0]
    assert (jp_root_dir / path).read_bytes() == was
    assert "1\\n" in (jp_root_dir / f"work-{job['id']}.ipynb").read_text()


async def kept(site):
    found, _ = await site.assembly.snapshots.service.page(SnapshotQuery(), ANN)
    return found


async def test_each_version_that_a_schedule_runs_is_kept_once(site):
    schedule = await site.create()
    await site.create(name="another of the same")
    for minute in range(5):
        if minute == 3:
            site.notebook("work.ipynb", "2")
        await site.at(minute)
        for job in await site.jobs(schedule):
            if not job.status.is_final:
                await site.end(schedule)

    found = await kept(site)
    jobs = await site.jobs(schedule)
    assert [one.kind for one in found] == [SnapshotKind.SCHEDULE] * 2
    ran = {one.id: one.hash for one in found}
    assert [ran[job.snapshot_id] for job in jobs] == [job.input_hash for job in jobs]
    assert {job.snapshot_id for job in jobs} == set(ran)
    assert all(job.warnings == [] for job in jobs)
    assert found[0].name.startswith("work as scheduled 2026-03-02 ")


async def test_another_server_finds_what_is_kept(site):
    schedule = await site.create(overlap="allow")
    other = site.start()
    await site.at(0)
    await site.at(1, other)

    assert len(await site.jobs(schedule)) == 2
    assert len(await kept(site)) == 1


async def test_an_occurrence_is_not_lost_by_what_cannot_be_kept(site):
    schedule = await site.create()
    await lose_snapshots(site.assembly.ground.database)

    await site.at(0)

    [job] = await site.jobs(schedule)
    assert (job.snapshot_id, len(job.warnings)) == (None, 1)
    assert job.warnings[0].startswith("No snapshot of this version could be kept: ")
    assert await site.history(schedule) == "0su"


async def test_a_server_keeps_no_version_where_none_is_wanted(site):
    quiet = site.start(snapshots=SnapshotPolicy(scheduled=False))
    schedule = await site.create()

    await site.at(0, quiet)

    [job] = await site.jobs(schedule)
    assert (job.snapshot_id, job.warnings, await kept(site)) == (None, [], [])


async def test_a_deleted_version_is_kept_again_with_the_next_run(site):
    schedule = await site.create(overlap="allow")
    await site.at(0)
    [first] = await kept(site)
    await site.assembly.snapshots.service.delete(first.id, ANN)

    await site.at(1)

    [second] = await kept(site)
    jobs = await site.jobs(schedule)
    assert [job.snapshot_id for job in jobs] == [first.id, second.id]


@pytest.mark.parametrize("nbtasks_config", [{"max_automatic_snapshots": 3}])
async def test_the_oldest_automatic_ones_go_and_no_others(api, keep, notebook):
    manual = await keep(name="asked for")
    tool = await api("POST", "tools", {"name": "one", "notebook": manual["path"]})
    made = []
    for number in range(6):
        notebook(str(number))
        restored = await api("POST", f"snapshots/{manual['id']}/restore", {})
        made.append(restored["preserved"]["id"])

    found = [one["id"] for one in await snapshots(api)]

    assert found == [*made[:2:-1], tool["snapshot_id"], manual["id"]]
    other = await keep(notebook("1", path="other.ipynb"))
    assert {one["id"] for one in await snapshots(api)} == {*found, other["id"]}


async def test_a_snapshot_runs_as_it_was_in_its_folder(api, keep, notebook, jp_root_dir):
    source = "import os\nprint(os.path.basename(os.getcwd()), n)"
    path = notebook(source, parameters="n = 1", path="deep/work.ipynb")
    made = await keep(path)
    (jp_root_dir / path).write_text("<<<<<<<")

    job = await api.ended(
        (await api("POST", "jobs", {"snapshot_id": made["id"], "parameters": {"n": 2}}))["id"]
    )

    assert (job["status"], job["snapshot_id"], job["input_hash"]) == (
        "COMPLETED", made["id"], made["hash"],
    )  # fmt: skip
    assert (job["notebook"], job["item_id"], job["name"]) == (path, made["item_id"], "work")
    assert texts(await api.output(job["id"]))[-1] == "deep 2\n"
    found = await api("GET", "jobs", snapshot_id=made["id"])
    assert [one["id"] for one in found["items"]] == [job["id"]]


async def test_a_job_is_run_again_on_another_snapshot(api, keep, notebook):
    job = await api.submit(notebook("1"), kernel_name="echo")
    notebook("2")
    made = await keep("work.ipynb")
    again = f"jobs/{job['id']}/rerun"

    other = await api("POST", again, {"snapshot_id": made["id"]})
    same = await api("POST", f"jobs/{other['id']}/rerun", {})
    latest = await api("POST", f"jobs/{other['id']}/rerun", {"latest": True})

    assert job["snapshot_id"] is None
    assert [one["snapshot_id"] for one in (other, same, latest)] == [made["id"], made["id"], None]
    assert {one["input_hash"] for one in (other, same, latest)} == {made["hash"]}
    both = await api.raw("POST", again, {"latest": True, "snapshot_id": made["id"]})
    assert (both.code, both.json["message"]) == (400, "Name either 'latest' or 'snapshot_id'.")


async def test_what_is_not_a_snapshot_is_not_run(api, keep, notebook):
    made = await keep()
    for body, status in (
        ({"snapshot_id": "n" + "0" * 28}, 404),
        ({"snapshot_id": made["id"], "notebook": "work.ipynb"}, 400),
        ({"snapshot_id": made["id"], "content": content("1")}, 400),
        ({"snapshot_id": made["id"], "expected_hash": "0" * 64}, 409),
    ):
        assert (await api.raw("POST", "jobs", body)).code == status
    assert (await api("GET", "jobs"))["items"] == []


async def test_a_key_is_of_one_snapshot(api, keep, notebook):
    first = await keep()
    notebook("2")
    second = await keep("work.ipynb")
    keyed = {"idempotency_key": "k", "kernel_name": "echo"}
    job = await api("POST", "jobs", keyed | {"snapshot_id": first["id"]})

    assert (await api("POST", "jobs", keyed | {"snapshot_id": first["id"]}))["id"] == job["id"]
    reused = await api.raw("POST", "jobs", keyed | {"snapshot_id": second["id"]})
    assert (reused.code, reused.json["reason"]) == (409, "idempotency_key_reused")


async def test_a_snapshot_never_overwrites_another_version(api, keep, notebook, jp_root_dir):
    made = await keep(notebook("print(1)"))
    notebook("print(2)")
    was = (jp_root_dir / "work.ipynb").read_bytes()

    job = await api("POST", "jobs", {"snapshot_id": made["id"], "update_notebook": True})
    job = await api.ended(job["id"])

    assert "has changed since" in job["warnings"][0]
    assert (jp_root_dir / "work.ipynb").read_bytes() == was
