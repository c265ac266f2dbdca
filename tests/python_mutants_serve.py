"""Small wrong changes in the service; see `mutate_python.py`."""

from __future__ import annotations

__all__ = ["SERVE"]

BATCHES = ("tests/serve/test_batcher.py",)
PANEL = ("tests/tasks/forecast/test_panel.py",)
ANSWERS = ("tests/serve/test_answers.py",)
FLOODS = ("tests/serve/test_floods.py",)
CLIENTS = ("tests/serve/test_clients.py",)
ACCESS_TESTS = ("tests/serve/test_access.py",)
MODELS_TESTS = ("tests/serve/test_models.py",)
TRITON = ("tests/serve/test_inference.py",)
COMMAND_TESTS = ("tests/serve/test_command.py",)
SCHEMA_TESTS = ("tests/serve/test_schema.py",)
HOSTILE = ("tests/serve/streams/test_hostile.py",)
KEPT = ("tests/serve/streams/test_kept.py",)
LARGE = ("tests/serve/test_large.py",)
BITS = ("tests/tasks/contract/test_serving.py",)

GATE, CONNECTION = "elman/serve/transport/gate.py", "elman/serve/transport/connection.py"
WEBSOCKET = "elman/serve/transport/websocket.py"
SOCKET = "elman/serve/streams/socket.py"
ACCESS, SERVER = "elman/serve/transport/access.py", "elman/serve/transport/server.py"
BATCHER, ASKED, MODELS = "elman/serve/batcher.py", "elman/serve/asked.py", "elman/serve/models.py"
TENSORS, SERVING = "elman/serve/inference/tensors.py", "elman/serve/serving.py"
SCHEMA, APP = "elman/serve/schema.py", "elman/serve/app.py"

