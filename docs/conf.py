"""How Sphinx builds the documentation: `nox -s docs`."""

from __future__ import annotations

import tomllib
from importlib.metadata import version as version_of
from pathlib import Path

PROJECT = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text())["project"]

project = PROJECT["name"]
author = PROJECT["authors"][0]["name"]
copyright = f"2026, {author}"
version = release = version_of(project)

extensions = [
    "myst_parser",
    "sphinx_click",
    "sphinx_copybutton",
    "sphinx_design",
]
exclude_patterns = ["_build", "**/.ipynb_checkpoints"]
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
# A list of words in quotes is not a set of typographic ones.
smartquotes = False

copybutton_prompt_text = r"\$ "

html_theme = "pydata_sphinx_theme"
html_title = "jupyter_nbtasks"
html_static_path = ["_static"]
html_css_files = ["nbtasks.css"]
html_show_sourcelink = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    "navigation_with_keys": False,
    "show_prev_next": False,
    "show_toc_level": 2,
    "navbar_align": "left",
    "footer_start": ["copyright"],
    "footer_end": [],
    "icon_links": [
        {
            "name": "Source",
            "url": PROJECT["urls"]["Repository"],
            "icon": "fa-brands fa-github",
        }
    ],
}
