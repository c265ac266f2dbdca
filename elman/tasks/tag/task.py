"""The task of tagging words, as the workflow asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from elman.data.tagged.tables import token_columns
from elman.exporting.front import FrontEnd
from elman.exporting.parts.shares import Shares
from elman.judging.tags.decision import Tagging
from elman.runtime.model import Model
from elman.tasks.interface import (
    Claim,
    Glance,
    Labelled,
    Learner,
    Renewed,
    Types,
    Unlabelled,
)
from elman.tasks.reporter import Reporter
from elman.tasks.rows import encoded
from elman.tasks.tag import screens
from elman.tasks.tag.codec import SEEN, VOCABULARY, tag_codec, tag_codec_of
from elman.tasks.tag.drift import MEASURES, measured
from elman.tasks.tag.items import is_table, items_of_file, piped_items, table_of_file, typed_items
from elman.tasks.tag.labelled import labelled_sentences, random_sentences
from elman.tasks.tag.options import TagOptions
from elman.tasks.tag.records import record_of
from elman.tasks.tag.rows.source import has_columns, pairs_of
from elman.tasks.wire import Wire

if TYPE_CHECKING:
    from elman.attribution.maps.influence import InfluenceMap

__all__ = ["TASK"]

MIB = 2**20


class Tag:
    """`tasks.interface.Task` for words with tags."""

    name: ClassVar[str] = "tag"
    parts: ClassVar[Mapping[str, int]] = {VOCABULARY: 32 * MIB, SEEN: 16 * MIB}
    abilities: ClassVar[frozenset[str]] = frozenset({"stream", "page", "explain", "remember"})
    instead_of_data: ClassVar[str] = ""
    codec = staticmethod(tag_codec)
    labelled = staticmethod(labelled_sentences)
    measures = MEASURES
    measured = staticmethod(measured)
    typed = staticmethod(typed_items)
    items = staticmethod(items_of_file)
    apart = staticmethod(is_table)
    table = staticmethod(table_of_file)
    piped = staticmethod(piped_items)

    def claim(self, glance: Glance) -> Claim | None:
        data = glance.data
        if not isinstance(data, (str, Path)):
            if not glance.rows:
                return Claim(0.9, "tags for the words of each") if pairs_of(data) else None
        elif has_columns(Path(data), glance.lines):
            return Claim(0.9, "a word and its tag a line")
        if glance.rows and (found := token_columns(glance.rows[0])):
            return Claim(0.8, f'as many words in "{found[0]}" as tags in "{found[1]}"')
        return None

    def deciding(self, model: Model, options: TagOptions) -> Model:
        return model

    def one(self, model: Model, words: Sequence[Any]) -> Any:
        """One text; or the words of one, as they are."""
        if len(words) == 1:
            return words[0]
        return list(words)

    def records(self, answer: Tagging) -> Iterable[dict[str, Any]]:
        return [record_of(answer)]

    def record_types(self, model: Model) -> Types:
        types: Types = {"words": [str], "tags": [str], "probabilities": [float]}
        if tag_codec_of(model).decision.scheme:
            types["spans"] = [{"kind": str, "begin": int, "end": int, "text": str}]
        return types

    def answered(self, said: str, items: Sequence[Any], answers: Sequence[Tagging]) -> Any:
        return {"predictions": [record_of(answer) for answer in answers]}

    def made_up(self, model: Model, *, rows: int, seed: int) -> Labelled:
        return random_sentences(model, rows, seed)

    def unlabelled(self, data: Any, model: Model, options: TagOptions) -> Unlabelled:
        """Read a file as `predict` does, or take texts."""
        named = isinstance(data, (str, Path))
        items = self.items(Path(data), model, options) if named else self.typed(model, list(data))
        return encoded(items, tag_codec_of(model).encode)

    def renewed(self, model: Model, data: Any, options: TagOptions) -> Renewed:
        raise AssertionError("texts have no newer values to go on from")

    def checks(self, model: Model, options: TagOptions) -> dict[str, Any]:
        return {}

    def screen(self, kind: str, report: dict[str, Any]) -> list[str]:
        return screens.SCREENS[kind](report)

    def page(self, report: dict[str, Any]) -> str:
        return ""

    def front_end(self, model: Model) -> FrontEnd:
        decision = tag_codec_of(model).decision
        shares = Shares("multiclass", decision.temperature)
        return FrontEnd("elman.tasks.tag.exported.alone", shares, (VOCABULARY,), decision.tags)

    def learner(self) -> Learner:
        from elman.tasks.tag.learner import TagLearner

        return TagLearner()

    def reporter(self) -> Reporter:
        from elman.tasks.tag.reporter import REPORTER

        return REPORTER

    def wire(self) -> Wire:
        from elman.tasks.tag.wire import WIRE

        return WIRE

    def explainer(self, *, gradients: bool = True) -> Callable[[Model, Any], InfluenceMap]:
        from elman.tasks.tag.explain import influence_map

        return influence_map


TASK = Tag()
