"""Who is asking, by the server's identity provider, and what they may see, by its authorizer."""

from __future__ import annotations

import hmac
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth import (
    AllowAllAuthorizer,
    IdentityProvider,
    LegacyIdentityProvider,
    PasswordIdentityProvider,
)

from ..caller import Caller, local_user
from ..errors import Forbidden
from .passwords import PasswordChecker

RESOURCE = "nbtasks"

# These know no persons: each request with the token gets a fresh random user.
_ANONYMOUS = (IdentityProvider, PasswordIdentityProvider, LegacyIdentityProvider)


class Access:
    """Tells callers apart where the server does; otherwise all of them are its one owner."""

    def __init__(self, identity_provider: Any, authorizer: Any) -> None:
        self._passwords = PasswordChecker()
        self._has_persons = type(identity_provider) not in _ANONYMOUS
        self._identity_provider = identity_provider
        self._authorizer = authorizer

    @property
    def sole_owner(self) -> str | None:
        """The owner of the whole server; None where it has several persons."""
        return None if self._has_persons else local_user()

    async def token_for(self, password: str, address: str) -> str:
        """Return the server's token to whoever knows its *password*, or the token itself.

        *address* is the caller's. Raises TooManyRequests, and Forbidden, also where the server has
        no token to give or knows persons.
        """
        provider = self._identity_provider
        token = str(getattr(provider, "token", "") or "")
        if self._has_persons or not token:
            msg = "This server gives no tokens for passwords. Ask the person who runs it for one."
            raise Forbidden(msg)

        def is_right() -> bool:
            if hmac.compare_digest(password.encode(), token.encode()):
                return True
            is_hashed = bool(getattr(provider, "hashed_password", ""))
            return is_hashed and bool(provider.passwd_check(password))

        if await self._passwords.check(address, is_right):
            return token
        msg = "That is neither the server's password nor its token."
        raise Forbidden(msg)

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

    async def administrator(self, handler: Any, deed: str) -> Caller:
        """Return the caller for a *deed* that only an administrator may do; raises Forbidden."""
        caller = await self.caller(handler)
        if not caller.sees_all:
            msg = f"Only an administrator may {deed}."
            raise Forbidden(msg)
        return caller
