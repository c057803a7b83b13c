"""What is remembered of a kernel, so that another server starts the same."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from jupyter_nbtasks.database import Database
from jupyter_nbtasks.errors import InvalidRequest, NotFound
from jupyter_nbtasks.kernels.environment_store import EnvironmentStore
from jupyter_nbtasks.kernels.environments import Environments
from jupyter_nbtasks.kernels.launcher import Kernels
from jupyter_nbtasks.kernels.model import KernelSpec
from jupyter_nbtasks.kernels.resolving import environ_of, is_gone, place_of, resolve

OWN = os.path.abspath(sys.executable)


def resolved(*argv, is_local=True, folder="/specs/odd", **spec):
    made = {"argv": list(argv), "display_name": "Odd", "language": "python", **spec}
    return resolve("odd", {"resource_dir": folder, "spec": made}, is_local=is_local)


@pytest.fixture
def database(tmp_path, jp_asyncio_loop):
    database = Database(f"sqlite:///{tmp_path}/nbtasks.sqlite3")
    jp_asyncio_loop.run_until_complete(database.migrate())
    yield database
    database.close()


@pytest.mark.parametrize(
    "named", ["python", "python3", f"python3.{sys.version_info[1]}", sys.executable]
)
def test_python_means_the_interpreter_of_the_server(named):
    spec = resolved(named, "-m", "ipykernel_launcher", "-f", "{connection_file}")

    assert spec.argv == (OWN, "-m", "ipykernel_launcher", "-f", "{connection_file}")
    assert [name for name, _ in spec.versions] == ["Python", "ipykernel"]


def test_another_program_is_found_on_the_path_and_its_link_is_not_followed(tmp_path, monkeypatch):
    (tmp_path / "odd").symlink_to(OWN)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    spec = resolved("odd", "{prefix}/x", "{resource_dir}/y")

    assert spec.argv == (str(tmp_path / "odd"), f"{sys.prefix}/x", "/specs/odd/y")
    assert spec.versions == ()


def test_a_program_that_cannot_be_started_here_makes_no_environment():
    assert not resolved("/no/such/program").is_environment
    assert resolved("/no/such/program").argv == ("/no/such/program",)
    elsewhere = resolved("python3", is_local=False)
    assert (elsewhere.argv, elsewhere.is_environment) == (("python3",), False)
    assert not resolved().is_environment


def test_it_has_the_variables_of_its_server_and_not_of_the_one_that_starts_it(monkeypatch):
    monkeypatch.setenv("VIRTUAL_ENV", "/first")
    monkeypatch.setenv("R_LIBS", "/libraries")
    spec = resolved("python3")
    monkeypatch.setenv("VIRTUAL_ENV", "/second")
    monkeypatch.delenv("R_LIBS")
    monkeypatch.setenv("CONDA_PREFIX", "/conda")
    monkeypatch.setenv("ODD", "1")

    found = environ_of(spec)

    assert (found["VIRTUAL_ENV"], found["R_LIBS"]) == ("/first", "/libraries")
    assert "CONDA_PREFIX" not in found
    assert found["ODD"] == "1"
    assert not spec.is_like(resolved("python3"))


def test_a_server_that_was_activated_is_like_one_that_was_not(monkeypatch):
    plain = resolved("python3")
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    monkeypatch.setenv("PATH", f"{sys.prefix}/bin", prepend=os.pathsep)

    assert plain.is_like(resolved("python3", display_name="Another"))
    assert not plain.is_like(resolved("python3", env={"ODD": "1"}))


def test_it_is_gone_with_what_its_link_leads_to(tmp_path):
    (tmp_path / "base").write_text("#!/bin/sh\n")
    (tmp_path / "base").chmod(0o755)
    (tmp_path / "python").symlink_to(tmp_path / "base")
    spec = resolved(str(tmp_path / "python"))
    assert not is_gone(spec)

    (tmp_path / "base").unlink()

    assert is_gone(spec)


def test_the_home_folder_is_not_spelled_out(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    spec = resolved("python3")

    assert place_of(spec) == OWN
    assert place_of(replace(spec, argv=(f"{tmp_path}/a/bin/python",))) == "~/a/bin/python"


async def test_it_is_kept_once_and_read_by_another_server(database):
    first, second, third = (EnvironmentStore(database) for _ in range(3))
    spec = resolved("python3", env={"B": "$HOME", "A": "ü"}, metadata={"debugger": True})

    id = await first.keep(spec)

    assert id == await first.keep(spec) == await second.keep(spec)
    assert await third.get(id) == spec
    assert (await third.get(id)).versions == spec.versions
    assert await third.keep(spec) == id
    assert await first.keep(KernelSpec(name="g", display_name="G", language="r", argv=())) is None
    with pytest.raises(NotFound, match="not known here any more"):
        await first.get("0")


async def test_a_kernel_of_another_name_is_that_of_the_server(database, tmp_path):
    specs = KernelSpecManager()
    places = {"root_dir": str(tmp_path), "connection_dir": str(tmp_path)}
    manager = AsyncMappingKernelManager(kernel_spec_manager=specs, **places)
    store = EnvironmentStore(database)
    environments = Environments(store, Kernels(manager, specs))
    spec = resolved("python3")
    id = await store.keep(spec)
    gone = await store.keep(replace(spec, argv=("/no/such/program",)))

    assert await environments.kernel("odd", id) == spec
    assert await environments.kernel(None, id) == spec
    assert (await environments.kernel("python3", id)).name == "python3"
    assert (await environments.kernel(None, None)).name == manager.default_kernel_name
    with pytest.raises(InvalidRequest, match="there is no /no/such/program any more") as refused:
        await environments.kernel("odd", gone)
    assert refused.value.reason == "environment_gone"
    told = await environments.answers([id, gone, None])
    assert {one: (told[one].is_here, told[one].is_gone) for one in told} == {
        id: (False, False),
        gone: (False, True),
    }
