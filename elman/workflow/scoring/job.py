"""A job: the same model, options and input, cut the same way. Its folder says whose it is.

`_manifest.json` holds what makes the job and how the input is cut; `_parts/00007.json` is written
after the part that it vouches for, by its sha256; `_SUCCESS` comes when all parts are there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elman.artifact.manifest import MANIFEST
from elman.data.addresses import shown
from elman.data.pieces.cut import Cut, Piece
from elman.data.pieces.sources import Source
from elman.errors import OptionError
from elman.version import __version__
from elman.workflow.scoring.folder import Folder

__all__ = [
    "SUCCESS",
    "Job",
    "Shard",
    "all_done",
    "digest_of",
    "done_of",
    "joined",
    "part_name",
    "record_name",
    "rejects_name",
]

JOB, SUCCESS = "_manifest.json", "_SUCCESS"
_PARTS, _REJECTS = "_parts", "_rejects"
_FORMAT = 1


@dataclass(frozen=True)
class Shard:
    """What becomes one part."""

    number: int
    place: int
    """Of its source among the job's."""
    source: Source
    cut: Cut
    piece: Piece


@dataclass(frozen=True)
class Job:
    """What is done, as the processes that do it are told."""

    model: str
    """The directory."""
    output: str
    kind: str
    """The ending of parts."""
    options: dict[str, Any]
    keep: str | None
    size: int
    """Bytes of a piece."""
    digest: str
    """Of the model."""
    sources: tuple[Source, ...]

    @property
    def facts(self) -> dict[str, Any]:
        """What makes it this job and no other; no path, for machines mount folders as they like."""
        return {
            "elman": __version__,
            "model": self.digest,
            "options": {name: str(value) for name, value in sorted(self.options.items())}
            | {"keep": self.keep, "parts": self.kind, "part size": self.size},
            "input": [[source.name, source.size, source.stamp] for source in self.sources],
        }

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(_json(self.facts)).hexdigest()


def digest_of(model: str) -> str:
    """Return what tells a model directory from any other: its manifest has hashes of all parts."""
    return hashlib.sha256(Path(model, MANIFEST).read_bytes()).hexdigest()


def part_name(number: int, kind: str) -> str:
    return f"part-{number:05d}{kind}"


def rejects_name(number: int) -> str:
    return f"{_REJECTS}/part-{number:05d}.jsonl"


def record_name(number: int) -> str:
    return f"{_PARTS}/{number:05d}.json"


def joined(job: Job, folder: Folder, cut: Callable[[], Sequence[Cut]]) -> list[Shard]:
    """Return the shards of a job, begun by this run or by one before or beside it.

    Args:
        job: what is to be done.
        folder: where to.
        cut: cuts the sources; asked only by the first that comes.

    Raises:
        OptionError: the folder is another job's, or holds something else.
    """
    found = _read(folder)
    if found is None:
        there = sorted(folder.names())
        if there and _read(folder) is None:  # nor has somebody begun this very moment
            raise OptionError(
                f"--out {folder.name}: holds {there[0]} and is not the folder of a job of elman "
                "predict. Name an empty or a new folder."
            )
        cuts = [_told(c) for c in cut()]
        mine = {"format": _FORMAT, "fingerprint": job.fingerprint, **job.facts, "cuts": cuts}
        if _read(folder) is None:
            folder.put(JOB, _json(mine))
        found = _read(folder) or mine
    if found.get("fingerprint") != job.fingerprint:
        raise OptionError(
            f"--out {folder.name} belongs to another job: {_difference(found, job.facts)}. "
            "Name another folder, or delete this one."
        )
    each = enumerate(zip(job.sources, map(_cut_of, found["cuts"]), strict=True))
    pieces = [(n, source, cut, piece) for n, (source, cut) in each for piece in cut.pieces]
    return [Shard(n, *of) for n, of in enumerate(pieces)]


def done_of(folder: Folder, shard: Shard, fingerprint: str) -> Any:
    """Return the record of a part that is done, and is still what was written; else None."""
    record = _record(folder.read(record_name(shard.number)), fingerprint)
    if record is None:
        return None
    whole = all(folder.whole(f["name"], f["bytes"], f["sha256"]) for f in record["files"])
    return record if whole else None


def all_done(folder: Folder, shards: Sequence[Shard], fingerprint: str) -> list[Any]:
    """Return the records of all parts that are there, by whoever they were made."""
    sizes = folder.sizes()
    names = [record_name(shard.number) for shard in shards]
    read = folder.read_all([name for name in names if name in sizes])
    records = [record for data in read if (record := _record(data, fingerprint)) is not None]
    return [r for r in records if all(sizes.get(f["name"]) == f["bytes"] for f in r["files"])]


def _record(data: bytes | None, fingerprint: str) -> Any:
    try:
        record = json.loads(data or b"null")
    except ValueError:
        return None
    if not isinstance(record, dict) or record.get("job") != fingerprint:
        return None
    return record


def _read(folder: Folder) -> Any:
    data = folder.read(JOB)
    if data is None:
        return None
    try:
        found = json.loads(data)
        if found["format"] == _FORMAT:
            return found
    except (ValueError, KeyError, TypeError):
        pass
    raise OptionError(
        f"--out {folder.name}: its {JOB} is damaged, or of another version of elman. Name another "
        "folder, or delete this one."
    )


def _difference(found: Any, facts: dict[str, Any]) -> str:
    """Say what of a job is another."""
    if found.get("elman") != facts["elman"]:
        return f"elman {found.get('elman')}, and this is {facts['elman']}"
    if found.get("model") != facts["model"]:
        return "another model, or the model was trained anew"
    then, now = found.get("options", {}), facts["options"]
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            return f"its {name} is {then.get(name)}, and now {now.get(name)}"
    before = {name: rest for name, *rest in found.get("input", [])}
    after = {name: rest for name, *rest in facts["input"]}
    for name in sorted({*before, *after}):
        if name not in before:
            return f"{shown(name)} was not among its {len(before):,} input files"
        if name not in after:
            return f"{shown(name)} was among its input files, and is not now"
        if before[name] != after[name]:
            return f"{shown(name)} has changed since"
    return "its input has another order"


def _told(cut: Cut) -> dict[str, Any]:
    return {
        "unit": cut.unit,
        "head": [cut.head, cut.head_lines],
        "pieces": [list(piece) for piece in cut.pieces],
        "groups": [list(group) for group in cut.groups],
    }


def _cut_of(told: Any) -> Cut:
    pieces = tuple(Piece(*piece) for piece in told["pieces"])
    groups = tuple((rows, begin, end) for rows, begin, end in told["groups"])
    head, lines = told["head"]
    return Cut(told["unit"], pieces, head, lines, groups)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "backslashreplace")
