"""The application: routes of ours, the Open Inference Protocol, and one shape of errors."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from elman.serve.errors import CODES, RefusedError, answer_of
from elman.serve.inference import routes as inference
from elman.serve.models import Models
from elman.serve.routes import catalogue, explain, health, predict
from elman.serve.schema import openapi
from elman.serve.serving import Serving
from elman.serve.streams import routes, socket
from elman.serve.streams.service import Streams
from elman.serve.transport.gate import Gate
from elman.version import __version__

__all__ = ["create"]


def create(models: Mapping[str, str | Path] | Serving) -> FastAPI:
    """Return the application that serves some models; `app.state.serving` is what it shares.

    Args:
        models: directories by name; or all that is to be known of the service.

    Raises:
        ArtifactError: a model is damaged.
    """
    if isinstance(models, Serving):
        serving = models
    else:
        serving = Serving(Models({name: Path(where) for name, where in models.items()}))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await serving.start()
        yield
        await serving.stop()

    app = _Service(
        serving,
        title="elman",
        version=__version__,
        description="Recurrent models: predict, explain, and streams.",
        lifespan=lifespan,
        # their pages would ask a network of somebody else for scripts
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for part in (health, catalogue, predict, explain, inference):
        app.include_router(part.router(serving))
    streams = Streams(serving, serving.states)
    app.state.streams = streams
    app.include_router(routes.router(streams))
    app.include_router(socket.router(streams))
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    return app


class _Service(FastAPI):
    """FastAPI behind the gate, which is the first to see a request."""

    def __init__(self, serving: Serving, **said: Any) -> None:
        super().__init__(**said)
        self.state.serving = serving
        self._gate = Gate(super().__call__, serving)

    def methods(self, path: str) -> list[str]:
        """Return the methods that an address takes, of all routes."""
        paths = super().openapi()["paths"]
        if path in paths:
            return sorted(map(str.upper, paths[path]))
        return sorted(
            method.upper()
            for template, operations in paths.items()
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
            for method in operations
        )

    def openapi(self) -> dict[str, Any]:
        """Return the schema of what is served now."""
        return openapi(super().openapi(), self.state.serving)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._gate(scope, receive, send)


async def _refused(request: Request, error: Any) -> Response:
    return _response(request, error)


async def _http(request: Request, error: Any) -> Response:
    status = error.status_code if error.status_code in CODES else 400
    response = _response(request, RefusedError(status))
    if status == 405:
        response.headers["allow"] = ", ".join(request.app.methods(request.url.path))
    return response


async def _invalid(request: Request, error: Any) -> Response:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    malformed = first["type"] == "json_invalid"
    return _response(request, RefusedError(400 if malformed else 422, f"{where}: {first['msg']}"))


def _response(request: Request, refused: RefusedError) -> Response:
    body, headers = answer_of(refused, request.url.path)
    request.scope["state"]["code"] = refused.code
    response = Response(body, refused.status)
    response.raw_headers = headers
    return response
