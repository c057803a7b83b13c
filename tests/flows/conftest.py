"""Requests that are refused in a sentence, and leave nothing behind."""

from __future__ import annotations

import pytest

WORK = {"notebook": "work.ipynb"}
DEEP = b"[" * 100_000
IDS = [
    "x",
    "j" + "0" * 28,
    "../jobs",
    "a/b",
    "a%2Fb",
    "x'--",
    "j0' OR '1'='1",
    "%00",
    "é",
    "a" * 999,
]


def complaints(answered, status, said, folder):
    """What is wrong with an answer that is to be a refusal."""
    shown, told = answered.body.decode(), answered.json or {}
    if answered.code != status or set(told) != {"message", "reason", "errors"}:
        return [f"is {answered.code} {shown[:200]}"]
    checks = {
        f"says {told['message'][:200]}": said in told["message"],
        "is not a sentence": told["message"].endswith("."),
        "shows a traceback": "Traceback" not in shown,
        "tells where the server keeps things": str(folder) not in shown,
        "has errors without a field": all({"field", "message"} == set(e) for e in told["errors"]),
    }
    return [fault for fault, holds in checks.items() if not holds]


@pytest.fixture
def refused(api, notebook, tmp_path, jp_root_dir, caplog):
    """Send each ``(method, address, body or query), status, words``; check all that is promised."""
    notebook("1", parameters="factor: int = 1\nname: str = ''")
    notebook("1", path="../root_dir_beside/secret.ipynb")
    notebook("1", path="../secret.ipynb")
    notebook("1", path=".hidden.ipynb")
    (jp_root_dir / "folder.ipynb").mkdir()

    async def check(cases):
        wrong = []
        for (method, address, sent), status, said in cases:
            query = sent if method == "GET" else {}
            body = sent if method == "POST" else None
            answered = await api.raw(method, address, body, **query)
            found = complaints(answered, status, said, tmp_path)
            wrong += [f"{method} {address} {str(sent)[:60]} {fault}" for fault in found]
        assert wrong == []
        assert (await api("GET", "jobs"))["items"] == []
        assert [*(tmp_path / "nbtasks").glob("blobs/**/*")] == []
        assert [record.getMessage() for record in caplog.records if record.exc_info] == []
        assert "Traceback" not in caplog.text

    return check
