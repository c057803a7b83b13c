"""Who is asking, and what they may see."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth import (
    AllowAllAuthorizer,
    IdentityProvider,
    LegacyIdentityProvider,
    PasswordIdentityProvider,
)

RESOURCE = "nbtasks"

# These know no persons: each request with the token gets a fresh random user.
_ANONYMOUS = (IdentityProvider, PasswordIdentityProvider, LegacyIdentityProvider)


@dataclass(frozen=True)
class Caller:
    """Who is asking; *sees_all* if not only what is theirs."""

    name: str
    sees_all: bool

    @property
    def only(self) -> str | None:
        """The owner to whom lists and look-ups are restricted; None for all."""
        return None if self.sees_all else self.name


def local_user() -> str:
    """Return the name of the person whose program this is, by the operating system."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid-{os.getuid()}"


class Access:
    """Tells callers apart where the server does; else all of them are its one owner."""

    def __init__(self, identity_provider: Any, authorizer: Any) -> None:
        self._has_persons = type(identity_provider) not in _ANONYMOUS
        self._authorizer = authorizer

    @property
    def sole_owner(self) -> str | None:
        """Whose the whole server is; None where it has several persons."""
        return None if self._has_persons else local_user()

    async def caller(self, handler: Any) -> Caller:
        """Return who sent the request that *handler* answers.

        An authorizer grants sight of everything by allowing ``admin`` on ``nbtasks``; one that
        allows everything to everybody grants nothing by it.
        """
        if not self._has_persons:
            return Caller(local_user(), sees_all=True)
        user = handler.current_user
        if type(self._authorizer) is AllowAllAuthorizer:
            return Caller(user.username, sees_all=False)
        granted = self._authorizer.is_authorized(handler, user, "admin", RESOURCE)
        return Caller(user.username, sees_all=bool(await ensure_async(granted)))
