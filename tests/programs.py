"""Programs that we run in processes of their own."""

from __future__ import annotations

import asyncio

import psutil


def programs(name):
    """The numbers of our processes that run the program *name*."""
    children = psutil.Process().children()
    return {child.pid for child in children if name in "".join(child.cmdline())}


async def until(holds):
    """Wait until ``holds()``."""
    # Nobody tells of a process.
    while not holds():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
