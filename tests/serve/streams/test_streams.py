"""Streams over HTTP and WebSocket say what a stream of the library says, and a retry is safe."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import random
import shutil
import threading
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

from starlette.testclient import TestClient

import elman
from elman.serve.app import create
from elman.serve.bounds import Bounds
from elman.serve.logs import Log
from elman.serve.models import Models
from elman.serve.serving import Serving
from elman.serve.streams import feeder
from elman.serve.streams.service import Streams

SAVED = Path(__file__).parents[2] / "saved" / "first"
TEXT, VALUES = "classify-fast-lstm", "forecast-gru"
STATE = {"content-type": "application/octet-stream"}


class Service:
    """A service in this process, and the model of the library beside it."""

    def __init__(self, client, serving):
        self.client, self.serving = client, serving

    def open(self, name=TEXT, state=None):
        told = self.client.post(
            f"/v1/models/{name}/streams", content=state, headers=STATE if state else None
        )
        assert told.status_code == 201, told.text
        return told.json()

    def feed(self, stream, seq, item):
        return self.client.post(f"/v1/streams/{stream}/feed", json={"seq": seq, "item": item})

    def refused(self, told):
        return told.status_code, told.json()["error"]["code"], told.json()["error"]["message"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    place = tmp_path_factory.mktemp("models")
    for name in (TEXT, VALUES):
        shutil.copytree(SAVED / name, place / name)
    return place


@pytest.fixture(scope="module")
def loaded(folders):
    return Models({name: folders / name for name in (TEXT, VALUES)})


@pytest.fixture
def service(loaded):
    serving = Serving(
        loaded,
        Bounds(max_length=5000, max_items=50, batch_rows=7, stream_idle_seconds=30),
        log=Log(requests=False),
    )
    with TestClient(create(serving), base_url="http://127.0.0.1") as client:
        yield Service(client, serving)


@pytest.fixture(scope="module")
def models(folders):
    return {name: elman.load(folders / name) for name in (TEXT, VALUES)}


def said(answer):
    return json.loads(json.dumps(vars(answer)))


def test_a_stream_says_what_the_library_says(service, models):
    facts = service.open()
    assert (facts["seq"], facts["steps"], facts["idle_seconds"]) == (0, 0, 30)
    ours = models[TEXT].stream()
    for seq, piece in enumerate(["the", "film was", "", "not bad \n at all", "ä" * 5000], 1):
        told = service.feed(facts["stream"], seq, piece)
        assert told.json() == {
            "stream": facts["stream"],
            "seq": seq,
            "steps": seq,
            "answer": said(ours.feed(piece)),
        }
    assert service.client.get(f"/v1/streams/{facts['stream']}").json()["seq"] == 5


def test_values_come_one_by_one_or_several(service, models):
    stream, ours = service.open(VALUES)["stream"], models[VALUES].stream()
    pieces = [112.0, [118, 132.5, 129], [None, 121], 135]
    for seq, piece in enumerate(pieces, 1):
        answer = service.feed(stream, seq, piece).json()["answer"]
        asked = [float("nan") if x is None else x for x in piece] if seq < 4 and seq > 1 else piece
        assert answer["values"] == list(ours.feed(asked).values)
    assert ours.steps == 7
    assert service.refused(service.feed(stream, 5, "x"))[:2] == (422, "invalid")


def test_the_same_number_is_the_same_answer_and_not_fed_twice(service):
    stream = service.open()["stream"]
    first = service.feed(stream, 1, "not")
    assert service.feed(stream, 1, "not").content == first.content
    second = service.feed(stream, 2, "bad at all, and longer than a mark is")
    for _ in range(3):
        again = service.feed(stream, 2, "bad at all, and longer than a mark is")
        assert (again.status_code, again.content) == (200, second.content)
    assert second.json()["steps"] == 2


@pytest.mark.parametrize("seq", [1, 4, 10**15])
def test_a_gap_is_told_with_what_was_expected(service, seq):
    stream = service.open()["stream"]
    assert service.refused(service.feed(stream, 2, "x"))[2].endswith("so 1 is expected")
    for n, word in enumerate(["not", "bad"], 1):
        service.feed(stream, n, word)
    status, code, message = service.refused(service.feed(stream, seq, "x"))
    assert (status, code) == (409, "out_of_order")
    assert "stands at 2, so 3 is expected, or 2 once more" in message
    assert service.refused(service.feed(stream, 2, "good"))[:2] == (409, "other_piece")
    assert service.feed(stream, 3, "x").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"seq": 1},
        {"item": "x"},
        {"seq": 0, "item": "x"},
        {"seq": True, "item": "x"},
        {"seq": 1.0, "item": "x"},
        {"seq": 1, "item": 5},
        {"seq": 1, "item": None},
        {"seq": 1, "item": "x", "more": 1},
        [],
        "x",
    ],
    ids=json.dumps,
)
def test_what_is_no_piece_changes_nothing(service, body):
    stream = service.open()["stream"]
    told = service.client.post(f"/v1/streams/{stream}/feed", json=body)
    assert told.status_code == 422, told.text
    assert service.client.get(f"/v1/streams/{stream}").json()["seq"] == 0


def test_a_piece_that_is_too_long(service):
    stream = service.open()["stream"]
    assert service.refused(service.feed(stream, 1, "x" * 5001))[:2] == (413, "too_long")
    assert service.feed(stream, 1, "x").status_code == 200


def test_a_piece_whose_answer_is_too_long_to_be_kept(loaded):
    serving = Serving(loaded, Bounds(max_body=150), log=Log(requests=False))
    with TestClient(create(serving), base_url="http://127.0.0.1") as client:
        service = Service(client, serving)
        stream = service.open()["stream"]
        status, code, message = service.refused(service.feed(stream, 1, "x"))
        assert (status, code) == (413, "too_long")
        assert "at most 75 are kept for who asks again. Send it in several pieces" in message
        assert client.get(f"/v1/streams/{stream}").json()["seq"] == 0


def test_a_closed_stream_says_so(service):
    stream = service.open()["stream"]
    service.feed(stream, 1, "good")
    assert service.client.delete(f"/v1/streams/{stream}").json()["seq"] == 1
    for told in (
        service.feed(stream, 2, "x"),
        service.client.get(f"/v1/streams/{stream}"),
        service.client.get(f"/v1/streams/{stream}/state"),
        service.client.delete(f"/v1/streams/{stream}"),
    ):
        assert service.refused(told)[:2] == (410, "closed")
    assert service.refused(service.feed("nonsense", 1, "x"))[:2] == (404, "no_such_stream")


def test_a_state_goes_on_in_another_service_to_the_same_bits(service, folders):
    stream = service.open()["stream"]
    for n, word in enumerate(["the", "film", "was", "not"], 1):
        last = service.feed(stream, n, word)
    state = service.client.get(f"/v1/streams/{stream}/state").content
    with TestClient(create({TEXT: folders / TEXT}), base_url="http://127.0.0.1") as client:
        other = Service(client, None)
        facts = other.open(state=state)
        assert (facts["seq"], facts["steps"]) == (4, 4)
        assert facts["stream"] != stream
        repeated = other.feed(facts["stream"], 4, "not").json()
        assert repeated["answer"] == last.json()["answer"]
        assert repeated["stream"] == facts["stream"]
        assert other.refused(other.feed(facts["stream"], 4, "so"))[1] == "other_piece"
        for n, word in enumerate(["bad", "at", "all"], 5):
            there = other.feed(facts["stream"], n, word).json()
            assert there["answer"] == service.feed(stream, n, word).json()["answer"]


def test_a_state_of_another_model_or_damaged_is_refused(service):
    stream = service.open(VALUES)["stream"]
    service.feed(stream, 1, [1.0, 2.0])
    state = service.client.get(f"/v1/streams/{stream}/state").content
    broken = state[:-1] + bytes([state[-1] ^ 1])
    for name, body in ((TEXT, state), (VALUES, broken), (VALUES, b"{}"), (VALUES, state[:50])):
        told = service.client.post(f"/v1/models/{name}/streams", content=body, headers=STATE)
        assert service.refused(told)[:2] == (422, "no_such_state"), told.text
    told = service.client.post(f"/v1/models/{VALUES}/streams", json={"state": "x"})
    assert service.refused(told)[:2] == (415, "unsupported_media_type")


def test_many_streams_at_once(service, models):
    ids = [service.open()["stream"] for _ in range(20)]
    ours = [models[TEXT].stream() for _ in ids]
    chance = random.Random(2)
    words = ["not", "a", "bad", "film", "but", "dull", ",", "never", "funny", "great", "awful"]
    seq = dict.fromkeys(ids, 0)
    for _ in range(6):
        feeds, expected = [], []
        for n in chance.choices(range(20), k=30):  # some several times
            seq[ids[n]] += 1
            word = chance.choice(words)
            feeds.append({"stream": ids[n], "seq": seq[ids[n]], "item": word})
            expected.append(said(ours[n].feed(word)))
        feeds.insert(3, {"stream": "nobody", "seq": 1, "item": "x"})
        expected.insert(3, None)
        told = service.client.post("/v1/streams/feed", json={"feeds": feeds}).json()["answers"]
        assert [one.get("answer") for one in told] == expected
        assert told[3]["error"]["code"] == "no_such_stream"
    too_many = service.client.post("/v1/streams/feed", json={"feeds": feeds * 2})
    assert service.refused(too_many)[:2] == (413, "too_large")


def test_what_reads_a_window_anew_leaves_the_event_loop_and_its_thread_to_others(
    service, monkeypatch
):
    answers, seen = feeder._answers, []

    def watched(batch, most):
        waits = not service.serving.arithmetic._work.empty()
        seen.append((threading.current_thread().name == "elman-arithmetic", len(batch), waits))
        return answers(batch, most)

    monkeypatch.setattr(feeder, "_answers", watched)
    for name, item, expected in (
        (VALUES, 5.0, [(True, 8, False), (True, 8, False), (True, 4, False)]),
        (TEXT, "good", [(False, 7, False), (False, 7, False), (False, 6, False)]),
    ):
        ids = [service.open(name)["stream"] for _ in range(20)]
        feeds = [{"stream": id, "seq": 1, "item": item} for id in ids]
        told = service.client.post("/v1/streams/feed", json={"feeds": feeds}).json()["answers"]
        assert [one["seq"] for one in told] == [1] * 20
        assert seen == expected
        seen.clear()


def test_one_that_is_no_piece_is_refused_by_itself(service):
    stream = service.open()["stream"]
    good = [{"stream": stream, "seq": n, "item": "x"} for n in (1, 2)]
    bad = [5, {"stream": stream, "seq": 2}, {"stream": stream, "seq": True, "item": "x"}]
    told = service.client.post("/v1/streams/feed", json={"feeds": [good[0], *bad, good[1]]})
    first, *refused, second = told.json()["answers"]
    assert (first["seq"], second["seq"]) == (1, 2)
    assert [one["error"]["code"] for one in refused] == ["invalid"] * 3
    assert refused[1]["error"]["message"] == "feed 2: expected an object with stream, seq and item"
    none = service.client.post("/v1/streams/feed", json={"feeds": {}})
    assert service.refused(none)[:2] == (422, "invalid")


def test_what_comes_as_the_service_ends_is_not_fed(service, monkeypatch):
    stream = service.open()["stream"]
    first = service.feed(stream, 1, "not")
    with monkeypatch.context() as patch:
        patch.setattr(service.serving, "ends", True)
        assert service.refused(service.feed(stream, 2, "bad"))[:2] == (503, "ending")
        assert service.feed(stream, 1, "not").content == first.content
    session = service.client.app.state.streams.store.named(stream)
    with monkeypatch.context() as patch:  # and what is answered once the streams are kept
        patch.setattr(service.client.app.state.streams.feeder, "closed", True)
        told = service.client.delete(f"/v1/streams/{stream}")  # it would be open again
        assert service.refused(told)[:2] == (503, "ending")
        assert service.refused(service.feed(stream, 2, "bad"))[:2] == (503, "ending")
        assert (session.seq, session.stream.steps, session.runs) == (1, 1, None)
    assert service.feed(stream, 2, "bad").json()["steps"] == 2


def test_a_failure_inside_leaves_the_stream_as_it_was(service, models, monkeypatch):
    stream, ours = service.open()["stream"], models[TEXT].stream()
    service.feed(stream, 1, "not")
    ours.feed("not")
    with monkeypatch.context() as patch:

        def fails(self, answer):
            raise RuntimeError("secret")

        patch.setattr(type(service.serving.models[TEXT].wire), "answer", fails)
        told = service.feed(stream, 2, "bad")
        assert told.status_code == 500
        assert "secret" not in told.text
    assert service.feed(stream, 2, "bad").json()["answer"] == said(ours.feed("bad"))


def test_who_gives_up_ends_no_piece_for_others(loaded, models, monkeypatch):
    monkeypatch.setattr(feeder, "_SHORT", 0)
    serving, busy = Serving(loaded, log=Log(requests=False)), threading.Event()
    streams = Streams(serving)

    async def talk():
        session = streams.open(TEXT)
        piece = feeder.Piece(session.id, 1, "not bad")
        serving.arithmetic.submit(busy.wait)
        asked = [streams.feeder.feed(piece) for _ in range(3)]
        asked += [streams.settled(session.id), streams.close(session.id)]
        tasks = [asyncio.create_task(one) for one in asked]
        await asyncio.sleep(0.01)
        for gone in (tasks[0], tasks[1], tasks[4]):
            gone.cancel()
        await asyncio.sleep(0.01)
        busy.set()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(one) for one in found[:2]] == [asyncio.CancelledError] * 2
        assert json.loads(found[2])["answer"] == said(models[TEXT].stream().feed("not bad"))
        assert found[3] is session
        assert (session.seq, session.stream.steps) == (1, 1)

    asyncio.run(talk())
    serving.arithmetic.shutdown()


@pytest.mark.parametrize("short", [feeder._SHORT, 0], ids=["at once", "in the thread"])
def test_over_a_socket(service, models, monkeypatch, short):
    monkeypatch.setattr(feeder, "_SHORT", short)
    with service.client.websocket_connect("/v1/streams") as socket:

        def ask(**message):
            socket.send_text(json.dumps(message))
            return json.loads(socket.receive_text())

        first = ask(do="open", model=TEXT, id="a")
        assert first.pop("id") == "a"
        ours = models[TEXT].stream()
        fed = ask(do="feed", stream=first["stream"], seq=1, item="not", id=7)
        assert (fed["id"], fed["answer"]) == (7, said(ours.feed("not")))
        state = ask(do="export", stream=first["stream"])["state"]
        second = ask(do="open", model=TEXT, state=state)
        assert second["seq"] == 1
        both = ask(
            do="feed",
            feeds=[{"stream": one["stream"], "seq": 2, "item": "bad"} for one in (first, second)],
        )["answers"]
        assert both[0]["answer"] == both[1]["answer"] == said(ours.feed("bad"))
        for wrong, code in [
            ({"do": "fly"}, "invalid"),
            ({}, "invalid"),
            ({"do": "open"}, "invalid"),
            ({"do": "open", "model": "none"}, "no_such_model"),
            ({"do": "open", "model": TEXT, "state": "%"}, "invalid"),
            ({"do": "open", "model": TEXT, "state": "AAAA"}, "no_such_state"),
            ({"do": "feed", "stream": first["stream"], "seq": 9, "item": "x"}, "out_of_order"),
            ({"do": "facts", "stream": "x"}, "no_such_stream"),
            ({"do": "facts", "stream": 5}, "invalid"),
            ({"do": "feed", "feeds": 5}, "invalid"),
            ({"id": [1], "do": "facts", "stream": "x"}, "invalid"),
            ({"id": "x" * 300, "do": "facts", "stream": "x"}, "invalid"),
        ]:
            assert ask(**wrong)["error"]["code"] == code, wrong
        socket.send_text('{"half')
        assert json.loads(socket.receive_text())["error"]["code"] == "malformed"
        socket.send_bytes(json.dumps({"do": "facts", "stream": first["stream"]}).encode())
        assert json.loads(socket.receive_text())["seq"] == 2
        assert ask(do="close", stream=second["stream"])["seq"] == 2
    # the stream outlives its connection
    with service.client.websocket_connect("/v1/streams") as socket:
        assert ask(do="facts", stream=first["stream"])["seq"] == 2
        assert base64.b64decode(ask(do="export", stream=first["stream"])["state"])


def test_a_stream_ends_with_the_model_it_began_with(models, tmp_path):
    place = tmp_path / "m"
    shutil.copytree(SAVED / TEXT, place)
    serving = Serving(Models({"m": place}), log=Log(requests=False))
    with TestClient(create(serving), base_url="http://127.0.0.1") as client:
        service, ours = Service(client, serving), models[TEXT].stream()
        before = service.open("m")
        assert service.feed(before["stream"], 1, "not").json()["answer"] == said(ours.feed("not"))
        shutil.rmtree(place)
        shutil.copytree(SAVED / "classify-multilabel", place)
        [(served, refused)] = serving.models.refreshed()
        assert (served.loads, refused) == (2, "")
        after = service.open("m")
        assert after["version"] != before["version"]
        assert service.feed(before["stream"], 2, "bad").json()["answer"] == said(ours.feed("bad"))
        assert service.feed(after["stream"], 1, "bad").json()["answer"] != said(ours.feed("bad"))
        state = client.get(f"/v1/streams/{before['stream']}/state").content
        told = client.post("/v1/models/m/streams", content=state, headers=STATE)
        assert service.refused(told)[:2] == (422, "no_such_state")
        assert "belongs to another model" in told.text


def test_the_log_says_whose_streams_were_fed_and_how_many_were_answered(loaded):
    written = io.StringIO()
    serving = Serving(loaded, log=Log(written))
    with TestClient(create(serving), base_url="http://127.0.0.1") as client:
        service = Service(client, serving)
        stream, other = (service.open(name)["stream"] for name in (TEXT, VALUES))
        service.feed(stream, 1, "x")
        service.feed(stream, 5, "x")
        for feeds in ([(stream, 2), (stream, 9), ("none", 1)], [(stream, 3), (other, 7)]):
            said = [{"stream": id, "seq": seq, "item": "x"} for id, seq in feeds]
            client.post("/v1/streams/feed", json={"feeds": said})
        client.get(f"/v1/streams/{stream}")
        client.get(f"/v1/streams/{stream}/state")
        client.delete(f"/v1/streams/{stream}")
        serving.log.flush()
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    told = [(one["rows"], one.get("model")) for one in lines if one["event"] == "request"]
    assert told == [
        (0, TEXT),
        (0, VALUES),
        (1, TEXT),
        (0, TEXT),
        (1, TEXT),
        (1, None),
        *[(0, TEXT)] * 3,
    ]


@pytest.mark.parametrize(
    "path", ["/v1/streams/feed", "/v1/streams/{}/feed", "/v1/models/{}/streams"]
)
def test_a_body_of_another_kind_is_refused(service, path):
    stream = service.open()["stream"]
    address = path.format(TEXT if "models" in path else stream)
    body = b'{"seq": 1, "item": "x"}'
    own = "application/octet-stream" if "models" in path else "application/json"
    for kind, encoding in (("text/plain", "identity"), (own, "gzip")):
        headers = {"content-type": kind, "content-encoding": encoding}
        told = service.client.post(address, content=body, headers=headers)
        assert service.refused(told)[:2] == (415, "unsupported_media_type")


def test_figures_of_streams(service):
    stream = service.open()["stream"]
    service.feed(stream, 1, "good")
    service.open(VALUES)
    service.client.delete(f"/v1/streams/{stream}")
    text = service.client.get("/metrics").text
    for line in (
        "elman_streams 1.0",
        f'elman_streams_opened_total{{model="{TEXT}"}} 1.0',
        f'elman_streams_ended_total{{model="{TEXT}",reason="closed"}} 1.0',
        f'elman_rows_total{{model="{TEXT}"}} 1.0',
        f'elman_batch_seconds_count{{model="{TEXT}"}} 1.0',
    ):
        assert line in text.splitlines()
