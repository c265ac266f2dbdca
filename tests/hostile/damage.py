"""One random damage to a model directory: bytes, hashes mended or not, structure, kind of file."""

from __future__ import annotations

import json
import os
import random
import struct

from tests.hostile.models import reseal

NUMBERS = (
    *(
        0,
        -1,
        1,
        2,
        3,
        63,
        64,
        65,
        2**20,
        2**31,
        2**62,
        2**63,
        2**64,
        -(2**63),
        10**400,
        9 * 10**4299,
    ),
    *(0.0, -0.0, 0.5, 1e-3, 1e3, 5e-324, 1e-200, 1e12, 1e18, 1e100, 1e300, 1.7e308, -1e300),
)
TEXTS = (
    "",
    "x",
    "\0",
    "\ud800",
    "\x1b[2J",
    "١",
    "01",
    "rnn",
    "last",
    "season",
    "9999-12-31",
    "0" * 9,
)
OTHERS = (None, True, False, [], {}, [[]], [0] * 999, {"a": {}}, ["x", "x"], ["last", "last"])


def damage(directory, pick: random.Random) -> bool:
    """Damage a model; return whether its hashes are right for what it is now."""
    kinds = (*[_bytes] * 2, *[_structure] * 4, _header, _weights, _kind_of_file)
    return pick.choice(kinds)(directory, pick)


def _file(directory, pick):
    return pick.choice(sorted(path for path in directory.iterdir() if path.is_file()))


def _bytes(directory, pick):
    path = _file(directory, pick)
    data = bytearray(path.read_bytes())
    match pick.randrange(4):
        case 0:
            for _ in range(pick.choice((1, 1, 2, 9))):
                data[pick.randrange(len(data))] ^= 1 << pick.randrange(8)
        case 1:
            del data[pick.randrange(len(data)) :]
        case 2:
            a, b = sorted(pick.randrange(len(data)) for _ in range(2))
            data[a:b] = b""
        case _:
            place = pick.randrange(len(data))
            data[place:place] = pick.randbytes(pick.choice((1, 4, 99)))
    path.write_bytes(data)
    if path.name == "model.json" or pick.random() < 0.4:
        return False
    reseal(directory)
    return True


def _structure(directory, pick):
    path = directory / pick.choice(["model.json"] * 4 + ["vocabulary.json", "terms.json"])
    if not path.exists():
        path = directory / "model.json"
    content = _changed(json.loads(path.read_bytes()), pick)
    if path.name == "model.json":
        reseal(directory, content)
    else:
        path.write_text(json.dumps(content), encoding="utf-8")
        reseal(directory)
    return True


def _header(directory, pick):
    path = directory / "weights.safetensors"
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    if pick.random() < 0.5:
        old = pick.choice(sorted(header))
        new = pick.choice(
            ("١." + old, "1" * 5000 + "." + old, "01." + old, old + " ", "\x1b" + old)
        )
        header[new] = header.pop(old)
    else:
        header = _changed(header, pick)
    written = json.dumps(header).encode()
    path.write_bytes(len(written).to_bytes(8, "little") + written + data[8 + length :])
    reseal(directory)
    return True


def _weights(directory, pick):
    path = directory / "weights.safetensors"
    data = bytearray(path.read_bytes())
    begin = 8 + int.from_bytes(data[:8], "little")
    for _ in range(pick.choice((1, 5, 50))):
        place = pick.randrange(begin, len(data), 4)
        value = pick.choice((0.0, 1e-45, -1e-30, 3.0, -1e6, 1e12, -1e12, 1.1e12, 3e38))
        data[place : place + 4] = struct.pack("<f", value)
    path.write_bytes(data)
    reseal(directory)
    return True


def _kind_of_file(directory, pick):
    path = _file(directory, pick)
    data = path.read_bytes()
    path.unlink()
    match pick.randrange(4):
        case 0:
            path.mkdir()
        case 1:
            path.symlink_to(path)
        case 2:
            os.mkfifo(path)
        case _:
            (directory / "elsewhere").write_bytes(data)
            path.symlink_to(directory / "elsewhere")
    return False


def _changed(content, pick):
    """Change one random place of a JSON value."""
    if not isinstance(content, (dict, list)) or not content or pick.random() < 0.1:
        return pick.choice(pick.choice((NUMBERS, TEXTS, OTHERS)))
    places = list(content) if isinstance(content, dict) else list(range(len(content)))
    place = pick.choice(places)
    match pick.randrange(8):
        case 0:
            del content[place]
        case 1 if isinstance(content, dict):
            content[place + pick.choice(("", "s", "\x1b", "k" * 999))] = content.pop(place)
        case 1 | 2 if isinstance(content, list):
            content.insert(pick.choice(places), content[place])
        case 2:
            content[place] = content[pick.choice(places)]
        case _:
            content[place] = _changed(content[place], pick)
    return content
