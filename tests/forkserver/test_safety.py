"""When a kernel may be forked."""

from __future__ import annotations

import os
import sys

import pytest

from jupyter_nbtasks.forkserver.safety import NotForked, check_environment, interpreter_of

ENV = {"PATH": os.environ["PATH"]}
LAUNCH = ["-m", "ipykernel_launcher", "-f", "kernel.json"]


def test_ipykernels_own_command_names_the_interpreter():
    assert interpreter_of([sys.executable, *LAUNCH], ENV) == (os.path.abspath(sys.executable),)


def test_the_interpreter_is_that_of_the_jobs_path(tmp_path):
    (tmp_path / "python3").symlink_to(sys.executable)
    env = {"PATH": f"{tmp_path}:/usr/bin"}
    assert interpreter_of(["python3", *LAUNCH], env) == (str(tmp_path / "python3"),)


def test_options_of_the_interpreter_belong_to_it():
    command = [sys.executable, "-Xfrozen_modules=off", "-s", *LAUNCH]
    assert interpreter_of(command, ENV)[1:] == ("-Xfrozen_modules=off", "-s")


@pytest.mark.parametrize(
    ("command", "env", "why"),
    [
        (["R", "--slave", "-e", "IRkernel::main()"], {}, "not started as ipykernel's own"),
        ([sys.executable, "-m", "bash_kernel"], {}, "not started as ipykernel's own"),
        ([sys.executable, "-m"], {}, "not started as ipykernel's own"),
        ([sys.executable, "run.py", *LAUNCH], {}, "not started as ipykernel's own"),
        (["/opt/wrapper", *LAUNCH], {}, "/opt/wrapper is not an interpreter of Python"),
        (["python3.0", *LAUNCH], {}, "there is no python3.0"),
        ([sys.executable, *LAUNCH], {"PYTHONPATH": ":/a"}, "PYTHONPATH has a relative folder"),
        ([sys.executable, *LAUNCH], {"PYTHONPATH": "/a:b"}, "PYTHONPATH has a relative folder"),
    ],
)
def test_what_a_fork_could_not_repeat_is_not_forked(command, env, why):
    with pytest.raises(NotForked, match=why):
        interpreter_of(command, ENV | env)


@pytest.mark.parametrize(
    "name",
    [
        "PYTHONHASHSEED",
        "LD_PRELOAD",
        "LC_ALL",
        "LANG",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MPLBACKEND",
        "IPYTHONDIR",
        "JUPYTER_CONFIG_DIR",
        "CUDA_VISIBLE_DEVICES",
        "HOME",
    ],
)
def test_a_variable_that_was_read_already_must_be_the_same(name):
    check_environment({name: "1"}, {name: "1"})
    for env, base in (({name: "1"}, {}), ({}, {name: "1"}), ({name: "1"}, {name: "2"})):
        with pytest.raises(NotForked, match=f"^the job has another {name}$"):
            check_environment(env, base)


@pytest.mark.parametrize("name", ["NBTASKS_JOB_ID", "TZ", "PATH", "LANGUAGE", "MY_PYTHON", "omp_x"])
def test_any_other_variable_may_differ(name):
    check_environment({name: "1"}, {name: "2"})
