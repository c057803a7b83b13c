"""The client of a kernel behind a gateway: Jupyter's own, but for how it connects and ends."""

from __future__ import annotations

import asyncio
import ssl
from threading import Thread
from typing import Any

import websocket
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.gateway.managers import GatewayKernelClient
from jupyter_server.utils import url_escape, url_path_join


class GatewayJobClient(GatewayKernelClient):
    """Tells the gateway who asks, and connects beside the event loop: Jupyter's does neither."""

    async def start_channels(  # type: ignore[override]
        self, *args: Any, **kwargs: Any
    ) -> None:
        """Open the websocket and its channels; raises OSError or WebSocketException."""
        gateway = GatewayClient.instance()
        place = (gateway.ws_url or "", gateway.kernels_endpoint, url_escape(self.kernel_id))
        # It may ask for a new token, over the network.
        asked = await asyncio.to_thread(gateway.load_connection_args)
        self.channel_socket = await asyncio.to_thread(
            websocket.create_connection,
            url_path_join(*place, "channels"),
            timeout=gateway.KERNEL_LAUNCH_TIMEOUT,
            enable_multithread=True,
            header=dict(asked.get("headers", {})),
            sslopt={
                "cert_reqs": ssl.CERT_REQUIRED if gateway.validate_cert else ssl.CERT_NONE,
                "ca_certs": gateway.ca_certs,
                "certfile": gateway.client_cert,
                "keyfile": gateway.client_key,
            },
        )
        AsyncKernelClient.start_channels(self, *args, **kwargs)
        # A server that ends waits for all other threads, and this one for the gateway.
        self.response_router = Thread(target=self._route_responses, daemon=True)
        self.response_router.start()

    def stop_channels(self) -> None:
        """Close the websocket, without waiting for the gateway, which may be gone."""
        if self.channel_socket is not None:
            self.channel_socket.abort()  # type: ignore[no-untyped-call]
        super().stop_channels()  # type: ignore[no-untyped-call]
