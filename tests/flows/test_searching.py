"""Jobs are found by what they were given and what they said, not only by what they are called."""

from __future__ import annotations

CELL = 'year = 2025\nregion = "EU"\nlabels = ["a"]'
FOUND = {
    "year = 2026": ["good"],
    "year=2026": ["good"],
    "region = US": ["good"],
    'region = "US"': ["good"],
    "us": ["good"],
    "grün": ["good"],
    'say "it"': ["good"],
    "region = S": [],
    "valueerror": ["bad"],
    "no such day": ["bad"],
    "bad": ["bad"],
    "year": ["good", "bad"],
}


async def test_jobs_are_found_by_their_values_and_their_errors(api, notebook):
    raising = 'raise ValueError("no such day")'
    await api.run(notebook(raising, path="bad.ipynb", parameters=CELL), parameters={"year": 1999})
    values = {"year": 2026, "region": "US", "labels": ["grün", 'say "it"']}
    await api.run(notebook("1", path="good.ipynb", parameters=CELL), parameters=values)

    found = {}
    for text in FOUND:
        found[text] = [job["name"] for job in (await api("GET", "jobs", q=text))["items"]]
    assert found == FOUND
