"""A job: the same model, options and input, cut the same way. Its folder says whose it is.

`_manifest.json` holds what makes the job and how the input is cut; `_parts/00007.json` is written
after the part that it vouches for, by its sha256; `_SUCCESS` comes when all parts are there. Until
then files of which no part is there yet may be mended, go and come, and a job of which no part is
there gives way to another: by whoever is alone in the folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from elman.artifact.manifest import MANIFEST
from elman.data.pieces.cut import Cut, Piece
from elman.data.pieces.sources import Source
from elman.errors import OptionError
from elman.version import __version__
from elman.workflow.scoring.folder import Folder
from elman.workflow.scoring.manifest import Divided, difference, divided

__all__ = [
    "SUCCESS",
    "Job",
    "Shard",
    "all_done",
    "digest_of",
    "done_of",
    "files_of",
    "joined",
    "part_name",
    "record_name",
    "rejects_name",
]

JOB, SUCCESS = "_manifest.json", "_SUCCESS"
_PARTS, _REJECTS = "_parts", "_rejects"
_FORMAT = 3
_OF_PART = re.compile(r"(?:_parts/|(?:_rejects/)?part-)(\d+)\.\w+")


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
    kept: dict[str, Any] = field(default_factory=dict)
    """`columns` by their names in parts, and their `kinds` there, as `columns.agreed` has them."""

    @property
    def terms(self) -> dict[str, Any]:
        """What a part follows from, beside its input."""
        return {
            "elman": __version__,
            "model": self.digest,
            "options": {name: str(value) for name, value in sorted(self.options.items())}
            | {"keep": self.keep, "parts": self.kind, "part size": self.size},
        }

    @property
    def facts(self) -> dict[str, Any]:
        """What makes it this job and no other; no path, for machines mount folders as they like."""
        return self.terms | {"input": [list(source.told) for source in self.sources]}

    def mark(self, shard: Shard) -> str:
        """Return what tells a part from that of any other piece, file or job."""
        of = [self.terms, shard.source.told, shard.piece]
        return hashlib.sha256(_json(of)).hexdigest()


Cutting = Callable[[Sequence[Source]], Sequence[Cut]]
Agreeing = Callable[[], dict[str, Any]]
Joined = tuple[Job, list[Shard]]


def digest_of(model: str) -> str:
    """Return what tells a model directory from any other: its manifest has hashes of all parts."""
    return hashlib.sha256(Path(model, MANIFEST).read_bytes()).hexdigest()


def part_name(number: int, kind: str) -> str:
    return f"part-{number:05d}{kind}"


def rejects_name(number: int) -> str:
    return f"{_REJECTS}/part-{number:05d}.jsonl"


def record_name(number: int) -> str:
    return f"{_PARTS}/{number:05d}.json"


@contextlib.contextmanager
def joined(job: Job, folder: Folder, cut: Cutting, agree: Agreeing) -> Iterator[Joined]:
    """Yield a job as it was begun, by this run or by one before or beside it, and its shards.

    Until this ends, others see that somebody is at work.

    Args:
        job: what is to be done.
        folder: where to.
        cut: cuts sources; asked only by the first that comes.
        agree: says which columns are kept, and of what kinds; asked as `cut` is.

    Raises:
        OptionError: the folder is another job's, or holds something else.
    """
    while True:
        found = _read(folder)
        if found is None:
            _begin(job, folder, cut, agree)
        elif not _is(found, job):
            _change(job, folder, cut, agree)
        else:
            with folder.working(JOB):
                # before it was locked somebody may have changed it
                if _read(folder) == found:
                    yield replace(job, kept=found["kept"]), _shards(job, found)
                    return


def _shards(job: Job, found: Any) -> list[Shard]:
    each = enumerate(zip(job.sources, map(Divided.of, found["cuts"]), strict=True))
    return [
        Shard(number, place, source, file.cut, piece)
        for place, (source, file) in each
        for number, piece in zip(file.numbers, file.cut.pieces, strict=True)
    ]


def _is(found: Any, job: Job) -> bool:
    facts = job.facts
    return {name: found.get(name) for name in facts} == facts


def _begin(job: Job, folder: Folder, cut: Cutting, agree: Agreeing) -> None:
    there = sorted(folder.names())
    if there and _read(folder) is None:  # nor has somebody begun this very moment
        raise OptionError(
            f"--out {folder.name}: holds {there[0]} and is not the folder of a job of elman "
            "predict. Name an empty or a new folder."
        )
    folder.put(JOB, _written(job, agree(), divided(job.sources, cut, {})), first=True)


def _change(job: Job, folder: Folder, cut: Cutting, agree: Agreeing) -> None:
    """Make a folder this job's, where no part of another is lost by it."""
    with folder.alone(JOB) as company:
        found = _read(folder)
        if found is None or _is(found, job):
            return
        names = folder.sizes()
        numbers = {int(n[1]) for name in names if (n := _OF_PART.fullmatch(name))}
        before = {
            tuple(told): Divided.of(each)
            for told, each in zip(found["input"], found["cuts"], strict=True)
        }
        there = {told for told, each in before.items() if numbers & {*each.numbers}}
        now = {source.told for source in job.sources}
        why = difference(found, job.facts)
        if SUCCESS not in names and (not numbers or _same_terms(found, job)) and there <= now:
            kept = agree()
            if numbers and kept != found["kept"]:
                why += ", and columns that are kept would be others than in its parts"
            elif company is None:
                left = (number for each in before.values() for number in each.numbers)
                folder.swept(files_of(left, found["options"]["parts"]), ended=True)
                same = {told: each for told, each in before.items() if told in now}
                cuts = divided(job.sources, cut, same if numbers else {})
                folder.put(JOB, _written(job, kept, cuts))
                return
            else:
                why += f", and {company}"
    raise OptionError(
        f"--out {folder.name} belongs to another job: {why}. Name another folder, or delete this "
        "one."
    )


def _same_terms(found: Any, job: Job) -> bool:
    terms = job.terms
    return {name: found.get(name) for name in terms} == terms


def _written(job: Job, kept: dict[str, Any], cuts: Sequence[Divided]) -> bytes:
    told = {"cuts": [each.told for each in cuts], "kept": kept}
    return _json({"format": _FORMAT, **job.facts, **told})


def files_of(numbers: Iterable[int], kind: str) -> Iterator[str]:
    """Yield the names of all that is written of shards."""
    for number in numbers:
        yield from (part_name(number, kind), rejects_name(number), record_name(number))


def done_of(folder: Folder, job: Job, shard: Shard) -> Any:
    """Return the record of a part that is done, and is still what was written; else None."""
    record = _record(folder.read(record_name(shard.number)), job.mark(shard))
    if record is None:
        return None
    whole = all(folder.whole(f["name"], f["bytes"], f["sha256"]) for f in record["files"])
    return record if whole else None


def all_done(folder: Folder, job: Job, shards: Sequence[Shard]) -> list[Any]:
    """Return the records of all parts that are there, by whoever they were made."""
    sizes = folder.sizes()
    there = [shard for shard in shards if record_name(shard.number) in sizes]
    read = folder.read_all([record_name(shard.number) for shard in there])
    each = zip(read, there, strict=True)
    records = [r for data, shard in each if (r := _record(data, job.mark(shard))) is not None]
    return [r for r in records if all(sizes.get(f["name"]) == f["bytes"] for f in r["files"])]


def _record(data: bytes | None, mark: str) -> Any:
    try:
        record = json.loads(data or b"null")
    except ValueError:
        return None
    return record if isinstance(record, dict) and record.get("job") == mark else None


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


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "backslashreplace")
