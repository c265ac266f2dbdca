"""Small wrong changes in streams and what is kept of them; see `mutate_python.py`."""

from __future__ import annotations

__all__ = ["STREAMS"]

RUNTIME = ("tests/runtime/test_stream.py",)
KEPT = ("tests/tasks/contract/test_streams.py",)
COMPILED = ("tests/runtime/test_compiled.py",)
STORE_TESTS = ("tests/serve/streams/test_store.py",)
ROUTES = ("tests/serve/streams/test_streams.py",)
KILLED = ("tests/serve/streams/test_kept.py",)

STREAM, KEEPING = "elman/runtime/streams/stream.py", "elman/runtime/streams/keeping.py"
STORE, FEEDER = "elman/serve/streams/store.py", "elman/serve/streams/feeder.py"
SESSION, SERVICE = "elman/serve/streams/session.py", "elman/serve/streams/service.py"
FOLDER, SOCKET = "elman/serve/streams/kept.py", "elman/serve/streams/socket.py"

STREAMS = [
    (STREAM, "stream.steps, stream._prediction = stream.steps + 1, answer", "pass", KEPT),
    (STREAM, "codec.encode(item, stream._context) for", "codec.encode(item) for", KEPT),
    (STREAM, "*words)[-window:], longest)", "*words), longest)", RUNTIME),
    (STREAM, 'longest, "right")), 1)', 'longest, "right")), 0)', RUNTIME),
    (
        STREAM,
        "                self.codec.encode(list(self._recent))\n",
        "                pass\n",
        RUNTIME,
    ),
    (STREAM, "                state = self._done(state)\n", "                pass\n", KEPT),
    (STREAM, "not np.isfinite(tried).all() or any", "any", KEPT),
    (STREAM, "if not self.model or said.get(keeping.MODEL) != self.model:", "if 0:", KEPT),
    (STREAM, "if not (min(most, 1) if words else most) <= items <= most:", "if 0:", KEPT),
    (STREAM, "if (self.steps == 0) != (context is None) or self.steps < 0:", "if 0:", KEPT),
    (STREAM, "        if not self.model:\n", "        if 0:\n", KEPT),
    (STREAM, "other._state, other._context, other._recent =", "_ =", KEPT),
    (KEEPING, "if seal != _seal(arrays, said):", "if 0:", KEPT),
    (KEEPING, "    if found:\n", "    if 0:\n", KEPT),
    (KEEPING, "array.dtype == wanted.dtype and ", "", KEPT),
    (KEEPING, "n > LARGEST_AXIS if free else n != m", "False", KEPT),
    (KEEPING, "if not 0 <= number <=", "if 0 and not 0 <= number <=", KEPT),
    (KEEPING, "if numbers.size and not 0 <=", "if 0 and not 0 <=", KEPT),
    (KEEPING, "if len(text) > _LONG:", "if 0:", KEPT),
    (
        "elman/runtime/compiled.py",
        "State(state.steps + len(x), kept) for",
        "State(len(x), kept) for",
        COMPILED,
    ),
    (STORE, 'if "stream" not in served.abilities:', "if 0:", STORE_TESTS),
    (STORE, "self._open.move_to_end(id)", "pass", STORE_TESTS),
    (STORE, "one.runs is None and one is not newest", "one is not newest", STORE_TESTS),
    (STORE, "[one for one in idle if one.runs is None]", "list(idle)", STORE_TESTS),
    (STORE, "self.bytes -= session.size", "pass", STORE_TESTS),
    (STORE, " or len(self._open) > bounds.max_streams", "", STORE_TESTS),
    (STORE, "self.bytes > bounds.stream_bytes or", "False or", STORE_TESTS),
    (STORE, " and not id.startswith(self._run)", "", STORE_TESTS),
    (STORE, "self.bytes += grown", "pass", STORE_TESTS),
    (STORE, "id == self._id(id[len(self._run) + 1 :][: 2 * _OWN])", "False", STORE_TESTS),
    (STORE, "one.served.loads <= least", "one.served.loads < least", STORE_TESTS),
    (STORE, "one.served.name == newest.name", "True", STORE_TESTS),
    (STORE, "one.used < until", "one.used > until", STORE_TESTS),
    (FEEDER, "if piece.seq == session.seq > 0:", "if 0:", ROUTES),
    (FEEDER, "            if mark != session.mark:\n", "            if 0:\n", ROUTES),
    (FEEDER, "if piece.seq != session.seq + 1:", "if piece.seq <= session.seq:", ROUTES),
    (FEEDER, "[one.session.stream.copy() for", "[one.session.stream for", ROUTES),
    (FEEDER, "        self._serving.check_open()\n", "", ROUTES),
    (FEEDER, "            if self.closed:\n", "            if 0:\n", ROUTES),
    (FEEDER, "        if length > most:\n", "        if 0:\n", ROUTES),
    (FEEDER, "if len(said) > most:", "if 0:", ROUTES),
    (FEEDER, "if anew or sum(", "if sum(", ROUTES),
    (
        FEEDER,
        "told.append(await self.feed(piece) if isinstance(put, Session) else put)",
        "told.append(put)",
        ROUTES,
    ),
    (SESSION, "return b'\"' + text", "return b'\"'", ROUTES),
    (SESSION, 'head = f\'{{"stream": "{self.id}"', 'head = f\'{{"stream": "x"', ROUTES),
    (SESSION, "self.seq = sequence_in(said)", "self.seq = 0", ROUTES),
    (SESSION, 'self.mark = bytes.fromhex(said.get(MARK, "")', '("" and ""', ROUTES),
    (SESSION, 'parse(self.answer, "its answer")', "pass", STORE_TESTS),
    (SESSION, "await asyncio.wait([self.runs])", "await self.runs", ROUTES),
    (SERVICE, 'self.store.end(session, "closed")', "pass", ROUTES),
    (SERVICE, "if len(feeds) > most:", "if 0:", ROUTES),
    (SERVICE, "type(seq) is not int or ", "", ROUTES),
    (SERVICE, "why = str(serving.fails(error))", 'why = ""', KILLED),
    (SERVICE, "if self.feeder.closed:", "if 0:", ROUTES),
    (SERVICE, "content.keys() != _KEYS", "not _KEYS <= content.keys()", ROUTES),
    (SERVICE, "to_thread(save, self._folder, sessions)", "to_thread(len, sessions)", KILLED),
    (FOLDER, "path.replace(folder / TAKEN)", "pass", KILLED),
    (FOLDER, "store.new(served, state, id)", "store.new(served, state)", KILLED),
    (FOLDER, "as file, safely(path):", "as file:", KILLED),
    (FOLDER, "spool(path, 0o600)", "spool(path)", KILLED),
    (FOLDER, "remove(folder / TAKEN)", "pass", KILLED),
    (FOLDER, 'store.remember(id, "lost")', 'store.remember(id, "model_changed")', KILLED),
    (SOCKET, "return with_id(told, id)", "return told", ROUTES),
]