SERVE = [
    (CONNECTION, "cycle.disconnected = True", "pass", CLIENTS),
    (
        BATCHER,
        "[[next(every) for _ in items] for _, items in batch]",
        "[[*every]] * len(batch)",
        BITS,
    ),
    (BATCHER, "(rows > 0 and one.costs[end] <= length)", "one.costs[end] <= length", BATCHES),
    (BATCHER, "(rows > 0 and one.costs[end] <= length)", "rows > 0", BATCHES),
    (BATCHER, "                    lane.rotate(-1)\n", "                    pass\n", BATCHES),
    (BATCHER, "            if whole:\n", "            if 0:\n", BATCHES),
    (BATCHER, "whole or rows == most or", "rows == most or", BATCHES),
    (BATCHER, "min(sum(costs), bounds.batch_length)", "sum(costs)", BATCHES),
    (BATCHER, "_tried(model, items) for _, items in batch", "error for _ in batch", BATCHES),
    (
        BATCHER,
        "            raise RefusedError(422, str(error)) from None\n",
        "            raise\n",
        BATCHES,
    ),
    (ACCESS, "        return same and kind", "        return kind", ACCESS_TESTS),
    (ACCESS, 'and kind.lower() == b"bearer"', "", ACCESS_TESTS),
    (ACCESS, "    if token is None and not loopback:", "    if 0:", ACCESS_TESTS),
    (ACCESS, "if loopback else None", "if 0 else None", ACCESS_TESTS),
    (GATE, "if not access.host_is_known(", "if 0 and (", ACCESS_TESTS),
    (GATE, "            raise RefusedError(401)\n", "            pass\n", ACCESS_TESTS),
    (ACCESS, "return site not in _OURS", "return False", ACCESS_TESTS),
    (ACCESS, "origin is not None and origin.lower()", "origin.lower()", ACCESS_TESTS),
    (ACCESS, "return origin is not None and", "return False and", ACCESS_TESTS),
    (GATE, "await self._throw_away()", "pass", CLIENTS),
    (GATE, "while more and left > 0:", "while more:", CLIENTS),
    (GATE, "await asyncio.wait_for(self._rest(), seconds)", "await self._rest()", CLIENTS),
    (GATE, "await self._refuse(RefusedError(404))\n            return\n", "pass\n", HOSTILE),
    (GATE, "if self._read > serving.bounds.max_body:", "if 0:", ANSWERS),
    (GATE, "self._serving.holds -= self._read", "pass", FLOODS),
    (GATE, "if self._read > SMALL and serving.holds_too_much:", "if 0:", FLOODS),
    (GATE, "await self._refuse(self._cut())", "raise", FLOODS),
    (GATE, "self._serving.ending if self._serving.ends else", "", FLOODS),
    (GATE, "timer = loop.call_later(self._seconds(), self._expire, task)", "pass", ANSWERS),
    (GATE, "_ID.fullmatch(given)", "given", ANSWERS),
    (GATE, 'if self._state.get("spare"):', "if 0:", CLIENTS),
    (CONNECTION, "if self._bytes > _HEAD:", "if 0:", FLOODS),
    (CONNECTION, "if self._bytes > _HEAD:", "if self._head and self._bytes > _HEAD:", FLOODS),
    (CONNECTION, "    self._bytes = 0\n        super().on_b", "    super().on_b", FLOODS),
    (CONNECTION, "bool(self.pipeline) or (", "bool(", FLOODS),
    (CONNECTION, "self.flow.write_paused and not", "0 and not", FLOODS),
    (CONNECTION, "        if not self.holds:\n", "        if 1:\n", FLOODS),
    (CONNECTION, "self.pipeline or not cycle.more_body", "0", FLOODS),
    (CONNECTION, "        if self._spare:\n", "        if 0:\n", FLOODS),
    (CONNECTION, "self._spare and len(self.connections) >", "self._spare and 9 >", FLOODS),
    (CONNECTION, 'b"" if bare else body', "body", FLOODS),
    (CONNECTION, "id_of(dict(self.headers), self.serving)", "self.serving.next_id()", FLOODS),
    (CONNECTION, "if self._head is None and (self.cycle is None", "if 0 and (0", CLIENTS),
    (WEBSOCKET, "        self.transport.pause_reading()\n\n    def", "\n    def", HOSTILE),
    (WEBSOCKET, "parts[0] += event.data", "parts.append(event.data)", HOSTILE),
    (WEBSOCKET, "            self._asked = 0\n", "            pass\n", HOSTILE),
    (WEBSOCKET, "self.serving.holds += held - self._holds", "pass", HOSTILE),
    (SOCKET, "                raise late() from None\n", "                raise\n", HOSTILE),
    (SOCKET, "raise RefusedError(503, retry_after=1) from None", "raise", HOSTILE),
    (SERVER, "if left < before:", "if left != before:", FLOODS),
    (CONNECTION, "            self._await_head()\n\n", "            pass\n\n", CLIENTS),
    (
        CONNECTION,
        "        cycle.keep_alive = False\n        return True",
        "        return False",
        CLIENTS,
    ),
    (CONNECTION, "self.serving.is_full and", "0 and", CLIENTS),
    (CONNECTION, "and path not in HEALTH", "", CLIENTS),
    (CONNECTION, "return between and small and", "return between and", CLIENTS),
    (SERVER, "                transport.abort()\n", "                pass\n", CLIENTS),
    (
        MODELS,
        "if _hash(directory) in (old.hash, ",
        "if 1 or _hash(directory) in (old.hash, ",
        MODELS_TESTS,
    ),
    (MODELS, "            self._served[name] = new\n", "", MODELS_TESTS),
    (MODELS, "        if name in found:", "        if 0:", MODELS_TESTS),
    (SERVING, "        self.ends = True\n", "        pass\n", COMMAND_TESTS),
    (SERVING, "await self.until(lambda: not self.in_flight, until)", "pass", COMMAND_TESTS),
    (SERVER, "while not self.started:", "while 0:", KEPT),
    (SERVING, "while not done() and not self.hurries and", "while not done() and", COMMAND_TESTS),
    (SERVER, "if self._told_once:", "if 0:", COMMAND_TESTS),
    ("elman/cli/commands/out/serve.py", "held.callback(_locked(states).release)", "pass", KEPT),
    (ASKED, "if found.length > most:", "if 0:", ANSWERS),
    (ASKED, "cells += found.cells", "cells = found.cells", LARGE),
    (ASKED, "await paperwork.each(item, numbered)", "[*map(item, numbered)]", LARGE),
    (ASKED, "<= _FEW and size <= _SMALL", "<= _FEW", LARGE),
    ("elman/serve/routes/predict.py", "if is_little(asked.costs):", "if 1:", LARGE),
    ("elman/serve/inference/routes.py", "written() if little", "written() if 1", LARGE),
    ("elman/serve/responses.py", "encoded(piece)[1:-1]", "encoded(piece)", LARGE),
    ("elman/tasks/forecast/wire.py", "    return times * (", "    return (", LARGE),
    ("elman/tasks/forecast/wire.py", " if codec.spread.known else 0", "", LARGE),
    (
        MODELS,
        "except Exception as error:  #",
        "except (ElmanError, OSError) as error:  #",
        MODELS_TESTS,
    ),
    (MODELS, "if isinstance(section, dict) and", "if", MODELS_TESTS),
    (ASKED, "parse_constant=_finite", "", ANSWERS),
    (ASKED, "if kind not in _KINDS:", "if 0:", ANSWERS),
    (ASKED, "if strange := content.keys() - keys:", "if strange := ():", ANSWERS),
    (ASKED, "isinstance(value, bool) or not isinstance(value, _TYPES[kind])", "0", ANSWERS),
    (ASKED, "if not least <= value <= most:", "if 0:", ANSWERS),
    (ASKED, "said = said.replace(flag(name), name)", "pass", ANSWERS),
    (ASKED, "except ValueError:", "except KeyError:", ANSWERS),
    (MODELS, "if not self.task.reporter().streams(self.model):", "if 0:", BITS),
    (SCHEMA, 'if path.endswith("/streams") and', "if 0 and", BITS),
    (TENSORS, "or len(header) > _DIGITS", "", TRITON),
    (TENSORS, "_LARGEST = 2**31 - 1", "_LARGEST = 2**62", TRITON),
    (TENSORS, "if at != len(raw) or len(found) != size:", "if 0:", TRITON),
    (TENSORS, "or size != len(asked.behind)", "", TRITON),
    (TENSORS, 'struct.pack("<I", len(raw)) + raw', "raw", TRITON),
    (SCHEMA, "(*_GATE, *", "(*", SCHEMA_TESTS),
    (APP, "        if path in paths:\n", "        if 0:\n", SCHEMA_TESTS),
    (
        "elman/tasks/forecast/wire.py",
        "codec.ends.place(said)",
        "0",
        ("tests/tasks/forecast/test_panel.py",),
    ),
    ("elman/tasks/wire.py", "(whole and type(None) in kinds)", "0", ("tests/tasks/test_wire.py",)),
]
