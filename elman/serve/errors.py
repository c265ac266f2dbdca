"""What a client is told when it gets no answer: one shape, and nothing of the inside.

    {"error": {"code": "too_long", "message": "item 3 has …"}}

Paths of the Open Inference Protocol have that protocol's own: {"error": "item 3 has …"}.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "CODES",
    "INFERENCE",
    "Problem",
    "ProblemBody",
    "RefusedError",
    "answer_of",
    "late",
    "responses",
]

INFERENCE = "/v2"
"""Where the paths of the Open Inference Protocol begin."""

CODES = {
    400: ("malformed", "The request cannot be read."),
    401: ("unauthorized", "The token is missing or is not the one."),
    403: ("forbidden", "The request names a host that this service is not."),
    404: ("not_found", "There is nothing of this name."),
    405: ("method_not_allowed", "The path does not take this method."),
    408: ("too_slow", "The request did not come in time."),
    409: ("conflict", "The request does not go on from where the stream stands."),
    410: ("gone", "The stream is no more; the code says why."),
    413: ("too_large", "The request is larger than this service takes."),
    415: ("unsupported_media_type", "The body is not of a kind that is read here."),
    422: ("invalid", "The request says what the model cannot answer."),
    429: ("busy", "Too much waits already; try again after Retry-After seconds."),
    431: ("head_too_large", "The request's head is larger than this service takes."),
    499: ("client_closed", "The client went before the answer."),
    500: ("internal", "The service failed; the log has the request's id."),
    501: ("not_installed", "This service lacks a part that the answer needs."),
    503: ("unavailable", "Not now: the service starts, ends, or was too slow."),
}
"""What each status says where nothing says more."""


class Problem(BaseModel):
    """Why there is no answer."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(description="for programs")
    message: str = Field(description="for people: what is wrong, what was expected, what to do")


class ProblemBody(BaseModel):
    """The body of every answer that is an error."""

    model_config = ConfigDict(extra="forbid")
    error: Problem


class RefusedError(Exception):
    """A request gets no answer.

    Args:
        status: of HTTP.
        message: for a person; it names what the client sent, never what it is not to know.
        code: for a program; by default that of the status.
        retry_after: seconds after which the same request may be answered.
    """

    def __init__(
        self, status: int, message: str = "", code: str = "", *, retry_after: int | None = None
    ) -> None:
        usual = CODES[status]
        super().__init__(message or usual[1])
        self.status, self.code = status, code or usual[0]
        self.message = message or usual[1]
        self.retry_after = retry_after


def late() -> RefusedError:
    """Return what is said beyond the deadline."""
    return RefusedError(503, "there was no answer in time", "deadline", retry_after=1)


def answer_of(refused: RefusedError, path: str) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Return the body and headers that tell a client."""
    if path.startswith(INFERENCE):
        said: Any = {"error": refused.message}
    else:
        said = {"error": {"code": refused.code, "message": refused.message}}
    body = json.dumps(said, ensure_ascii=False).encode("utf-8", "backslashreplace")
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    if refused.retry_after is not None:
        headers.append((b"retry-after", str(refused.retry_after).encode()))
    if refused.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    return body, headers


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what the schema says of these errors."""
    return {status: {"model": ProblemBody, "description": CODES[status][1]} for status in statuses}
