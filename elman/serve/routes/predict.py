"""Answers to items: one or many in a request."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from elman.serve.asked import body_of, is_little, read
from elman.serve.errors import responses
from elman.serve.responses import encoded, encoded_in_pieces
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
        asked = await read(await body_of(request), served, serving.bounds, serving.paperwork)
        answers = await serving.batcher.answers(name, asked.model, asked.items, asked.costs)

        if is_little(asked.costs):
            said = [encoded(served.wire.answer(answer)) for answer in answers]
        else:
            said = await serving.paperwork.each(
                lambda answer: encoded_in_pieces(served.wire.answer(answer)), answers
            )
        state = request.scope["state"]
        state["model"], state["rows"] = name, len(said)
        head = f'{{"model": "{name}", "version": "{served.version}"'.encode()
        body = b'"answer": %b' % said[0] if asked.one else b'"answers": [%b]' % b", ".join(said)
        return Response(b"%b, %b}" % (head, body), media_type="application/json")

    return routes
