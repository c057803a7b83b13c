"""The REST API of webhooks, and the one address that takes requests without a login."""

from __future__ import annotations

from typing import Protocol

from jupyter_server.utils import url_path_join

from ..rest.handlers import PREFIX, NbTasksHandler, Routes, operation
from ..rest.unauthenticated import PublicHandler, PublicServices, public_operation
from .answers import DeliveryAnswer, ReceiverAnswer, ReceiverPage, ValidationAnswer
from .model import Delivery, Receiver
from .requests import ReceiverChange, ReceiverQuery, ReceiverRequest, RenewRequest
from .service import WebhookService

_ID = r"(?P<id>\w+)"


class WebhookServices(PublicServices, Protocol):
    """What these handlers need."""

    @property
    def webhooks(self) -> WebhookService: ...


class WebhooksHandler(NbTasksHandler):
    """What the handlers of webhooks share."""

    services: WebhookServices

    def shown(self, receiver: Receiver, *, with_secret: bool = False) -> ReceiverAnswer:
        """Return *receiver* as it is answered."""
        host = f"{self.request.protocol}://{self.request.host}"
        here = url_path_join(self.base_url, PREFIX, "webhooks", receiver.id, "deliver")
        secret = receiver.secret if with_secret else None
        facts = receiver.request | vars(receiver) | {"url": host + here, "secret": secret}
        return ReceiverAnswer(**{name: facts[name] for name in ReceiverAnswer.model_fields})


class ReceiverListHandler(WebhooksHandler):
    """``webhooks``."""

    @operation("write", body=ReceiverRequest, answer=ReceiverAnswer, status=201)
    async def post(self, request: ReceiverRequest) -> None:
        """Make a receiver: run a notebook for each signed request."""
        caller = await self.caller()
        receiver = await self.services.webhooks.create(request, caller.name)
        here = url_path_join(self.base_url, PREFIX, "webhooks", receiver.id)
        self.set_header("Location", here)
        await self.answer(self.shown(receiver, with_secret=True), status=201)

    @operation("read", query=ReceiverQuery, answer=ReceiverPage)
    async def get(self, query: ReceiverQuery) -> None:
        """List receivers, newest first."""
        page, cursor = await self.services.webhooks.page(query, await self.caller())
        await self.answer(ReceiverPage(items=[self.shown(one) for one in page], next=cursor))


class ReceiverHandler(WebhooksHandler):
    """``webhooks/<id>``."""

    @operation("read", answer=ReceiverAnswer)
    async def get(self, id: str) -> None:
        """Show a receiver, without its secret."""
        await self.answer(self.shown(await self.services.webhooks.get(id, await self.caller())))

    @operation("write", body=ReceiverChange, answer=ReceiverAnswer)
    async def patch(self, change: ReceiverChange, id: str) -> None:
        """Change what is given."""
        receiver = await self.services.webhooks.change(id, change, await self.caller())
        await self.answer(self.shown(receiver))

    @operation("write", status=204)
    async def delete(self, id: str) -> None:
        """Remove a receiver; its jobs stay."""
        await self.services.webhooks.delete(id, await self.caller())
        self.set_status(204)
        self.finish()


class EnableHandler(WebhooksHandler):
    """``webhooks/<id>/enable``."""

    @operation("write", answer=ReceiverAnswer)
    async def post(self, id: str) -> None:
        """Take deliveries again."""
        await self.answer(self.shown(await self.services.webhooks.enable(id, await self.caller())))


class DisableHandler(WebhooksHandler):
    """``webhooks/<id>/disable``."""

    @operation("write", answer=ReceiverAnswer)
    async def post(self, id: str) -> None:
        """Refuse every delivery."""
        await self.answer(self.shown(await self.services.webhooks.disable(id, await self.caller())))


class RenewHandler(WebhooksHandler):
    """``webhooks/<id>/renew``."""

    @operation("write", body=RenewRequest, answer=ReceiverAnswer)
    async def post(self, request: RenewRequest, id: str) -> None:
        """Give a receiver another secret; the old one is void at once."""
        receiver = await self.services.webhooks.renew(id, request.secret, await self.caller())
        await self.answer(self.shown(receiver, with_secret=True))


class ValidateHandler(WebhooksHandler):
    """``webhooks/<id>/validate``."""

    @operation("read", answer=ValidationAnswer)
    async def get(self, id: str) -> None:
        """Say whether a delivery could run now: its notebook is there and takes the parameters."""
        message = await self.services.webhooks.validate(id, await self.caller())
        await self.answer(ValidationAnswer(id=id, valid=message is None, message=message))


class DeliverHandler(PublicHandler):
    """``webhooks/<id>/deliver``."""

    services: WebhookServices

    @public_operation(answer=DeliveryAnswer, status=202)
    async def post(self, id: str) -> None:
        """Deliver a payload, JSON or a form, signed by the receiver's secret; nobody logs in."""
        headers = {name.lower(): value for name, value in self.request.headers.items()}
        job = await self.services.webhooks.deliver(id, Delivery(headers=headers, body=self.body))
        await self.answer(DeliveryAnswer(job_id=None if job is None else job.id), status=202)


ROUTES = Routes[WebhookServices](
    [
        (rf"{PREFIX}/webhooks", ReceiverListHandler),
        (rf"{PREFIX}/webhooks/{_ID}", ReceiverHandler),
        (rf"{PREFIX}/webhooks/{_ID}/enable", EnableHandler),
        (rf"{PREFIX}/webhooks/{_ID}/disable", DisableHandler),
        (rf"{PREFIX}/webhooks/{_ID}/renew", RenewHandler),
        (rf"{PREFIX}/webhooks/{_ID}/validate", ValidateHandler),
        (rf"{PREFIX}/webhooks/{_ID}/deliver", DeliverHandler),
    ]
)
