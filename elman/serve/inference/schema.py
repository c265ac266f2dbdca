"""What the Open Inference Protocol's bodies are, for the schema of the service."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

__all__ = [
    "InferRequest",
    "InferResponse",
    "InferenceError",
    "ModelMetadata",
    "Ready",
    "ServerMetadata",
    "TensorMetadata",
]


class TensorMetadata(BaseModel):
    """A tensor that a model takes or gives; -1 in its shape where it varies."""

    name: str
    datatype: str
    shape: list[int]


class ServerMetadata(BaseModel):
    """The service."""

    name: str
    version: str
    extensions: list[str]


class ModelMetadata(BaseModel):
    """A model."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]


class Ready(BaseModel):
    """It takes requests."""

    name: str
    ready: bool


class InputTensor(BaseModel):
    """The items of a request; `data` flat, or nested as `shape` says."""

    name: str
    shape: list[int] = Field(max_length=4)
    datatype: str
    parameters: dict[str, Any] = {}
    data: list[Any] | None = None


class WantedOutput(BaseModel):
    """An output that is wanted."""

    name: str
    parameters: dict[str, Any] = {}


class InferRequest(BaseModel):
    """A request."""

    id: str = ""
    parameters: dict[str, Any] = {}
    inputs: list[InputTensor] = Field(min_length=1, max_length=1)
    outputs: list[WantedOutput] | None = None


class OutputTensor(BaseModel):
    """Answers, one for each item."""

    name: str
    shape: list[int]
    datatype: str
    parameters: dict[str, Any] = {}
    data: list[Any] | None = None


class InferResponse(BaseModel):
    """A response."""

    model_name: str
    model_version: str
    id: str | None = None
    outputs: list[OutputTensor]


class InferenceError(BaseModel):
    """Why there is no answer, as this protocol has it."""

    error: str
