"""Lets half of schemathesis's requests name what is there, so that they get beyond refusals."""

from __future__ import annotations

import json

import schemathesis

NOTEBOOK = "work.ipynb"
WHEN = {"cron": "0 9 * * *", "timezone": "UTC"}
# What must fit the notebook, or the server.
FREE = {"content", "snapshot_id", "expected_hash", "kernel_name", "parameters", "output_path"}
# What is right only together with more than its own type.
STRICT = {"interval", "start", "end", "max_occurrences", "env", "idempotency_key", "batch_id"}


def is_chosen(made):
    """Whether to mend *made*: the same every time, for about half of all."""
    return len(json.dumps(made, default=str)) % 2 == 0


@schemathesis.hook
def map_body(context, body):
    if not isinstance(body, dict) or not is_chosen(body):
        return body
    if "notebook" in body:
        body = {key: value for key, value in body.items() if key not in FREE}
        body |= {"notebook": NOTEBOOK}
    if "cron" in body:
        body = {key: value for key, value in body.items() if key not in STRICT} | WHEN
    if "path" in body:
        body = {key: value for key, value in body.items() if key not in FREE}
        body |= {"path": NOTEBOOK}
    return body


@schemathesis.hook
def map_query(context, query):
    if isinstance(query, dict) and "path" in query and is_chosen(query):
        return {**query, "path": NOTEBOOK}
    return query
