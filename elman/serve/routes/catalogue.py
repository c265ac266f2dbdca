"""Which models are served, and what is known of each; never where it lies or what it read."""

from __future__ import annotations

import dataclasses
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from elman.serve.errors import RefusedError, responses
from elman.serve.models import Served
from elman.serve.serving import Serving

__all__ = ["router"]

_TOLD = ("preset", "cell", "seed", "kept", "metrics", "verdict")
"""Of the report of its training; the rest names files and rows."""

_SHOWN = ("said", "facts", "curve")
"""Blocks of the memory card."""


class Entry(BaseModel):
    """One model."""

    name: str
    version: str = Field(description="of its content: another one after it was replaced")
    task: str


class Catalogue(BaseModel):
    """All models of the service."""

    models: list[Entry]


class Facts(Entry):
    """What is known of a model."""

    abilities: list[str] = Field(description="what can be asked of it")
    network: dict[str, Any]
    item: dict[str, Any] = Field(description="schema of what it takes")
    example: Any = Field(description="an item")
    piece: dict[str, Any] | None = Field(
        description="schema of what its streams are fed; null where it has none"
    )
    answer: dict[str, Any] = Field(description="schema of what it says, with its labels")
    options: dict[str, Any] = Field(description="of a request: how the model decides")
    limits: dict[str, float] = Field(description="what is taken at most")
    versions: dict[str, str] = Field(description="of the packages that trained it")
    training: dict[str, Any] = Field(description="what training said of it, where it is recorded")


class Card(BaseModel):
    """The memory card: how far back a model remembers."""

    name: str
    version: str
    title: str
    blocks: list[dict[str, Any]]


def router(serving: Serving) -> APIRouter:
    """Return these routes."""
    routes = APIRouter(prefix="/v1/models", tags=["models"])

    @routes.get("", summary="All models", responses=responses(401, 403))
    async def catalogue() -> Catalogue:
        return Catalogue(models=[Entry(**_entry(one)) for one in serving.models.values()])

    @routes.get("/{name}", summary="What is known of a model", responses=responses(401, 403, 404))
    async def facts(name: str) -> Facts:
        served = serving.models.named(name)
        wire, model = served.wire, served.model
        info, said = model.info, served.records["metrics"]
        return Facts(
            **_entry(served),
            abilities=served.abilities,
            network=info.network,
            item=wire.item_schema(model),
            example=wire.example(model),
            piece=wire.piece_schema(model) if "stream" in served.abilities else None,
            answer=wire.answer_schema(model),
            options=wire.options(model),
            limits=dataclasses.asdict(serving.bounds),
            versions={k: v for k, v in info.training.items() if isinstance(v, str)},
            training={name: said[name] for name in _TOLD if name in said},
        )

    @routes.get(
        "/{name}/memory", summary="How far back it remembers", responses=responses(401, 403, 404)
    )
    async def memory(name: str) -> Card:
        served = serving.models.named(name)
        card = served.records["memory"]
        if card is None:
            raise RefusedError(404, _why_no_card(served), "no_memory_card")
        blocks = [block for block in card["blocks"] if block.get("kind") in _SHOWN]
        entry = _entry(served)
        return Card(name=name, version=entry["version"], title=card["title"], blocks=blocks)

    return routes


def _why_no_card(served: Served) -> str:
    if "remember" not in served.task.abilities:
        return "models of this task have no memory card"
    if not served.model.network.spec.recurrent:
        return (
            "this model is linear: there is no state to remember in, so it has no memory card; one "
            "that is trained with --keep recurrent has"
        )
    return "no memory card lies with this model; elman report MODEL DATA measures one"


def _entry(served: Served) -> dict[str, str]:
    return {"name": served.name, "version": served.version, "task": served.model.task}
