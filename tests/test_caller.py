"""Whose programs these are."""

from __future__ import annotations

import getpass

from jupyter_nbtasks.caller import local_user


def test_on_a_hub_a_person_has_the_hubs_name(monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_USER", "alice")
    assert local_user() == "alice"


def test_elsewhere_it_is_that_of_the_system(monkeypatch):
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    assert local_user() == getpass.getuser()
