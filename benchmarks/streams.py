"""Streams of a service under load, on loopback: words a second, the time of a word, memory.

python -m benchmarks.streams MODEL [--words 20] [--streams 1000] [--connections 16]
python -m benchmarks.streams MODEL --latency [--streams 128] [--rate 20] [--seconds 20]
python -m benchmarks.streams MODEL --open 100000

The service has one core and the clients another. First: all streams are fed word by word, in
messages that have a word for each stream of a connection. --latency: each stream has a connection
of its own and is fed so many words a second, one a message. --open: so many streams are opened and
fed two words each, and the service's memory is read before and after. Every answer is compared, bit
for bit, with what a stream in this process says. Ends with an error where one differs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import time
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

import elman
from benchmarks.serve import resident_mib, serving

WORDS = [
    *("the", "film", "was", "not", "bad", "at", "all", "and", "i", "loved", "every", "minute"),
    *("of", "this", "plot", "though", "some", "scenes", "are", "dull", "or", "never", "end"),
]


class Connection:
    """A connection and the streams that are fed over it."""

    def __init__(self, socket: ClientConnection, model: str) -> None:
        self.socket, self.model = socket, model
        self.ids: list[str] = []
        self.fed: list[list[str]] = []
        self.said: list[list[str]] = []

    async def ask(self, message: dict[str, Any]) -> str:
        await self.socket.send(json.dumps(message))
        return str(await self.socket.recv())

    async def open(self, count: int) -> None:
        for _ in range(count):
            told = json.loads(await self.ask({"do": "open", "model": self.model}))
            self.ids.append(told["stream"])
            self.fed.append([])
            self.said.append([])

    async def feed(self, which: range, chance: random.Random) -> None:
        """Feed a word to some streams, in one message."""
        words = [chance.choice(WORDS) for _ in which]
        feeds = []
        for n, word in zip(which, words, strict=True):
            self.fed[n].append(word)
            feeds.append({"stream": self.ids[n], "seq": len(self.fed[n]), "item": word})
        told = await self.ask({"do": "feed", "feeds": feeds})
        self.said[which[0]].append(told)

    def check(self, model: Any) -> int:
        """Compare every answer with what a stream here says; return how many there were."""
        wire = elman.tasks.named(model.task).wire()
        compared = 0
        ours = [model.stream() for _ in self.ids]
        for first, messages in enumerate(self.said):
            for step, text in enumerate(messages):
                for n, told in enumerate(json.loads(text)["answers"], start=first):
                    expected = wire.answer(ours[n].feed(self.fed[n][step]))
                    if told.get("answer") != expected or told["stream"] != self.ids[n]:
                        raise SystemExit(f"stream {n}, word {step}: {told}, not {expected}")
                    compared += 1
        return compared


async def connections(port: int, model: str, count: int, streams: int) -> list[Connection]:
    """Open connections, and streams on them."""
    found = []
    for n in range(count):
        uri = f"ws://127.0.0.1:{port}/v1/streams"
        socket = await connect(uri, max_size=2**24, compression=None)
        found.append(Connection(socket, model))
        await found[-1].open(streams // count + (n < streams % count))
    return found


async def rounds(given: argparse.Namespace, port: int, name: str) -> dict[str, Any]:
    every = await connections(port, name, given.connections, given.streams)

    async def walk(one: Connection, seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(given.words):
            await one.feed(range(len(one.ids)), chance)

    began = time.perf_counter()
    await asyncio.gather(*(walk(one, seed) for seed, one in enumerate(every)))
    seconds = time.perf_counter() - began
    model = elman.load(given.model)
    compared = sum(one.check(model) for one in every)
    return {
        "streams": given.streams,
        "connections": given.connections,
        "words_a_second": compared / seconds,
        "compared": compared,
    }


async def latency(given: argparse.Namespace, port: int, name: str) -> dict[str, Any]:
    every = await connections(port, name, given.streams, given.streams)
    took: list[float] = []

    async def walk(one: Connection, seed: int) -> None:
        chance = random.Random(seed)
        due = time.perf_counter() + chance.random() / given.rate
        until = due + given.seconds
        while due < until:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            began = time.perf_counter()
            await one.feed(range(1), chance)
            took.append(time.perf_counter() - began)
            due = max(due + 1 / given.rate, began)

    await asyncio.gather(*(walk(one, seed) for seed, one in enumerate(every)))
    model = elman.load(given.model)
    compared = sum(one.check(model) for one in every)
    took.sort()
    return {
        "streams": given.streams,
        "words_a_second": compared / given.seconds,
        "p50_ms": 1000 * took[len(took) // 2],
        "p99_ms": 1000 * took[int(0.99 * len(took))],
        "longest_ms": 1000 * took[-1],
        "compared": compared,
    }


async def opened(given: argparse.Namespace, port: int, name: str, process: int) -> dict[str, Any]:
    (warm,) = await connections(port, name, 1, 1)
    await warm.feed(range(1), random.Random(0))
    before = resident_mib(process)
    began = time.perf_counter()
    every = await connections(port, name, 8, given.open)
    opened = time.perf_counter() - began
    for seed, one in enumerate(every):
        for _ in range(2):
            for first in range(0, len(one.ids), 500):
                chance = random.Random(seed)
                await one.feed(range(first, min(first + 500, len(one.ids))), chance)
    after = resident_mib(process)
    model = elman.load(given.model)
    compared = sum(one.check(model) for one in every)
    stream = model.stream()
    stream.feed("film")
    state = sum(array.nbytes for array in stream.kept.values())
    each = (after - before) * 2**20 / given.open
    return {
        "streams": given.open,
        "seconds_to_open": opened,
        "mib_before": before,
        "mib_after": after,
        "bytes_each": each,
        "of_them_state": state,
        "beside_the_state": each - state,
        "compared": compared,
    }


def processor_seconds(process: int) -> float:
    """Return how long a process has had a core."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--words", type=int, default=40)
    parser.add_argument("--streams", type=int, default=0)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--latency", action="store_true")
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--open", type=int, default=0)
    parser.add_argument("--cores", type=int, nargs=2, default=(0, 1))
    given = parser.parse_args()
    given.streams = given.streams or (128 if given.latency else 1000)
    name = given.model.resolve().name
    with serving(given.model, given.cores[0], ["--no-log-requests"]) as (process, port):
        os.sched_setaffinity(0, {given.cores[1]})
        before = processor_seconds(process.pid)
        if given.open:
            figures = asyncio.run(opened(given, port, name, process.pid))
        else:
            figures = asyncio.run((latency if given.latency else rounds)(given, port, name))
        figures["service_mib"] = resident_mib(process.pid)
        spent = processor_seconds(process.pid) - before
        figures["processor_us_a_word"] = 1e6 * spent / figures["compared"]
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
