"""What Prometheus reads at the server's own address."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families


async def scrape(fetch):
    """The samples of ours, by name and label values."""
    text = (await fetch("metrics")).body.decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if family.name.startswith("nbtasks_") and not sample.name.endswith(("_created", "_bucket"))
    }


async def test_jobs_are_counted_by_how_they_ended(api, notebook, jp_fetch):
    before = await scrape(jp_fetch)
    done = await api.run(notebook("1"))
    failed = await api.run(notebook("1/0", path="fails.ipynb"))
    after = await scrape(jp_fetch)

    def grown(*key):
        return after[key] - before.get(key, 0)

    assert [done["status"], failed["status"]] == ["COMPLETED", "FAILED"]
    assert grown("nbtasks_jobs_submitted_total", "api") == 2
    assert grown("nbtasks_jobs_ended_total", "", "COMPLETED") == 1
    assert grown("nbtasks_jobs_ended_total", "cell_error", "FAILED") == 1
    assert grown("nbtasks_job_duration_seconds_count") == 2
    assert grown("nbtasks_job_wait_seconds_count") == 2
    assert after["nbtasks_jobs_running",] == 0


async def test_what_runs_and_what_waits_is_told(api, notebook, jp_fetch, jp_root_dir):
    waits = "import pathlib, time\nwhile not pathlib.Path('go').exists():\n    time.sleep(0.02)"
    runs = await api.submit(notebook(waits))
    await api.until(runs["id"], lambda job: job["status"] == "EXECUTING")
    queued = await api.submit(notebook("2", path="second.ipynb"))

    while (figures := await scrape(jp_fetch))["nbtasks_jobs_waiting",] != 1:
        pass

    assert figures["nbtasks_jobs_running",] == 1
    (jp_root_dir / "go").touch()
    await api.ended(queued["id"])
    while (await scrape(jp_fetch))["nbtasks_jobs_waiting",] != 0:
        pass


async def test_a_schedule_tells_how_late_it_was(api, notebook, jp_fetch):
    before = await scrape(jp_fetch)
    made = await api("POST", "schedules", {"notebook": notebook("1"), "interval": 1})
    while True:
        figures = await scrape(jp_fetch)
        if figures["nbtasks_schedule_lateness_seconds_count",] > before.get(
            ("nbtasks_schedule_lateness_seconds_count",), 0
        ):
            break
    await api("DELETE", f"schedules/{made['id']}")

    assert figures["nbtasks_schedule_lateness_seconds_sum",] >= 0
    assert figures["nbtasks_jobs_submitted_total", "schedule"] >= 1


async def test_no_label_names_a_notebook_or_a_person(api, notebook, jp_fetch):
    job = await api.run(notebook("1", path="secret-name.ipynb"))
    text = (await jp_fetch("metrics")).body.decode()

    ours = [line for line in text.splitlines() if line.startswith("nbtasks_")]
    assert ours
    assert not [line for line in ours if job["owner"] in line or "secret-name" in line]
    assert not [line for line in ours if job["id"] in line]
