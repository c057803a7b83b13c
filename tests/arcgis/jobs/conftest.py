"""Jobs, as a client of ArcGIS sees their end."""

from __future__ import annotations

import pytest

EXECUTE = "admin/notebooks/executeNotebook"


@pytest.fixture
def ended(client, api):
    """Wait until the job at an address is over; return it as a client of ArcGIS sees it."""

    async def wait(url, one=client):
        while True:
            changed = api.next_change()
            job = await one.get(url)
            if job["status"] in ("COMPLETED", "FAILED", "CANCELLED"):
                changed.close()
                return job
            await changed

    return wait
