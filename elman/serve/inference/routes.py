"""The paths of the Open Inference Protocol, version 2."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from elman.serve.asked import body_of, is_little, items_of
from elman.serve.errors import CODES, RefusedError
from elman.serve.inference.schema import (
    InferenceError,
    InferResponse,
    ModelMetadata,
    Ready,
    ServerMetadata,
    TensorMetadata,
)
from elman.serve.inference.tensors import inference_of, response_of, values_of
from elman.serve.models import Served
from elman.serve.serving import Serving
from elman.version import __version__

__all__ = ["router"]

_Endpoint = Callable[..., Awaitable[Any]]

_HEADER = "inference-header-content-length"
_PATHS = ("/models/{name}", "/models/{name}/versions/{version}")


def router(serving: Serving) -> APIRouter:
    """Return these routes."""
    routes = APIRouter(prefix="/v2", tags=["Open Inference Protocol"])

    def served_of(name: str, version: str) -> Served:
        served = serving.models.named(name)
        if version not in ("", served.version):
            raise RefusedError(404, f"this version is not served; it is {served.version}")
        return served

    @routes.get("/health/live", summary="Whether the service runs")
    async def live() -> dict[str, bool]:
        return {"live": True}

    @routes.get("/health/ready", summary="Whether it takes work", responses=_responses(503))
    async def ready() -> dict[str, bool]:
        serving.check_open()
        return {"ready": True}

    @routes.get("", summary="The service", responses=_responses(401, 403))
    async def server() -> ServerMetadata:
        return ServerMetadata(name="elman", version=__version__, extensions=["binary_tensor_data"])

    async def metadata(name: str, version: str) -> ModelMetadata:
        served = served_of(name, version)
        wire, model = served.wire, served.model
        return ModelMetadata(
            name=name,
            versions=[served.version],
            platform="elman",
            inputs=[_metadata(kind) for kind in wire.inputs(model)],
            outputs=[_metadata(kind) for kind in wire.outputs(model)],
        )

    async def newest_metadata(name: str) -> ModelMetadata:
        return await metadata(name, "")

    async def model_ready(name: str, version: str) -> Ready:
        serving.check_open()
        served_of(name, version)
        return Ready(name=name, ready=True)

    async def newest_ready(name: str) -> Ready:
        return await model_ready(name, "")

    async def infer(request: Request, name: str, version: str) -> Response:
        serving.check_open()
        served, bounds = served_of(name, version), serving.bounds
        wire, model = served.wire, served.model
        header = request.headers.get(_HEADER)
        content = await body_of(request)
        asked = inference_of(content, None if header is None else header.encode())
        values = values_of(asked, wire.inputs(model), bounds.max_items)
        items, costs = await items_of(
            values, len(content), served, model, bounds, serving.paperwork
        )
        answers = await serving.batcher.answers(name, model, items, costs)
        state = request.scope["state"]
        state["model"], state["rows"] = name, len(answers)
        said: dict[str, Any] = {"model_name": name, "model_version": served.version}
        said |= {"id": asked.id} if asked.id else {}

        def written() -> tuple[bytes, int | None]:
            return response_of(asked, wire.outputs(model), wire.columns(model, answers), said)

        loop = asyncio.get_running_loop()
        little = is_little(costs)
        body, size = written() if little else await loop.run_in_executor(serving.paperwork, written)
        if size is None:
            return Response(body, media_type="application/json")
        return Response(body, media_type="application/octet-stream", headers={_HEADER: str(size)})

    async def newest_infer(request: Request, name: str) -> Response:
        return await infer(request, name, "")

    endpoints: tuple[tuple[_Endpoint, ...], ...] = (
        (newest_metadata, newest_ready, newest_infer),
        (metadata, model_ready, infer),
    )
    for path, (facts, is_ready, answer) in zip(_PATHS, endpoints, strict=True):
        known = _responses(401, 403, 404)
        routes.get(path, summary="What a model takes and gives", responses=known)(facts)
        known = _responses(401, 403, 404, 503)
        routes.get(f"{path}/ready", summary="Whether it answers", responses=known)(is_ready)
        serving.lean.route(
            routes,
            "POST",
            f"{path}/infer",
            summary="Answer the items of a tensor",
            response_model=InferResponse,
            responses=_responses(400, 401, 403, 404, 408, 413, 415, 422, 429, 500, 503),
        )(answer)
    return routes


def _metadata(kind: Any) -> TensorMetadata:
    return TensorMetadata(name=kind.name, datatype=kind.datatype, shape=list(kind.shape))


def _responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {
        status: {"model": InferenceError, "description": CODES[status][1]} for status in statuses
    }
