"""Webhook receivers, and where signed requests are delivered to them."""

from __future__ import annotations

from typing import Any, Protocol

from ...contents.notebook_files import Contents
from ...jobs.service import JobService
from ...rest.handlers import Routes, operation
from ...rest.schemas import read
from ...rest.unauthenticated import PublicHandler, PublicServices, public_operation
from ...webhooks.model import Delivery, Receiver
from ...webhooks.requests import ReceiverChange, ReceiverQuery, ReceiverRequest
from ...webhooks.service import WebhookService
from ..jobs import items
from ..jobs.execute import with_dates
from ..surface.base import ArcgisHandler, ArcgisServices
from ..surface.rest import Operation, Resource
from .forms import NewReceiverForm, ReceiverForm, split

RECEIVERS = "admin/notebooks/webhookReceivers"
RECEIVER = f"{RECEIVERS}/<id>"
_PAGE = 500


class ReceiverServices(ArcgisServices, PublicServices, Protocol):
    """What these handlers need."""

    @property
    def contents(self) -> Contents: ...

    @property
    def jobs(self) -> JobService: ...

    @property
    def webhooks(self) -> WebhookService: ...


class ReceiversHandler(ArcgisHandler):
    """What the handlers of receivers share."""

    services: ReceiverServices

    def shown(self, receiver: Receiver, *, secret: str = "") -> dict[str, Any]:
        """Return *receiver*, without its secret unless it was just sent."""
        return {
            "id": receiver.id,
            "name": receiver.name,
            "itemId": receiver.item_id or receiver.notebook,
            "signatureHeaders": ",".join(receiver.signature_headers),
            "secret": secret,
            "apiToken": "",
            "parameters": receiver.request["parameters"],
            "disabled": receiver.disabled,
            "message": receiver.message or "",
            "username": receiver.owner,
            "url": self.url("rest", "events", "webhooks", receiver.id),
        }

    async def asked(self, form: NewReceiverForm | ReceiverForm, path: str) -> dict[str, Any]:
        """Return what *form* says of the receiver of the notebook at *path*, in our words."""
        said = {
            "name": form.name,
            "signature_headers": form.signature_headers and split(form.signature_headers),
            "parameters": form.parameters,
        }
        if form.item_id:
            said["notebook"] = path
        if form.parameters:
            _, _, inspection = await self.services.jobs.parameters_of(path)
            said["parameters"] = with_dates(form.parameters, inspection.parameters or [])
        return {name: value for name, value in said.items() if value is not None}


class ReceiverListHandler(ReceiversHandler, Resource):
    """``admin/notebooks/webhookReceivers``."""

    @operation("read")
    async def get(self) -> None:
        """List receivers, newest first, without their secrets."""
        caller, query = await self.caller(), read(ReceiverQuery, {"limit": _PAGE})
        found, cursor = await self.services.webhooks.page(query, caller)
        while cursor is not None:
            query = query.model_copy(update={"cursor": cursor})
            page, cursor = await self.services.webhooks.page(query, caller)
            found += page
        listed = [self.shown(one) for one in found]
        await self.answer({"webhookReceivers": listed, **self.listing()})


class CreateReceiverHandler(ReceiversHandler, Operation):
    """``webhookReceivers/create``."""

    @operation("write", body=NewReceiverForm)
    async def post(self, form: NewReceiverForm) -> None:
        """Make a receiver: run a notebook for each signed request."""
        path = items.path_of(self.services.contents, form.item_id)
        # Names that the notebook does not define are injected, as for executeNotebook.
        asked = {"secret": form.secret, "strict": False, **await self.asked(form, path)}
        owner = (await self.caller()).name
        receiver = await self.services.webhooks.create(read(ReceiverRequest, asked), owner)
        shown = self.shown(receiver, secret=form.secret)
        await self.answer({"webhookReceiver": shown, "status": "success"})


class ReceiverHandler(ReceiversHandler, Resource):
    """``webhookReceivers/<id>``."""

    @operation("read")
    async def get(self, id: str) -> None:
        """Show a receiver, without its secret."""
        receiver = await self.services.webhooks.get(id, await self.caller())
        await self.answer({**self.shown(receiver), **self.listing()})


class UpdateReceiverHandler(ReceiversHandler, Operation):
    """``webhookReceivers/<id>/update``."""

    @operation("write", body=ReceiverForm)
    async def post(self, form: ReceiverForm, id: str) -> None:
        """Change what is given; an old secret is void at once."""
        caller = await self.caller()
        path = (await self.services.webhooks.get(id, caller)).notebook
        if form.item_id:
            path = items.path_of(self.services.contents, form.item_id)
        asked = await self.asked(form, path)
        if form.disabled is not None:
            asked["disabled"] = form.disabled
        receiver = await self.services.webhooks.change(id, read(ReceiverChange, asked), caller)
        if form.secret:
            receiver = await self.services.webhooks.renew(id, form.secret, caller)
        shown = self.shown(receiver, secret=form.secret or "")
        await self.answer({"webhookReceiver": shown, "status": "success"})


class EnableReceiverHandler(ReceiversHandler, Operation):
    """``webhookReceivers/<id>/enable``."""

    @operation("write")
    async def post(self, id: str) -> None:
        """Take deliveries again."""
        await self.services.webhooks.enable(id, await self.caller())
        await self.answer({"status": "success"})


class DisableReceiverHandler(ReceiversHandler, Operation):
    """``webhookReceivers/<id>/disable``."""

    @operation("write")
    async def post(self, id: str) -> None:
        """Refuse every delivery."""
        await self.services.webhooks.disable(id, await self.caller())
        await self.answer({"status": "success"})


class DeleteReceiverHandler(ReceiversHandler, Operation):
    """``webhookReceivers/<id>/delete``."""

    @operation("write")
    async def post(self, id: str) -> None:
        """Remove a receiver; its jobs stay."""
        await self.services.webhooks.delete(id, await self.caller())
        await self.answer({"status": "success"})


class ValidateReceiverHandler(ReceiversHandler, Resource):
    """``webhookReceivers/<id>/validate``."""

    @operation("read")
    async def get(self, id: str) -> None:
        """Say whether a delivery could run now: its notebook is there and takes the parameters."""
        message = await self.services.webhooks.validate(id, await self.caller())
        said = {"success": "true"} if message is None else {"success": "false", "message": message}
        await self.answer({**said, "id": id})


class DeliverHandler(PublicHandler, ArcgisHandler):
    """``rest/events/webhooks/<id>``."""

    services: ReceiverServices
    is_operation = True

    @public_operation()
    async def post(self, id: str) -> None:
        """Deliver a payload, JSON or a form, signed by the receiver's secret; nobody logs in."""
        headers = {name.lower(): value for name, value in self.request.headers.items()}
        job = await self.services.webhooks.deliver(id, Delivery(headers=headers, body=self.body))
        run = {} if job is None else {"jobId": job.id}
        await self.answer({**run, "status": "success"})


ROUTES = Routes[ReceiverServices](
    [
        (RECEIVERS, ReceiverListHandler),
        (f"{RECEIVERS}/create", CreateReceiverHandler),
        (RECEIVER, ReceiverHandler),
        (f"{RECEIVER}/update", UpdateReceiverHandler),
        (f"{RECEIVER}/enable", EnableReceiverHandler),
        (f"{RECEIVER}/disable", DisableReceiverHandler),
        (f"{RECEIVER}/delete", DeleteReceiverHandler),
        (f"{RECEIVER}/validate", ValidateReceiverHandler),
        ("rest/events/webhooks/<id>", DeliverHandler),
    ]
)
