"""Streams end when nobody feeds them or others need their memory, and it is told why."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

from elman.serve.bounds import Bounds
from elman.serve.errors import RefusedError
from elman.serve.models import loaded
from elman.serve.streams import store as store_module
from elman.serve.streams.session import OVERHEAD
from elman.serve.streams.store import Store

SAVED = Path(__file__).parents[2] / "saved" / "first"


@pytest.fixture(scope="module")
def served():
    return loaded("m", SAVED / "classify-fast-lstm")


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def store_of(**bounds):
    clock, ended = Clock(), []
    store = Store(Bounds(**bounds), clock, lambda session, reason: ended.append(reason))
    return store, clock, ended


def reason_of(store, id):
    with pytest.raises(RefusedError) as refused:
        store.named(id)
    return refused.value.status, refused.value.code, refused.value.message


def test_idle_streams_end_and_those_in_use_do_not(served):
    store, clock, ended = store_of(stream_idle_seconds=60)
    first, second, third = (store.new(served) for _ in range(3))
    clock.now += 59
    store.expire()
    assert len(store) == 3
    store.named(first.id)
    third.runs = object()
    clock.now += 2
    store.expire()
    assert [one.id for one in store] == [third.id, first.id]
    assert ended == ["idle"]
    status, code, message = reason_of(store, second.id)
    assert (status, code) == (410, "idle")
    assert "not fed for 60 seconds" in message


def test_a_model_that_no_piece_could_be_fed_to_opens_none(served, monkeypatch):
    monkeypatch.setattr(type(served), "abilities", ["predict"])
    store = store_of()[0]
    with pytest.raises(RefusedError, match="reads columns beside its values") as refused:
        store.new(served)
    assert (refused.value.status, refused.value.code) == (422, "no_streams")
    assert len(store) == 0


def test_beyond_the_budget_those_fed_longest_ago_end(served):
    size = store_of()[0].new(served).size
    assert size > OVERHEAD
    store, clock, ended = store_of(stream_bytes=5 * size + size // 2)
    streams = []
    for _ in range(5):
        clock.now += 1
        streams.append(store.new(served))
    store.named(streams[0].id)
    streams[1].runs = object()
    store.new(served)
    assert ended == ["evicted"]
    assert reason_of(store, streams[2].id)[:2] == (410, "evicted")
    assert store.bytes == 5 * size
    for _ in range(3):
        store.new(served)
    assert {streams[1].id} < {one.id for one in store}
    assert len(store) == 5
    assert store.bytes == sum(one.size for one in store)


def test_answers_count_and_come_back_with_a_state(served):
    plain = store_of()[0].new(served).size
    store, _, ended = store_of(stream_bytes=4 * plain + 3_000_000)
    first, second, third = (store.new(served) for _ in range(3))
    long = b'{"answer": "' + b"x,\\n" * 400_000 + b'"}'
    store.answered(first, 1, b"m", long)
    assert (store.bytes, ended) == (3 * plain + len(long), [])
    again = store.new(served, first.export())
    assert (again.seq, again.mark, again.answer) == (1, b"m", long)
    assert again.size == plain + len(long)
    assert reason_of(store, first.id)[:2] == (410, "evicted")
    assert store.bytes == 3 * plain + len(long)
    store.answered(second, 1, b"m", long)  # and an answer needs room as a stream does
    assert ended == ["evicted"] * 3
    assert [*store] == [second]
    store.answered(second, 2, b"m", b"{}")
    store.answered(third, 1, b"m", b"{}")  # which is no more
    assert store.bytes == plain + 2


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"answer": "["}, "its answer: not the JSON"),
        ({"answer": "NaN"}, "its answer: not the JSON"),
        ({"answer": ""}, "its answer: not the JSON"),
        ({"answer": "[" * 900 + "]" * 900}, "its answer: nested deeper"),
        ({"answer": "[" * 10**5 + "]" * 10**5}, "its answer: nested deeper"),
        ({"seq": "-1"}, "is no sequence number"),
        ({"asked": "zz"}, "cannot be taken up"),
    ],
)
def test_nothing_that_is_said_in_a_state_is_believed(served, said, why):
    session = store_of()[0].new(served)
    session.stream.feed("good")
    state = session.stream.export({"seq": "1", "answer": "{}", "asked": "00"} | said)
    with pytest.raises(RefusedError, match=why) as refused:
        store_of()[0].new(served, state)
    assert (refused.value.status, refused.value.code) == (422, "no_such_state")


def test_no_more_than_so_many_are_open(served):
    store, _, ended = store_of(max_streams=3)
    for _ in range(10):
        store.new(served)
    assert len(store) == 3
    assert ended == ["evicted"] * 7


def test_a_stream_that_is_larger_than_all_there_is(served):
    with pytest.raises(RefusedError, match="more than there are") as refused:
        store_of(stream_bytes=1000)[0].new(served)
    assert refused.value.status == 413


def test_reasons_outlive_streams_and_ids_tell_runs_apart(served):
    store, *_ = store_of()
    stream = store.new(served)
    store.end(stream, "closed")
    store.end(stream, "idle")
    assert reason_of(store, stream.id)[:2] == (410, "closed")
    other, *_ = store_of()
    assert reason_of(other, stream.id)[:2] == (410, "restart")
    own = store.new(served).id.partition("-")[0]
    for strange in ("", "x", "../etc", stream.id[:-1], f"{own}-{'0' * 24}", "ä" * 37, "\ud800"):
        assert reason_of(store, strange)[:2] == (404, "no_such_stream")


def test_an_id_that_was_one_is_known_however_long_ago(served, monkeypatch):
    monkeypatch.setattr(store_module, "_REMEMBERED", 2)
    store, *_ = store_of(max_streams=1)
    ids = [store.new(served).id for _ in range(4)]
    assert [reason_of(store, id)[:2] for id in ids[:3]] == [
        (410, "ended"),
        (410, "evicted"),
        (410, "evicted"),
    ]
    forged = ids[0][:-1] + ("0" if ids[0][-1] != "0" else "1")
    assert reason_of(store, forged)[:2] == (404, "no_such_stream")
    before = f"{'0' * 12}-{'0' * 20}"  # of a version whose ids were shorter
    assert reason_of(store, before)[:2] == (410, "restart")
    assert store.new(served, id=before) is store.named(before)


def test_only_some_versions_of_a_model_keep_their_streams(served):
    store, _, ended = store_of(stream_versions=2)
    versions = [dataclasses.replace(served, loads=n) for n in (1, 2, 3)]
    other = dataclasses.replace(served, name="other")
    sessions = [store.new(version) for version in (*versions, other)]
    for version in (*versions[:2], other):
        store.outdate(version)
    assert not ended
    store.outdate(versions[2])
    assert ended == ["model_changed"]
    assert reason_of(store, sessions[0].id)[:2] == (410, "model_changed")
    assert [one.id for one in store] == [one.id for one in sessions[1:]]


def test_bytes_are_those_of_what_is_open_whatever_happens(served):
    chance = random.Random(5)
    store, clock, ended = store_of(stream_idle_seconds=20, max_streams=12)
    for _ in range(400):
        clock.now += chance.random() * 3
        open_now = list(store)
        what = chance.random()
        if what < 0.5 or not open_now:
            store.new(served)
        elif what < 0.8:
            store.named(chance.choice(open_now).id)
        elif what < 0.9:
            store.end(chance.choice(open_now), "closed")
        else:
            store.expire()
        assert store.bytes == sum(one.size for one in store)
        assert len(store) <= 12
        used = [one.used for one in store]
        assert used == sorted(used)
    assert {"closed", "idle", "evicted"} == {*ended}
