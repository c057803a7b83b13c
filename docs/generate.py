"""Writes what the documentation says of settings and addresses, from the code that has them.

python docs/generate.py            write it anew, between the marks in the pages
python docs/generate.py --check    fail where a page says something else
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from jupyter_nbtasks.arcgis import handlers as arcgis
from jupyter_nbtasks.arcgis.surface.rest import Folder, UnknownAddress, Unsupported
from jupyter_nbtasks.jobs import handlers as jobs
from jupyter_nbtasks.rest.openapi import document
from jupyter_nbtasks.schedules import handlers as schedules
from jupyter_nbtasks.server import handlers as server
from jupyter_nbtasks.settings import settings
from jupyter_nbtasks.snapshots import handlers as snapshots
from jupyter_nbtasks.tools import handlers as tools
from jupyter_nbtasks.webhooks import handlers as webhooks

DOCS = Path(__file__).parent
BEGIN, END = "<!-- generated: {name} -->", "<!-- end of what is generated -->"
# Defaults that are computed, in words.
COMPUTED = {
    "data_dir": "`nbtasks` in Jupyter's data directory",
    "database_url": "an SQLite file in `data_dir`",
    "root_name": "the absolute `root_dir`",
    "max_concurrent_jobs": "the number of CPUs",
    "fork_kernels": "`True`",
    "fork_preload": "none",
    "timezone": "the machine's",
    "arcgis_day_numbers": "`quartz`",
}
ROUTES = [
    route for room in (jobs, schedules, snapshots, webhooks, tools, server) for route in room.ROUTES
]


def main() -> int:
    """Write or check every page."""
    differ = [page for page in PAGES if not _is_current(page)]
    if "--check" not in sys.argv:
        for page in differ:
            (DOCS / page).write_text(current(page))
        return 0
    for page in differ:
        sys.stderr.write(f"docs/{page} is out of date: run `python docs/generate.py`.\n")
    return 1 if differ else 0


def current(page: str) -> str:
    """Return the text of *page* with what it is to say."""
    name, write = PAGES[page]
    begin = BEGIN.format(name=name)
    before, _, rest = (DOCS / page).read_text().partition(begin)
    _, _, after = rest.partition(END)
    return f"{before}{begin}\n\n{write()}\n\n{END}{after}"


def _is_current(page: str) -> bool:
    return (DOCS / page).read_text() == current(page)


def settings_table() -> str:
    """Return a table of all settings."""
    rows = ["| setting | default | meaning |", "|---|---|---|"]
    for name, trait in settings():
        default = COMPUTED.get(name) or f"`{_shown(trait.default_value)}`"
        meaning = re.sub(r" Default: .*?\.(?= |$)", "", trait.help)
        rows.append(f"| `{name}` | {default} | {meaning} |")
    return "\n".join(rows)


def _shown(value: object) -> str:
    return str(value) if isinstance(value, (bool, str)) else f"{value:.0f}"


def arcgis_table() -> str:
    """Return a table of all addresses of the ArcGIS REST API."""
    rows = ["| address | method | what it does here |", "|---|---|---|"]
    for route in sorted(arcgis.TREE.routes, key=lambda route: route.address.lower()):
        if issubclass(route.handler, Unsupported):
            why = route.handler.why[0].upper() + route.handler.why[1:]
            rows.append(f"| `{route.address}` | not supported | {why} |")
        elif route.handler not in (Folder, UnknownAddress):
            method = "POST" if route.is_operation else "GET"
            method += ", PUT" if hasattr(route.handler.put, "operation") else ""
            rows.append(f"| `{route.address}` | {method} | {route.about} |")
    return "\n".join(rows)


def rest_reference() -> str:
    """Return the OpenAPI document as text."""
    api = asyncio.run(document(ROUTES, "/"))
    schemas = api["components"]["schemas"]
    by_noun: dict[str, list[str]] = {}
    for path, verbs in api["paths"].items():
        address = path.strip("/")
        by_noun.setdefault(address.split("/")[0], []).extend(
            "\n\n".join(_operation(verb.upper(), address, described, schemas))
            for verb, described in verbs.items()
        )
    parts = [f"## {noun.capitalize()}\n\n" + "\n\n".join(by_noun[noun]) for noun in by_noun]
    named = [f"### {name}\n\n" + "\n\n".join(_schema(schemas[name])) for name in sorted(schemas)]
    return "\n\n".join([*parts, "## Schemas", *named])


def _operation(
    verb: str, address: str, described: dict[str, Any], schemas: dict[str, Any]
) -> Iterator[str]:
    yield f"### `{verb} {address}`"
    yield described["summary"]
    if described.get("security") == []:
        yield "It asks for no login."
    asked = [one for one in described["parameters"] if one["in"] == "query"]
    if asked:
        fields = {one["name"]: one["schema"] for one in asked}
        required = [one["name"] for one in asked if one["required"]]
        yield _table("query", fields, required)
    if "requestBody" in described:
        [schema, *_] = [kind["schema"] for kind in described["requestBody"]["content"].values()]
        yield f"Body: {_type(schema)}"
    answers = []
    for status, answer in described["responses"].items():
        kinds = answer.get("content", {})
        schema = next((kind["schema"] for kind in kinds.values()), {})
        what = _type(schema) if schema else ", ".join(f"`{kind}`" for kind in kinds) or "no body"
        answers.append(f"{'else' if status == 'default' else status} {what}")
    yield f"Answer: {'; '.join(answers)}"


def _schema(schema: dict[str, Any]) -> Iterator[str]:
    if "description" in schema:
        yield " ".join(schema["description"].split())
    if "enum" in schema:
        yield _type(schema)
    if schema.get("properties"):
        yield _table("field", schema["properties"], schema.get("required", []))


def _table(kind: str, fields: dict[str, Any], required: list[str]) -> str:
    rows = [f"| {kind} | type | default | meaning |", "|---|---|---|---|"]
    for name, field in fields.items():
        default = "required" if name in required else ""
        if field.get("default") is not None:
            default = f"`{_json(field['default'])}`"
        meaning = field.get("description", "")
        kind_of_value = _type(field)
        if kind == "query":
            # To leave it out is all that null means there.
            kind_of_value = kind_of_value.removesuffix(" or null")
        rows.append(f"| `{name}` | {kind_of_value} | {default} | {meaning} |")
    return "\n".join(rows)


def _json(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _type(schema: dict[str, Any]) -> str:
    """Say which values *schema* takes."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if values := schema.get("enum", [schema["const"]] if "const" in schema else []):
        return ", ".join(f"`{value}`" for value in values)
    if several := schema.get("anyOf", schema.get("oneOf", schema.get("allOf"))):
        return " or ".join(dict.fromkeys(map(_type, several)))
    return _plain_type(schema)


def _plain_type(schema: dict[str, Any]) -> str:
    match schema.get("type", "any"):
        case "array":
            return f"list of {_type(schema.get('items', {}))}"
        case "object" if isinstance(schema.get("additionalProperties"), dict):
            return f"object of {_type(schema['additionalProperties'])}"
        case list() as types:
            return " or ".join(types)
        case "string" if schema.get("format") in ("date-time", "date"):
            return "time" if schema["format"] == "date-time" else "date"
        case kind:
            return str(kind)


PAGES: dict[str, tuple[str, Callable[[], str]]] = {
    "operators/settings.md": ("settings", settings_table),
    "arcgis/reference.md": ("addresses", arcgis_table),
    "reference/rest.md": ("operations", rest_reference),
}

if __name__ == "__main__":
    sys.exit(main())
