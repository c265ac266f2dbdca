"""Clients of a service, as many as are asked for, in one process of their own.

python benchmarks/serve_clients.py PORT BODIES --clients 128 --seconds 10 --out answers.jsonl
    [--path /v1/models/reviews/predict] [--rate 12000]

Each client keeps its connection and sends the bodies of a file, a JSON text a line, one after
another, from another place each; with --rate all together send so many a second, whether answers
come or not, but for one at a time on a connection. Every answer is kept: the number of its body,
status, seconds, and the text. What got none is counted by why.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from pathlib import Path
from typing import Any

import uvloop

_LOST_S = 60.0
"""Seconds after the end in which an answer may still come."""


class Client(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self, crowd: Crowd, place: int) -> None:
        self.crowd, self.place = crowd, place
        self.sent = 0.0
        self.body = -1
        self.got = b""
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.crowd.open += 1
        self.send()

    def send(self) -> None:
        crowd = self.crowd
        now = time.perf_counter()
        if now >= crowd.until:
            self.body = -1
            self.transport.close()
            return
        if crowd.every:
            self.due += crowd.every
            if self.due > now:
                crowd.loop.call_later(self.due - now, self._send)
                return
        self._send()

    due = 0.0

    def _send(self) -> None:
        if self.transport.is_closing():
            return
        self.body = self.place % len(self.crowd.requests)
        self.place += 1
        self.got = b""
        self.sent = time.perf_counter()
        self.transport.write(self.crowd.requests[self.body])

    def data_received(self, data: bytes) -> None:
        got = self.got = self.got + data if self.got else data
        head = got.find(b"\r\n\r\n")
        if head < 0:
            return
        at = got.find(b"content-length: ", 0, head)
        length = int(got[at + 16 : got.find(b"\r", at, head + 2)])
        if len(got) < head + 4 + length:
            return
        took = time.perf_counter() - self.sent
        self.crowd.answers.append((self.body, int(got[9:12]), took, got[head + 4 :]))
        self.body = -1
        self.send()

    def connection_lost(self, error: Exception | None) -> None:
        crowd = self.crowd
        crowd.open -= 1
        if self.body >= 0:
            crowd.lost += 1
        if time.perf_counter() < crowd.until:
            crowd.again += 1
            crowd.loop.create_task(crowd.connect(self.place))
        elif not crowd.open:
            crowd.ended.set()


class Crowd:
    """All clients, and what they were told."""

    def __init__(self, port: int, requests: list[bytes], every: float) -> None:
        self.loop = asyncio.get_running_loop()
        self.port, self.requests, self.every = port, requests, every
        self.answers: list[tuple[int, int, float, bytes]] = []
        self.open = self.lost = self.again = self.refused = 0
        self.until = 0.0
        self.ended = asyncio.Event()

    async def connect(self, place: int) -> None:
        client = Client(self, place)
        client.due = time.perf_counter() + self.every * (place % 997) / 997
        try:
            await self.loop.create_connection(lambda: client, "127.0.0.1", self.port)
        except OSError:
            self.refused += 1
            if time.perf_counter() < self.until:
                await asyncio.sleep(0.1)
                await self.connect(place)


async def crowd_of(given: argparse.Namespace) -> dict[str, Any]:
    bodies = given.bodies.read_bytes().splitlines()
    head = f"POST {given.path} HTTP/1.1\r\nHost: 127.0.0.1:{given.port}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: "
    requests = [head.encode() + str(len(body)).encode() + b"\r\n\r\n" + body for body in bodies]
    every = given.clients / given.rate if given.rate else 0.0
    crowd = Crowd(given.port, requests, every)
    began = time.perf_counter()
    crowd.until = began + given.seconds
    step = max(1, len(requests) // given.clients)
    await asyncio.gather(*(crowd.connect(n * step) for n in range(given.clients)))
    hung = 0
    try:
        await asyncio.wait_for(crowd.ended.wait(), given.seconds + _LOST_S)
    except asyncio.TimeoutError:
        hung = crowd.open
    took = time.perf_counter() - began
    with open(given.out, "wb") as out:
        for body, status, seconds, text in crowd.answers:
            out.write(json.dumps([body, status, seconds, text.decode()]).encode() + b"\n")
    by_status: dict[int, int] = {}
    for _, status, _, _ in crowd.answers:
        by_status[status] = by_status.get(status, 0) + 1
    return {
        "seconds": took,
        "by_status": by_status,
        "lost": crowd.lost,
        "hung": hung,
        "connected_again": crowd.again,
        "refused_connections": crowd.refused,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("port", type=int)
    parser.add_argument("bodies", type=Path)
    parser.add_argument("--path", required=True)
    parser.add_argument("--clients", type=int, default=128)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--out", type=Path, required=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(crowd_of(parser.parse_args()))))


if __name__ == "__main__":
    main()
