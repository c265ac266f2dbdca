"""Which models are served, and what each is."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from elman.serve.errors import responses
from elman.serve.models import Served, facts_of
from elman.serve.serving import Serving

__all__ = ["router"]


class Entry(BaseModel):
    """One model."""

    name: str
    version: str = Field(description="of its content: another one after it was replaced")
    task: str


class Catalogue(BaseModel):
    """All models of the service."""

    models: list[Entry]


def router(serving: Serving) -> APIRouter:
    """Return these routes."""
    routes = APIRouter(prefix="/v1/models", tags=["models"])

    @routes.get("", summary="All models", responses=responses(401))
    async def catalogue() -> Catalogue:
        return Catalogue(models=[_entry(served) for served in serving.models.values()])

    @routes.get("/{name}", summary="What is known of a model", responses=responses(401, 404))
    async def facts(name: str) -> dict[str, Any]:
        served = serving.models.named(name)
        return _entry(served).model_dump() | facts_of(served)

    return routes


def _entry(served: Served) -> Entry:
    return Entry(name=served.name, version=served.version, task=served.model.task)
