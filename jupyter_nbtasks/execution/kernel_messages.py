"""What is read of the messages of Jupyter's protocol. Pure.

Kernels of many languages send them, and leave out what they like: message_cleaner.py makes them
what is said here.
"""

from __future__ import annotations

from typing import Any, NotRequired, Required, TypedDict

# By the type of the message, hence arbitrary JSON.
Content = dict[str, Any]


class Header(TypedDict):
    """What a message is."""

    msg_type: str


class ParentHeader(TypedDict, total=False):
    """The request that a message answers; empty if it answers none."""

    msg_id: str


class Message(TypedDict):
    """A message from a kernel, as jupyter_client hands it over."""

    header: Header
    parent_header: ParentHeader
    content: Content
    buffers: NotRequired[list[Any]]


class KernelInfo(TypedDict):
    """The content of a kernel_info_reply; *language_info* is what a notebook's metadata has."""

    language_info: dict[str, Any]


class ExecuteReply(TypedDict, total=False):
    """The content of an execute_reply; *status* is "ok", "error" or "aborted", and empty
    where the kernel does not say how the request ended.
    """

    status: Required[str]
    ename: str
    evalue: str
    traceback: list[str]
    payload: list[dict[str, Any]]
