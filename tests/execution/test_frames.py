"""What a viewer receives: the same here and in the front end."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NotRequired, get_args, get_origin, get_type_hints

import pytest

from jupyter_nbtasks.execution.frames import BegunCell, Frame

SOURCES = Path(__file__).parents[2] / "labextension" / "src"


def declared(name):
    """What the front end declares by this name, without spaces."""
    start = re.compile(rf"^export (?:type|interface) {name}\b", re.MULTILINE)
    texts = (path.read_text() for path in SOURCES.rglob("*.ts"))
    [text] = [text[found.start() :] for text in texts if (found := start.search(text))]
    return re.sub(r"\s", "", text[: re.search(r"^(?:}|\));?$", text, re.MULTILINE).end()])


def fields(typescript):
    """The names of fields; those that may be left out end in a question mark."""
    return set(re.findall(r"(?:^|[{;])(\w+\??):", typescript))


def own_fields(kind):
    hints = get_type_hints(kind, include_extras=True)
    return {f"{name}?" if get_origin(hint) is NotRequired else name for name, hint in hints.items()}


FRAMES = {get_args(get_type_hints(kind)["type"])[0]: kind for kind in get_args(Frame)}
THEIRS = {
    re.search(r"type:'(\w+)'", member)[1]: fields(member) | {"seq"}
    for member in re.findall(r"\{type:[^}]*\}", declared("IFrame"))
}


def test_the_front_end_has_the_same_frames():
    # What becomes of widgets is drawn by nobody before the notebook is done.
    assert FRAMES.keys() - {"widget_state"} == THEIRS.keys()


@pytest.mark.parametrize("kind", sorted(THEIRS))
def test_a_frame_has_the_same_fields_in_the_front_end(kind):
    assert own_fields(FRAMES[kind]) == THEIRS[kind]


def test_a_cell_has_the_same_fields_in_the_front_end():
    declaration = declared("IBegunCell")
    body = declaration[declaration.index("{") :]
    outer = re.sub(r"\{[^{}]*\}", "", body[1:-1])
    assert own_fields(BegunCell) == fields("{" + outer)
