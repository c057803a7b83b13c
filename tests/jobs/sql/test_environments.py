"""Which environments are left to other machines."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from sqlalchemy import update

from jupyter_nbtasks.database import Database
from jupyter_nbtasks.errors import InvalidRequest
from jupyter_nbtasks.kernels.environment_store import EnvironmentStore
from jupyter_nbtasks.kernels.environments import Environments
from jupyter_nbtasks.kernels.launcher import Kernels
from jupyter_nbtasks.kernels.model import KernelSpec
from jupyter_nbtasks.kernels.tables import environments as environments_table

HERE = KernelSpec(
    name="odd", display_name="Odd", language="python", argv=(sys.executable,), variables=()
)
GONE = replace(HERE, argv=("/no/such/program",))


@pytest.fixture
def database(database_config, tmp_path, jp_asyncio_loop):
    """The database of PostgreSQL, if there is to be one."""
    url = database_config.get("database_url", f"sqlite:///{tmp_path / 'nbtasks.sqlite3'}")
    database = Database(url)
    jp_asyncio_loop.run_until_complete(database.migrate())
    yield database
    database.close()


async def test_what_another_machine_has_is_left_to_it_if_the_store_is_shared(database):
    store = EnvironmentStore(database)
    _, gone = await store.keep(HERE), await store.keep(GONE)
    assert await store.elsewhere() == frozenset()

    moved = update(environments_table).values(machine="another")
    await database.write(lambda db: db.execute(moved))

    # A file of SQLite is on one machine, whatever that was called before.
    left = {gone} if database.is_shared else set()
    assert await store.elsewhere() == left


async def test_what_another_machine_has_can_be_asked_for_if_the_store_is_shared(database, tmp_path):
    specs = KernelSpecManager()
    manager = AsyncMappingKernelManager(kernel_spec_manager=specs, root_dir=str(tmp_path))
    store = EnvironmentStore(database)
    environments = Environments(store, Kernels(manager, specs))
    gone = await store.keep(GONE)
    moved = update(environments_table).values(machine="another")
    await database.write(lambda db: db.execute(moved))

    if database.is_shared:
        assert await environments.kernel("odd", gone) == GONE
    else:
        with pytest.raises(InvalidRequest, match="is gone"):
            await environments.kernel("odd", gone)
