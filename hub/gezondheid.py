"""The worker's own small server: `/metrics` for Prometheus, `/gezond` (the loop runs), `/gereed` (state loaded, records taken in)."""

from collections.abc import Callable
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from hub import metrics

Toestand = Callable[[], dict[str, Any]]


class Gezondheidsserver:
    """Serves until stopped. `toestand` gives {"gereed": bool, ...versions}."""

    def __init__(self, adres: str, poort: int, toestand: Toestand) -> None:
        self.adres, self.poort, self.toestand = adres, poort, toestand
        app = web.Application()
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/gezond", self._gezond)
        app.router.add_get("/gereed", self._gereed)
        self._runner = web.AppRunner(app, access_log=None)

    async def start(self) -> None:
        """Raises OSError when the port is in use."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self.adres, self.poort).start()

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _metrics(self, _: web.Request) -> web.Response:
        metrics.GEREED.set(1 if self.toestand()["gereed"] else 0)
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _gezond(self, _: web.Request) -> web.Response:
        return web.json_response({"gezond": True})

    async def _gereed(self, _: web.Request) -> web.Response:
        toestand = self.toestand()
        return web.json_response(toestand, status=200 if toestand["gereed"] else 503)
