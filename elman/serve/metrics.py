"""What the service counts, in the text form of Prometheus.

Labels are names of ours alone (routes, statuses, codes, models), so a client cannot make many.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

__all__ = ["CONTENT_TYPE", "Metrics"]

CONTENT_TYPE = CONTENT_TYPE_LATEST

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_ROWS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


class Metrics:
    """Counters of one service; `registry` takes further ones."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "elman_requests",
            "Requests by route, status and, where there is no answer, the code of its error.",
            ("route", "status", "code"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "elman_request_seconds",
            "From a request's head to the end of its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.rows = Counter(
            "elman_rows", "Items that were answered.", ("model",), registry=self.registry
        )
        self.batch_rows = Histogram(
            "elman_batch_rows",
            "Items that were answered together.",
            ("model",),
            buckets=_ROWS,
            registry=self.registry,
        )
        self.batch_seconds = Histogram(
            "elman_batch_seconds",
            "Arithmetic of one batch.",
            ("model",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.models = Gauge(
            "elman_model_loads",
            "How often a model of this name was loaded; above 1 it was replaced.",
            ("model",),
            registry=self.registry,
        )

        self._asked: dict[tuple[str, int, str], tuple[Counter, Histogram]] = {}

    def answered(self, route: str, status: int, code: str, seconds: float) -> None:
        """Count a request."""
        key = route, status, code
        found = self._asked.get(key)
        if found is None:
            found = self.requests.labels(route, str(status), code), self.seconds.labels(route)
            self._asked[key] = found
        found[0].inc()
        found[1].observe(seconds)

    def gauge(self, name: str, documentation: str, value: Callable[[], float]) -> None:
        """Add a gauge that is asked when it is read."""
        Gauge(name, documentation, registry=self.registry).set_function(value)

    def text(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self.registry)
