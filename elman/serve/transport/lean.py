"""Routes that are asked thousands of times a second: FastAPI describes them, and is not asked.

A request that one of these takes goes from the gate to its function. What FastAPI does in between
(matching, dependencies, stacks of contexts) took more than half of a prediction's time, and of it
these functions need nothing: they read the body themselves and return a response.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

__all__ = ["Lean"]

Endpoint = Callable[..., Awaitable[Response]]


class _Route(NamedTuple):
    method: str
    address: re.Pattern[str]
    path: str
    endpoint: Endpoint


class Found(NamedTuple):
    """What takes a request."""

    path: str
    """Of the route."""
    endpoint: Endpoint
    names: dict[str, str]
    """What stands in the address in the place of names."""

    async def answer(self, request: Request) -> Response:
        return await self.endpoint(request, **self.names)


class Lean:
    """Such routes, in their order."""

    def __init__(self) -> None:
        self._routes: list[_Route] = []

    def route(
        self, routes: APIRouter, method: str, path: str, **said: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """Put a function on a router, and on the short way.

        Args:
            routes: the router.
            method: of HTTP, as "POST".
            path: below that of the router.
            **said: what FastAPI's schema shall say of it.
        """

        def put(endpoint: Endpoint) -> Endpoint:
            routes.add_api_route(path, endpoint, methods=[method], **said)
            whole = routes.prefix + path
            address = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", whole)
            self._routes.append(_Route(method, re.compile(address), whole, endpoint))
            return endpoint

        return put

    def find(self, scope: Scope) -> Found | None:
        """Return what takes a request; None where FastAPI shall be asked."""
        method, path = scope["method"], scope["path"]
        for route in self._routes:
            if route.method == method and (found := route.address.fullmatch(path)):
                return Found(route.path, route.endpoint, found.groupdict())
        return None
