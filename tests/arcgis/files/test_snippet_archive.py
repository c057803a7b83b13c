"""A zip of snippets is read with care, and nothing of it is run."""

from __future__ import annotations

import io
import zipfile

import pytest

from jupyter_nbtasks.arcgis.files.snippet_archive import fault_in, pack, unpack
from jupyter_nbtasks.errors import InvalidRequest

GOOD = b"""
snippet_properties = {"title": "Hello", "tags": ["a"], "nested": {"b": None}}
raise SystemExit("run")
##### SNIPPET BEGIN #####
print("hello")
##### SNIPPET END #####
"""


def zipped(*files, **options):
    """A zip of ``(name or ZipInfo, bytes)``."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", **options) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return written.getvalue()


def link(name):
    """A member that is a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def encrypted(archive):
    """The same zip, with the flag that says that it is encrypted."""
    at = archive.index(b"PK\x01\x02") + 8
    return archive[:at] + b"\x01" + archive[at + 1 :]


def test_snippets_come_out_as_they_went_in():
    files = {"a.py": GOOD, "folder/ü b.py": b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n")}
    assert unpack(pack({**files, "no.py": b"print()"})) == files


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (GOOD.replace(b"snippet_properties", b"properties"), "no snippet_properties"),
        (GOOD.replace(b'{"title"', b'open("x") or {"title"'), "not written out"),
        (GOOD.replace(b'{"title": "Hello", "tags": ["a"], "nested": {"b": None}}', b"[1]"), "no s"),
        (GOOD.replace(b"##### SNIPPET END #####", b""), "once each"),
        (GOOD.replace(b"BEGIN", b"end").replace(b"END", b"BEGIN"), "once each"),
        (GOOD + GOOD.split(b"\n", 2)[2], "once each"),
        (b"##### SNIPPET END #####\n" + GOOD.replace(b"##### SNIPPET END #####", b""), "once each"),
        (GOOD + b"def", "not Python"),
        (GOOD + b"\xff", "not Python"),
        (GOOD + b"\0", "not Python"),
        (GOOD + b"x = " + b"(" * 10_000, "not Python"),
        (GOOD + b"x = " + b"-" * 200_000 + b"1", "not Python"),
        (b"snippet_properties = " + b"[" * 150 + b"]" * 150, "snippet_properties"),
        (GOOD + b"#" * 1_000_000, "larger than 1,000,000 bytes"),
    ],
)
def test_what_is_not_a_snippet_is_refused_with_the_reason(source, fault):
    assert fault_in(GOOD) is None
    assert fault in fault_in(source)


@pytest.mark.parametrize(
    ("archive", "message"),
    [
        (b"", "is not a zip"),
        (b"PK\x03\x04 rubbish", "is not a zip"),
        (zipped(("a.py", GOOD))[:-30], "is not a zip"),
        (encrypted(zipped(("a.py", GOOD))), "is not a zip that can be read"),
        (zipped(), "between 1 and 1,000 files"),
        (zipped(*((f"{i}.py", GOOD) for i in range(1001))), "between 1 and 1,000 files"),
        (zipped(("../a.py", GOOD)), "'../a.py' in the zip is refused: it leads outside"),
        (zipped(("b/../../a.py", GOOD)), "it leads outside"),
        (zipped(("/etc/a.py", GOOD)), "it leads outside"),
        (zipped(("..\\a.py", GOOD)), "it leads outside"),
        (zipped(("c:a.py", GOOD)), "it leads outside"),
        (zipped(("a.txt", GOOD)), "it is not a Python file"),
        (zipped((".a.py", GOOD)), "it is not a Python file"),
        (zipped((".git/a.py", GOOD)), "it is not a Python file"),
        (zipped(("a\n.py", GOOD)), "not a plain path"),
        (zipped(("a//b.py", GOOD)), "not a plain path"),
        (zipped((link("a.py"), "/etc/passwd")), "it is a link"),
        (zipped(("a.py", GOOD), ("A.py", GOOD)), "it is there twice"),
        (zipped(("a.py", GOOD), compression=zipfile.ZIP_LZMA), "it is not compressed by deflate"),
        (zipped(("a.py", GOOD), ("b.py", b"x = 1")), "'b.py' in the zip is refused: it has no"),
    ],
)
def test_a_zip_that_is_not_good_throughout_is_refused(archive, message):
    with pytest.raises(InvalidRequest, match="zip") as refused:
        unpack(archive)
    assert message in str(refused.value)


def test_a_bomb_is_not_blown_up():
    large = GOOD + b"#" * 990_000
    bomb = zipped(*((f"{i}.py", large) for i in range(1000)), compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 2_000_000
    with pytest.raises(InvalidRequest, match="10,000,000 bytes together"):
        unpack(bomb)
    one = zipped(("a.py", GOOD + b"#" * 300_000_000), compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(InvalidRequest, match="larger than 1,000,000 bytes"):
        unpack(one)
