"""The options of translation."""

from __future__ import annotations

from dataclasses import dataclass

from elman.errors import OptionError
from elman.tasks.options import DATA, FILES, Options, check_at_least, flag, option

__all__ = ["OPTIONS", "TranslateOptions"]

PRESETS = ("fast", "strong")


@dataclass(frozen=True)
class TranslateOptions(Options):
    """Sentences into sentences of another language."""

    text: str | None = option(
        None, "column of the sentences, where DATA is a table", commands=FILES, column=True
    )
    target: str | None = option(
        None,
        "file of the translations, or their column",
        commands=DATA,
        column=True,
    )
    test: str | None = option(None, "file to judge on; by default some of DATA is held out")
    test_target: str | None = option(None, "file of the translations of --test")
    validation: str | None = option(
        None, "file to choose by; by default some of DATA is held out for that", advanced=True
    )
    validation_target: str | None = option(
        None, "file of the translations of --validation, line by line", advanced=True
    )
    preset: str = option("strong", "how much to spend", *PRESETS, commands=("train",))
    pieces: int | None = option(None, "pieces of words that are learnt, at most", advanced=True)
    embedding_size: int | None = option(None, "numbers of a piece's vector", advanced=True)
    dropout: float | None = option(None, "share of features left out in training", advanced=True)
    word_dropout: float | None = option(None, "share of pieces left out", advanced=True)
    join_dropout: float | None = option(
        None,
        "share of the joins of pieces left out, so that words are seen in parts",
        advanced=True,
    )
    beam: int | None = option(
        None,
        "translations looked at side by side; 1 takes the likeliest piece at every step",
        commands=("train", "compare", "predict"),
        advanced=True,
    )
    length_penalty: float | None = option(
        None,
        "0 prefers short translations, 1 none; by default as the validation part tells",
        commands=("train", "compare", "predict"),
        advanced=True,
    )
    baselines: bool = option(
        True, "set it beside copying, a dictionary and a memory", commands=("train",), advanced=True
    )

    def check(self) -> None:
        super().check()
        for name in ("test", "validation"):
            if getattr(self, f"{name}_target") is not None and getattr(self, name) is None:
                raise OptionError(
                    f"--{name}-target: expected --{name} FILE with the sentences beside it"
                )
        if self.keep == "simple":
            raise OptionError("--keep simple: no linear model stands inside a translator")
        for name in ("embedding_size", "pieces"):
            check_at_least(name, getattr(self, name), 1)
        if self.hidden_size is not None and self.hidden_size % 2:
            raise OptionError(f"--hidden-size {self.hidden_size}: expected an even number")
        if self.beam is not None and not 1 <= self.beam <= 64:
            raise OptionError(f"--beam {self.beam}: expected 1 to 64")
        if self.length_penalty is not None and not 0 <= self.length_penalty <= 5:
            raise OptionError(f"--length-penalty {self.length_penalty}: expected 0 to 5")
        for name in ("dropout", "word_dropout", "join_dropout"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < 1:
                raise OptionError(f"{flag(name)} {value}: expected a share from 0 to below 1")


OPTIONS = TranslateOptions
