"""Whether the service lives, and whether it takes work; and its figures."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from elman.serve.errors import responses
from elman.serve.metrics import CONTENT_TYPE
from elman.serve.serving import Serving

__all__ = ["router"]


class Health(BaseModel):
    """The service answers."""

    status: str


def router(serving: Serving) -> APIRouter:
    """Return these routes."""
    routes = APIRouter(tags=["health"])

    @routes.get("/health/live", summary="Whether the service runs")
    async def live() -> Health:
        return Health(status="live")

    @routes.get("/health/ready", summary="Whether it takes work", responses=responses(503))
    async def ready() -> Health:
        serving.check_open()
        return Health(status="ready")

    @routes.get(
        "/metrics",
        summary="Figures for Prometheus",
        response_class=Response,
        responses={
            200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
            **responses(401, 403),
        },
    )
    async def metrics() -> Response:
        return Response(serving.metrics.text(), media_type=CONTENT_TYPE)

    return routes
