"""Answers to items: one or many in a request."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from elman.serve.asked import body_of, read
from elman.serve.errors import responses
from elman.serve.responses import encoded
from elman.serve.serving import Serving

__all__ = ["router"]


def router(serving: Serving) -> APIRouter:
    """Return these routes."""
    routes = APIRouter(prefix="/v1/models", tags=["predict"])

    @serving.lean.route(
        routes,
        "POST",
        "/{name}/predict",
        summary="Answer one item or several",
        responses=responses(400, 401, 403, 404, 408, 413, 415, 422, 429, 500, 503),
    )
    async def predict(request: Request, name: str) -> Response:
        serving.check_open()
        served = serving.models.named(name)
        asked = read(await body_of(request), served, serving.bounds)
        answers = await serving.batcher.answers(name, asked.model, asked.items, asked.length)
        said = [served.wire.answer(answer) for answer in answers]
        state = request.scope["state"]
        state["model"], state["rows"] = name, len(said)
        content: dict[str, Any] = {"model": name, "version": served.version}
        content |= {"answer": said[0]} if asked.one else {"answers": said}
        return Response(encoded(content), media_type="application/json")

    return routes
