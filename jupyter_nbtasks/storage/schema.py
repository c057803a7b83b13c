"""Brings the tables of a database to what this version knows."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from ..errors import Unavailable


def upgrade(connection: Connection, migrations: Path) -> None:
    """Do those of *migrations*, a folder, that have not been done; raises Unavailable."""
    # The file of each schema version begins with its number.
    known = sorted(path.name[:4] for path in (migrations / "versions").glob("[0-9]*.py"))
    stamped = _stamped(connection)
    if stamped == known[-1]:
        return
    if stamped is not None and stamped not in known:
        msg = (
            f"The database was written by a newer version of jupyter_nbtasks (schema {stamped!r}). "
            "Upgrade jupyter_nbtasks, or point database_url at another database."
        )
        raise Unavailable(msg, reason="database_newer")
    # Imported here because it is large, and needed once in the life of a version.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _stamped(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
