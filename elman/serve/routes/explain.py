"""Why the model says so: what `elman explain` says, but for what follows gradients."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from elman.errors import InputError
from elman.serve.asked import EXPLAIN, body_of, read
from elman.serve.errors import RefusedError, responses
from elman.serve.models import Served
from elman.serve.responses import encoded
from elman.serve.serving import Serving

__all__ = ["router"]


def router(serving: Serving) -> APIRouter:
    """Return these routes."""
    routes = APIRouter(prefix="/v1/models", tags=["explain"])

    @serving.lean.route(
        routes,
        "POST",
        "/{name}/explain",
        summary="Explain the answer to one item",
        responses=responses(400, 401, 403, 404, 408, 413, 415, 422, 429, 500, 501, 503),
    )
    async def explain(request: Request, name: str) -> Response:
        serving.check_open()
        served = serving.models.named(name)
        asked = await read(
            await body_of(request), served, serving.bounds, serving.paperwork, keys=EXPLAIN
        )
        (item,) = asked.items
        state = request.scope["state"]
        state["model"], state["rows"] = name, 1
        found = await _explained(serving, served, asked.model, item)
        content = {"model": name, "version": served.version, "explanation": found}
        return Response(encoded(content), media_type="application/json")

    return routes


async def _explained(serving: Serving, served: Served, model: Any, item: Any) -> Any:
    if serving.explanations >= serving.bounds.max_explanations:
        raise RefusedError(429, "too many explanations wait", retry_after=10)
    serving.explanations += 1
    work = asyncio.get_running_loop().run_in_executor(
        serving.explaining, _explanation, served, model, item
    )
    # it goes on where nobody waits any more, so it counts until it ends
    work.add_done_callback(lambda done: _ended(serving, done))
    return await asyncio.shield(work)


def _ended(serving: Serving, done: asyncio.Future[Any]) -> None:
    serving.explanations -= 1
    if not done.cancelled():
        done.exception()


def _explanation(served: Served, model: Any, item: Any) -> Any:
    if "explain" not in served.task.abilities:
        raise RefusedError(501, "models of this task are not explained")
    try:
        return served.task.explainer(gradients=False)(model, item).to_json()
    except InputError as error:
        raise RefusedError(422, f"item: {error}") from None
    except ImportError as error:
        raise RefusedError(
            501, f"this service runs without {error.name or 'a part'} that explaining needs"
        ) from None
