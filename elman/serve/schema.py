"""The schema of the service (OpenAPI): what each model takes and says stands under its own address.

FastAPI writes one entry for `/v1/models/{name}/predict`; which items that takes depends on the
model. So entries with a name are written out for each model that is served, with its items, its
labels and its version, and the schema says no more and no less than what is answered.
"""

from __future__ import annotations

import copy
from typing import Any

from elman.serve.errors import CODES, INFERENCE, ProblemBody
from elman.serve.inference.schema import InferenceError
from elman.serve.models import Served
from elman.serve.serving import Serving

__all__ = ["openapi"]

Schema = dict[str, Any]

_TAKES = ("/predict", "/explain", "/infer")
"""Ends of addresses that a body is sent to."""

_GATE, _GATE_OF_BODIES = (401, 403, 429, 500, 503), (408, 413)
"""What may be answered instead of any route."""

_RETRY = {
    "Retry-After": {
        "description": "seconds after which the same request may be answered, where that is known",
        "schema": {"type": "integer", "minimum": 0},
    }
}

_NAME, _VERSION = "{name}", "{version}"


def openapi(written: Schema, serving: Serving) -> Schema:
    """Return the schema.

    Args:
        written: as FastAPI has it.
        serving: what is served now.
    """
    found: Schema = {**written, "paths": {}}
    for path, operations in written["paths"].items():
        if _NAME not in path:
            found["paths"][path] = operations
            continue
        for served in serving.models.values():
            if path.endswith("/streams") and "stream" not in served.abilities:
                continue
            address = path.replace(_NAME, served.name).replace(_VERSION, served.version)
            found["paths"][address] = _of(operations, path, served, serving)
    for path, operations in found["paths"].items():
        if "/health/" not in path:
            found["paths"][path] = {
                method: _with_gate(operation, path) for method, operation in operations.items()
            }
    if serving.access.token is not None:
        found["components"] = {
            **written.get("components", {}),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        }
        found["security"] = [{"token": []}]
        for path, operations in found["paths"].items():
            if "/health/" in path:
                found["paths"][path] = {
                    method: {**operation, "security": []}
                    for method, operation in operations.items()
                }
    return found


def _with_gate(operation: Schema, path: str) -> Schema:
    """Return an operation with what the gate may answer instead of any route."""
    kind = InferenceError if path.startswith(INFERENCE) else ProblemBody
    schema = {"$ref": f"#/components/schemas/{kind.__name__}"}
    statuses = (*_GATE, *(_GATE_OF_BODIES if "requestBody" in operation else ()))
    told = {
        str(status): {
            "description": CODES[status][1],
            "content": {"application/json": {"schema": schema}},
        }
        for status in statuses
    }
    found = told | operation["responses"]
    for status in {"429", "503"} & found.keys():
        found[status] = {**found[status], "headers": _RETRY}
    return {**operation, "responses": found}


def _of(operations: Schema, path: str, served: Served, serving: Serving) -> Schema:
    found = copy.deepcopy(operations)
    for operation in found.values():
        named = operation.pop("parameters", ())
        if left := [one for one in named if f"{{{one['name']}}}" not in path]:
            operation["parameters"] = left
        operation["operationId"] = f"{operation['operationId']}_{served.name}"
        if not path.endswith(_TAKES) and "requestBody" not in operation:
            # FastAPI says it of any name in an address
            operation["responses"].pop("422", None)
        if path.endswith("/predict"):
            _body(operation, _predict(served, serving))
            _answer(operation, served, _answers(served))
        elif path.endswith("/explain"):
            _body(operation, _one(served))
            said = {"explanation": {"type": "object"}}
            _answer(operation, served, {"properties": said, "required": [*said]})
        elif path.endswith("/infer"):
            _body(operation, _tensors(served, serving.bounds.max_items))
    return found


def _body(operation: Schema, schema: Schema) -> None:
    operation["requestBody"] = {
        "required": True,
        "content": {"application/json": {"schema": schema}},
    }


def _answer(operation: Schema, served: Served, said: Schema) -> None:
    schema = {
        "type": "object",
        "properties": {
            "model": {"const": served.name},
            "version": {"type": "string"},
            **said["properties"],
        },
        "required": ["model", "version", *said.get("required", ())],
        "additionalProperties": False,
    }
    operation["responses"]["200"] = {
        "description": "The answer.",
        "content": {"application/json": {"schema": schema}},
    }


def _answers(served: Served) -> Schema:
    answer = served.wire.answer_schema(served.model)
    return {"properties": {"answer": answer, "answers": {"type": "array", "items": answer}}}


def _predict(served: Served, serving: Serving) -> Schema:
    item = _item(served)
    options = {"options": _object(served.wire.options(served.model), [])}
    many = {"type": "array", "items": item, "maxItems": serving.bounds.max_items}
    return {
        "oneOf": [
            _object({"item": item, **options}, ["item"]),
            _object({"items": many, **options}, ["items"]),
        ]
    }


def _one(served: Served) -> Schema:
    return _object({"item": _item(served)}, ["item"])


def _tensors(served: Served, most: int) -> Schema:
    """Return what `infer` takes in JSON; that data has as many elements as shape says stands in no
    schema. What else a client says beside is let be, as the protocol has it."""
    inputs = []
    for kind in served.wire.inputs(served.model):
        texts = kind.datatype == "BYTES"
        element: Schema = {"type": "string" if texts else ["number", "null"]}
        for _ in kind.shape[1:]:
            element = {"anyOf": [element, {"type": "array", "items": element}]}
        sizes = [{"type": "integer", "minimum": 0, "maximum": most}]
        sizes += [
            {"type": "integer", "minimum": 0} if n < 0 else {"const": n} for n in kind.shape[1:]
        ]
        shape = {
            "type": "array",
            "prefixItems": sizes,
            "minItems": len(sizes),
            "maxItems": len(sizes),
        }
        said = {
            "name": {"const": kind.name},
            "datatype": {"enum": ["BYTES"] if texts else ["FP32", "FP64"]},
            "shape": shape,
            "data": {"type": "array", "items": element},
            "parameters": {"type": "object"},
        }
        required = ["name", "datatype", "shape"]
        inputs.append({"type": "object", "properties": said, "required": required})
    named = [kind.name for kind in served.wire.outputs(served.model)]
    output = {"name": {"enum": named}, "parameters": {"type": "object"}}
    wanted = {"type": "object", "properties": output, "required": ["name"]}
    return {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "parameters": {"type": "object"},
            "inputs": {"type": "array", "items": {"anyOf": inputs}, "minItems": 1, "maxItems": 1},
            "outputs": {"type": "array", "items": wanted},
        },
        "required": ["inputs"],
    }


def _item(served: Served) -> Schema:
    return served.wire.item_schema(served.model) | {"examples": [served.wire.example(served.model)]}


def _object(properties: Schema, required: list[str]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
