"""Kernels behind a gateway, which is another Jupyter server."""

from __future__ import annotations

import signal
import subprocess
import sys

import nbformat
import pytest

from jupyter_nbtasks.kernels.variables import setting

from ..server_process import TOKEN, Server

ODD = "a 'b' \"c\" $HOME `d` \\n \n é 😀"


@pytest.fixture(params=[True, False], ids=["for everybody", "with a token"])
def servers(request, tmp_path):
    """A gateway, and a server whose kernels are behind it."""
    for name in ("gateway", "server", "root"):
        (tmp_path / name).mkdir()
    gateway = Server(tmp_path / "gateway", tmp_path / "root", is_open=request.param)
    # Whatever waits for a gateway that does not answer is never over then.
    env = {"JUPYTER_GATEWAY_URL": gateway.base, "JUPYTER_GATEWAY_REQUEST_TIMEOUT": "3600"}
    if not request.param:
        env["JUPYTER_GATEWAY_AUTH_TOKEN"] = TOKEN
    server = Server(tmp_path / "server", tmp_path / "root", env=env, warm_kernels=1)
    yield gateway, server
    server.end(signal.SIGKILL)
    gateway.process.send_signal(signal.SIGCONT)
    gateway.end(signal.SIGTERM)


@pytest.fixture
def write(tmp_path):
    """Gives a function that writes a notebook of one cell; its path."""

    def written(source):
        cells = [nbformat.v4.new_code_cell(source)]
        spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
        nbformat.write(made, tmp_path / "root" / "work.ipynb")
        return "work.ipynb"

    return written


def test_they_wait_for_jobs_too(servers, write):
    gateway, server = servers
    path = write("import os; print(os.environ['NBTASKS_JOB_ID'])")
    jobs = [server.ended(server.submit(path))]
    while jobs[-1].kernel_start != "warm" and len(jobs) < 9:
        jobs.append(server.ended(server.submit(path)))

    assert [jobs[0].kernel_start, jobs[-1].kernel_start] == [None, "warm"]
    assert {job.environment for job in jobs} == {None}
    assert [server.output(job.id) for job in jobs] == [[f"{job.id}\n"] for job in jobs]
    server.end(signal.SIGTERM)
    assert gateway("GET", "/api/kernels") == []


def test_a_job_has_its_variables_there(servers, write):
    _, server = servers
    path = write("import os; print(ascii([os.environ['A-B'], os.environ['NBTASKS_JOB_ID']]))")

    job = server.submit(path, env={"A-B": ODD})

    assert server.ended(job).status == "COMPLETED"
    assert server.output(job) == [f"{[ODD, job]!a}\n"]


def begun(server, write):
    """A job that sleeps on its kernel."""
    job = server.submit(write("import time; time.sleep(600)"))
    server.until(lambda: server("GET", f"jobs/{job}")["kernel_id"])
    return job


@pytest.mark.parametrize("servers", [True], indirect=True, ids=["for everybody"])
def test_a_job_whose_gateway_hangs_can_be_cancelled(servers, write):
    gateway, server = servers
    job = begun(server, write)
    gateway.process.send_signal(signal.SIGSTOP)

    server("POST", f"jobs/{job}/cancel")

    assert server.ended(job).status == "CANCELLED"


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
@pytest.mark.parametrize("servers", [True], indirect=True, ids=["for everybody"])
def test_a_gateway_that_is_gone_does_not_hold_the_end_of_the_server(servers, write, end):
    gateway, server = servers
    begun(server, write)

    gateway.process.send_signal(end)

    server.end(signal.SIGTERM)
    assert "is left to its gateway" in server.log_file.read_text()


@pytest.mark.parametrize("variables", [{}, {"A": ODD}, {"A": "", "B_2": "x" * 10_000}])
def test_the_code_for_it_sets_any_text(variables):
    python = f"import os\n{setting('Python', variables)}\nprint(ascii(dict(os.environ)))"
    ran = subprocess.run([sys.executable, "-c", python], capture_output=True, check=True)
    assert variables.items() <= eval(ran.stdout).items()

    bash = f"{setting('bash', variables)}\nexec {sys.executable} -c '{_ASCII}'"
    ran = subprocess.run(["bash", "-c", bash], capture_output=True, check=True)
    assert variables.items() <= eval(ran.stdout).items()


_ASCII = "import os; print(ascii(dict(os.environ)))"


def test_there_is_none_for_languages_that_are_not_known():
    assert setting("cobol", {"A": "1"}) is None
