"""The base of the surface's handlers: what is read, who is asking, how it is answered."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any, Protocol
from urllib.parse import quote

from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from pydantic import BaseModel

from ...errors import Forbidden, InvalidRequest, NbTasksError, TooManyRequests, meant_by
from ...rest.handlers import (
    HandlerServices,
    NbTasksHandler,
    OperationDescription,
    sentence,
)
from ...rest.schemas import as_json, read
from .dialect import (
    NOT_KNOWN,
    NOT_KNOWN_TEXT,
    NOT_LOGGED_IN,
    NOT_LOGGED_IN_TEXT,
    READS,
    Refusal,
    refusal,
    status_for,
)
from .pages import POLICY, Breadcrumbs, Page
from .reading import read_format, read_values
from .tree import PREFIX, Tree, path_of

# A page shows them as links and forms.
_LINKED = {"resources", "operations"}
_HOST = re.compile(r"[\w.\-]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?")


class ArcgisServices(HandlerServices, Protocol):
    """What every handler of the surface needs of the server."""

    @property
    def arcgis(self) -> Tree: ...


class ArcgisHandler(NbTasksHandler):
    """Answers as the ArcGIS REST API does: ``f=json``, ``pjson``, or ``html`` for a browser.

    The first of *formats* is for whoever asks for none; the body is a form, or a file if *has_form*
    is False.
    """

    services: ArcgisServices
    formats: tuple[str, ...] = ("json", "pjson", "html")
    has_form = True
    format = "json"
    is_operation = False

    async def prepare(self) -> None:  # type: ignore[override]
        """Read what was sent, then let Jupyter see who is asking."""
        self.given: dict[str, Any] = {}
        self.format = self.formats[0]
        accepted = self.request.headers.get("Accept", "")
        if not self.has_form:
            # Otherwise Jupyter would look for a token in a file that looks like a form.
            self.request.arguments = self.request.query_arguments
        fault = None
        try:
            if self.has_form and not self.request.files:
                self.check_size(len(self.request.body), self.services.max_body_bytes)
            self.given = await read_values(self.request, has_form=self.has_form)
            self.format = read_format(self.given, accepted, self.formats)
        except InvalidRequest as error:
            fault = error
        self._adopt_token()
        await super().prepare()
        if fault is not None:
            raise fault

    async def read_input(self, described: OperationDescription) -> list[BaseModel]:
        """Return the parameters that a verb takes; raises InvalidRequest."""
        form = described.body or described.query
        if form is None:
            return []
        values = {name: value for name, value in self.given.items() if value != ""}
        return [await asyncio.to_thread(read, form, values)]

    async def answer(self, body: BaseModel | dict[str, Any], *, status: int = 200) -> None:
        """Send *body* in the format asked for."""
        self.set_status(status)
        content = as_json(body) if isinstance(body, BaseModel) else body
        if self.format == "html":
            answer = {name: said for name, said in content.items() if name not in _LINKED}
            page = self.page(answer=answer, entries=self.place.entries(content))
            self._finish_page(await asyncio.to_thread(page.render, self.xsrf_form_html()))
        else:
            indent = 2 if self.format == "pjson" else None
            self.finish(await asyncio.to_thread(_dump, content, indent))

    def url(self, *parts: str) -> str:
        """Return the absolute address of *parts* below our prefix."""
        return self.absolute(path_of(*parts))

    def absolute(self, path: str) -> str:
        """Return the absolute address of a *path* below the server's base URL, quoted already."""
        return f"{self.request.protocol}://{self._host()}{url_path_join(self.base_url, path)}"

    def notebook_url(self, path: str) -> str:
        """Return where JupyterLab shows the notebook at *path*."""
        return self.absolute(f"/lab/tree/{quote(path)}")

    async def allow(self, action: str, resource: str) -> None:
        """Ask the authorizer for a resource of Jupyter's own too; raises Forbidden."""
        granted = self.authorizer.is_authorized(self, self.current_user, action, resource)
        if not await ensure_async(granted):
            msg = f"You may not {action} {resource} of this server."
            raise Forbidden(msg)

    def listing(self) -> dict[str, list[str]]:
        """Return the names of the resources and operations below this address."""
        below = [
            r
            for r in self.services.arcgis.below(self.services.arcgis.at(self.place.path))
            if r.key is None
        ]
        return {
            "resources": [route.name for route in below if not route.is_operation],
            "operations": [route.name for route in below if route.is_operation],
        }

    @property
    def place(self) -> Breadcrumbs:
        """Where this is in the tree."""
        path = self.request.path[len(self.base_url.rstrip("/")) :].rstrip("/")
        return Breadcrumbs(tree=self.services.arcgis, base_url=self.base_url, path=path)

    @property
    def is_sharing(self) -> bool:
        """Whether an error has the shape of the sharing API, as that of a service has too."""
        return self.place.path.startswith((f"{PREFIX}/sharing", f"{PREFIX}/rest/services"))

    def check_xsrf_cookie(self) -> None:
        """Check it where something can be done in somebody's name."""
        described = getattr(getattr(self, str(self.request.method).lower()), "operation", None)
        if described is None or described.action is not None:
            super().check_xsrf_cookie()

    def get_login_url(self) -> str:
        """Lead a person to the login page; a program gets an error."""
        if self.format == "html":
            return JupyterHandler.get_login_url(self)
        return super().get_login_url()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer an error in the shape that belongs to this address, whatever it is."""
        error = meant_by(kwargs.get("exc_info", (None, None, None))[1])
        said, method = self._refusal(status_code, error), str(self.request.method)
        if isinstance(error, NbTasksError):
            self.say_when(error)
        # What was refused unheard may be sent again.
        is_unheard = isinstance(error, TooManyRequests)
        self.set_status(said.status if is_unheard else status_for(method, said.status))
        if said.status == 405:
            self.set_header("Allow", ", ".join(self.methods()))
        if self.format == "html":
            self.send_page(messages=said.messages)
        else:
            self.send_refusal(said)

    def send_refusal(self, said: Refusal) -> None:
        """Send an error to a program."""
        body = said.shaped(is_sharing=self.is_sharing)
        self.finish(_dump(body, 2 if self.format == "pjson" else None))

    def _refusal(self, status: int, error: BaseException | None) -> Refusal:
        if isinstance(error, NbTasksError):
            return refusal(error)
        if status == 403 and getattr(self, "_jupyter_current_user", None) is None:
            sent = "Authorization" in self.request.headers or "token" in self.given
            code, text = (
                (NOT_KNOWN, NOT_KNOWN_TEXT) if sent else (NOT_LOGGED_IN, NOT_LOGGED_IN_TEXT)
            )
            return Refusal(status=status, code=code, messages=(text,))
        return Refusal(status=status, code=status, messages=(sentence(status, error),))

    def page(self, **shown: Any) -> Page:
        """Return the page of this address; *shown* is what a `Page` has besides links."""
        is_read = self.request.method in READS and not self.is_operation
        return Page(**{**self.place.links(), "has_json": is_read, **shown})

    def send_page(self, **shown: Any) -> None:
        """Send a small page of this address."""
        self._finish_page(self.page(**shown).render(self.xsrf_form_html()))

    def _finish_page(self, html: str) -> None:
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Referrer-Policy", "same-origin")
        # Half a surrogate pair, which a kernel or the name of a file may have, is not UTF-8.
        content = html.encode(errors="replace")
        self.finish(content, set_content_type="text/html; charset=UTF-8")

    def _adopt_token(self) -> None:
        """Put a token where every identity provider looks for it."""
        headers = self.request.headers
        in_body = "token" not in self.request.query_arguments and self.given.get("token")
        # A proxy's own login may stand in Authorization, so the header of this API goes first.
        if esri := headers.get("X-Esri-Authorization"):
            headers["Authorization"] = esri
        elif "Authorization" not in headers and isinstance(in_body, str) and in_body.isprintable():
            headers["Authorization"] = f"token {in_body}"

    def _host(self) -> str:
        forwarded = self.request.headers.get("X-Forwarded-Host", "").split(",")[-1].strip()
        is_trusted = bool(getattr(self.serverapp, "trust_xheaders", False))
        return forwarded if is_trusted and _HOST.fullmatch(forwarded) else self.request.host


def _dump(body: dict[str, Any], indent: int | None) -> str:
    return json.dumps(body, allow_nan=False, indent=indent)
