"""The commands for schedules: the real command, in processes of its own."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
import yaml

from .conftest import Home

# Each command is a process of its own, which takes its time to start on a busy machine.
pytestmark = pytest.mark.timeout(300)

COLUMNS = ["SCHEDULE", "STATE", "NOTEBOOK", "NAME", "WHEN", "ZONE", "NEXT", "WHY"]
PARAMETERS = "from datetime import date\nday: date = date(2020, 1, 1)\nregion: str = ''\nn: int = 1"
FILE = """
schedules:
  - notebook: work.ipynb
    cron: 0 9 * * 1-5
    timezone: Europe/Berlin
    start: 2030-01-01T00:00:00Z
    parameters: {n: 3}
  - notebook: work.ipynb
    name: often
    interval: 900
    timezone: UTC
    state: PAUSED
"""
REFUSED = {
    ("add", "work.ipynb", "--cron", "0 0 30 2 *"): "'cron' cannot be '0 0 30 2 *'",
    ("add", "work.ipynb"): "Give either 'cron' (when) or 'interval'",
    ("add", "work.ipynb", "--interval", "0"): "'interval' must be greater",
    ("add", "work.ipynb", "--cron", "@daily", "--timezone", "Mars"): "'timezone' must be an IANA",
    ("add", "work.ipynb", "--cron", "@daily", "-p", "n", "many"): "'n' must be a whole number",
    ("add", "work.ipynb", "--cron", "@daily", "-p", "m", "1"): "There is no parameter 'm'.",
    ("add", "work.ipynb", "--cron", "@daily", "--end", "2020-01-01T00:00"): "'end' leaves no",
    ("add", "work.ipynb", "--cron", "@daily", "--root", "sub"): "is not below",
    ("add", "diary.ipynb", "--cron", "@daily"): "This is not a notebook.",
    ("pause", "s0"): "There is no schedule 's0'.",
    ("import", "diary.ipynb"): "There is no list of 'schedules' in this file.",
    ("import", "bad.yaml"): "This is not YAML",
    ("import", "wrong.yaml"): "Schedule 1 (work.ipynb): 'cron' must have five fields",
}


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path)
    home.notebook("work.ipynb", "print(day, region, n)", parameters=PARAMETERS)
    return home


def listed(home):
    """The schedules, as programs are told."""
    shown = home("schedules", "list", "--json")
    assert (shown.status, shown.err) == (0, "")
    return [json.loads(line) for line in shown.out.splitlines()]


def test_a_schedule_is_added_paused_resumed_run_and_removed(home):
    values = ["-p", "n", "7", "-p", "day", "{nominal_time:%Y-%m-%d}", "-p", "region", "EU"]
    rule = ["--cron", "0 9 * * 1-5", "--timezone", "Europe/Berlin", "--overlap", "queue"]

    added = home("schedules", "add", "work.ipynb", *rule, *values, "--name", "nightly")

    said = r"nightly: added \(schedule (s\w{28}), next \d{4}-\d\d-\d\d 09:00\)\n"
    id = re.fullmatch(said, added.out)[1]
    assert added.err == f"No server runs on {home.here}: start one there and it fires.\n"
    [schedule] = listed(home)
    assert (schedule["id"], schedule["root"]) == (id, str(home.here))
    assert schedule["parameters"] == {"n": 7, "day": "{nominal_time:%Y-%m-%d}", "region": "EU"}
    assert (schedule["overlap"], schedule["state"]) == ("queue", "ACTIVE")
    table = home("schedules", "list").out.splitlines()
    assert table[0].split() == COLUMNS
    assert "At 09:00 on Monday through Friday  Europe/Berlin" in table[1]

    assert home("schedules", "pause", id[:14]).out == f"nightly: paused (schedule {id})\n"
    assert listed(home)[0]["state"] == "PAUSED"
    assert "resumed" in home("schedules", "resume", id).out
    assert home("schedules", "move", id).out.startswith(f"nightly: moved (schedule {id}, next ")
    ran = home("schedules", "run", id)
    assert ran.out.startswith("Submitted job j")
    assert home.jobs("schedule_id, status, root") == [(id, "SUBMITTED", str(home.here))]
    assert home("schedules", "remove", id).out == f"nightly: removed (schedule {id})\n"
    assert listed(home) == []
    assert home("schedules", "list").err.startswith("No schedules.")
    assert len(home.jobs("id")) == 1


def test_what_could_never_run_is_refused_in_a_sentence(home):
    (home.here / "diary.ipynb").write_text("Dear diary")
    (home.here / "bad.yaml").write_text("schedules: [")
    (home.here / "wrong.yaml").write_text("schedules: [{notebook: work.ipynb, cron: often}]")
    (home.here / "sub").mkdir()
    for arguments, said in REFUSED.items():
        refused = home("schedules", *arguments)
        assert (refused.status, refused.out) == (2, ""), arguments
        assert f"Error: {said}" in refused.err or said in refused.err, refused.err
        assert "Traceback" not in refused.err
    assert listed(home) == []


def test_schedules_live_in_a_file(home):
    (home.here / "schedules.yaml").write_text(FILE)

    first = home("schedules", "import", "schedules.yaml")
    again = home("schedules", "import", "schedules.yaml")

    assert re.findall(r"^(\w+): (\w+)", first.out, re.M) == [("work", "added"), ("often", "added")]
    assert re.findall(r": (\w+)", again.out) == ["unchanged", "unchanged"]
    before = listed(home)
    exported = home("schedules", "export")
    assert yaml.safe_load(exported.out) == {
        "schedules": [
            {
                "notebook": "work.ipynb", "name": "work", "cron": "0 9 * * 1-5",
                "timezone": "Europe/Berlin", "parameters": {"n": 3},
                "start": "2030-01-01T00:00:00+00:00",
            },
            {
                "notebook": "work.ipynb", "name": "often", "interval": 900, "timezone": "UTC",
                "state": "PAUSED",
            },
        ]
    }  # fmt: skip
    assert home("schedules", "export", "-o", "again.yaml").status == 0
    assert "unchanged" in home("schedules", "import", "again.yaml").out
    assert listed(home) == before

    (home.here / "schedules.yaml").write_text(FILE.replace("900", "600"))
    changed = home("schedules", "import", "schedules.yaml")
    assert re.findall(r": (\w+)", changed.out) == ["unchanged", "changed"]
    assert [one["interval"] for one in listed(home)] == [None, 600]
    assert [one["id"] for one in listed(home)] == [one["id"] for one in before]


@pytest.fixture
def server(home):
    """A server on the folder of *home*, which shares its store; what it is asked for."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    flags = ["--allow-root", "--no-browser", "--ServerApp.ip=127.0.0.1"]
    flags += [f"--ServerApp.port={port}", f"--ServerApp.root_dir={home.here}"]
    flags += ["--IdentityProvider.token=t", "--ServerApp.jpserver_extensions=jupyter_nbtasks=True"]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", *flags],
        env=home.env, cwd=home.here, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    for line in process.stderr:
        if "is running at" in line:
            break

    def get(path):
        url = f"http://127.0.0.1:{port}/nbtasks/api/{path}"
        request = urllib.request.Request(url, headers={"Authorization": "token t"})
        with urllib.request.urlopen(request) as answered:
            return json.load(answered)

    yield get
    process.send_signal(signal.SIGTERM)
    process.communicate()


def test_a_running_server_notices_and_fires(home, server):
    (home.here / "sub").mkdir()

    added = home(
        "schedules", "add", "../work.ipynb", "--interval", "2", "--max-occurrences", "1",
        cwd=home.here / "sub",
    )  # fmt: skip

    assert (added.status, added.err) == (0, "")
    home.until("schedule_id IS NOT NULL AND status = 'COMPLETED'")
    [schedule] = server("schedules")["items"]
    assert (schedule["notebook"], schedule["state"]) == ("work.ipynb", "ENDED")
    assert len(schedule["item_id"] or "") in (0, 32)
