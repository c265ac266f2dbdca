"""Streams over HTTP."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from elman.serve.asked import body_of, parsed
from elman.serve.errors import RefusedError, responses
from elman.serve.streams.service import Streams, piece_in, pieces_in
from elman.serve.streams.told import joined

__all__ = ["STATE", "router"]

STATE = "application/octet-stream"
"""What a state travels as."""

_JSON = "application/json"

_NO_PIECE = {"description": "anything else is refused by itself, where its answer would stand"}


class Facts(BaseModel):
    """Where a stream stands."""

    stream: str = Field(description="its id")
    model: str
    version: str = Field(description="of the model it began with, and ends with")
    seq: int = Field(description="number of the newest piece; the next one has one more")
    steps: int = Field(
        description="fed so far: values of a series, words of a translation, pieces of all others"
    )
    idle_seconds: float = Field(description="after which it ends when it is not fed")


class Feed(BaseModel):
    """A piece of a stream."""

    seq: int = Field(ge=1, description="one more than that of the piece before")
    item: Any = Field(description='words, values, samples: as "piece" of the model\'s facts says')


class FeedOf(Feed):
    """A piece, and whose it is."""

    stream: str


class Feeds(BaseModel):
    """Pieces of several streams."""

    feeds: list[FeedOf]


class Fed(BaseModel):
    """What is said of all that a stream was fed."""

    stream: str
    seq: int
    steps: int
    answer: Any = Field(description="as of predict")


class Answers(BaseModel):
    """What is said to each piece, in their order; or why nothing is."""

    answers: list[dict[str, Any]]


def router(streams: Streams) -> APIRouter:
    """Return these routes."""
    routes = APIRouter(prefix="/v1", tags=["streams"])
    lean = streams.serving.lean
    bounds = streams.serving.bounds

    @routes.post(
        "/models/{name}/streams",
        summary="Open a stream, or go on from a state",
        status_code=201,
        response_model=Facts,
        responses=responses(401, 403, 404, 408, 413, 415, 422, 429, 503),
        openapi_extra={
            "requestBody": {
                "description": "nothing, or a state as it was exported",
                "required": False,
                "content": {STATE: {"schema": {"type": "string", "format": "binary"}}},
            }
        },
    )
    async def open(request: Request, name: str) -> Any:
        if body := await request.body():
            kind = request.headers.get("content-type", STATE).partition(";")[0].strip().lower()
            if kind != STATE:
                raise RefusedError(415, f"a state is {STATE}; a new stream needs no body")
            body = await body_of(request)
        session = streams.open(name, body or None)
        request.scope["state"]["model"] = name
        return streams.facts(session)

    @lean.route(
        routes,
        "POST",
        "/streams/feed",
        summary="Feed several streams",
        response_model=Answers,
        responses=responses(400, 401, 403, 408, 413, 415, 422, 429, 500, 503),
        openapi_extra=_body(Feeds),
    )
    async def feed_all(request: Request) -> Response:
        pieces = pieces_in(parsed(await body_of(request)), bounds.max_items)
        request.scope["state"]["model"] = streams.model_of(pieces)
        told = await streams.feeder.feed_all(pieces)
        request.scope["state"]["rows"] = sum(isinstance(one, bytes) for one in told)
        return Response(joined(told), media_type=_JSON)

    @lean.route(
        routes,
        "POST",
        "/streams/{stream}/feed",
        summary="Feed a stream",
        response_model=Fed,
        responses=responses(400, 401, 403, 404, 408, 409, 410, 413, 415, 422, 429, 500, 503),
        openapi_extra=_body(Feed),
    )
    async def feed(request: Request, stream: str) -> Response:
        piece = piece_in(parsed(await body_of(request)), stream)
        request.scope["state"]["model"] = streams.model_of([piece])
        told = await streams.feeder.feed(piece)
        request.scope["state"]["rows"] = 1
        return Response(told, media_type=_JSON)

    @routes.get(
        "/streams/{stream}",
        summary="Where a stream stands",
        response_model=Facts,
        responses=responses(401, 403, 404, 410),
    )
    async def facts(request: Request, stream: str) -> Any:
        session = await streams.settled(stream)
        request.scope["state"]["model"] = session.served.name
        return streams.facts(session)

    @routes.get(
        "/streams/{stream}/state",
        summary="Export the state of a stream, which goes on",
        response_class=Response,
        responses={
            200: {"content": {STATE: {"schema": {"type": "string", "format": "binary"}}}},
            **responses(401, 403, 404, 410),
        },
    )
    async def state(request: Request, stream: str) -> Response:
        session = await streams.settled(stream)
        request.scope["state"]["model"] = session.served.name
        return Response(session.export(), media_type=STATE)

    @routes.delete(
        "/streams/{stream}",
        summary="Close a stream",
        response_model=Facts,
        responses=responses(401, 403, 404, 410),
    )
    async def close(request: Request, stream: str) -> Any:
        session = await streams.close(stream)
        request.scope["state"]["model"] = session.served.name
        return streams.facts(session)

    return routes


def _body(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    inner = schema.pop("$defs", {})
    for name, definition in inner.items():  # one level deep, and written where it is used
        for found in schema["properties"].values():
            if found.get("items", {}).get("$ref", "").endswith(f"/{name}"):
                found["items"] = {"anyOf": [definition, _NO_PIECE]}
    return {"requestBody": {"required": True, "content": {_JSON: {"schema": schema}}}}
