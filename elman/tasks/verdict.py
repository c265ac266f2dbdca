"""Whether the recurrent model is worth it, in one sentence and with the chance of being wrong."""

from __future__ import annotations

from typing import Any

__all__ = ["NAMES", "verdict"]

NAMES = {
    "majority": "majority class",
    "tfidf_logistic": "TF-IDF(1,2) + logistic regression",
    "linear_path": "its linear path alone",
    "mean_embedding": "linear on mean embedding",
    "convolution": "small convolutional net",
}
"""How each opponent is called on the screen."""


def verdict(opponents: dict[str, dict[str, Any]], *, figure: str = "accuracy") -> str:
    """Say who won.

    Args:
        opponents: by name: `accuracy`, and `paired` (difference of the recurrent model to it,
            with `p`) as `metrics.paired` returns it.
    """
    rivals = {n: o for n, o in opponents.items() if n != "majority"} or opponents
    name, best = max(rivals.items(), key=lambda item: float(item[1][figure]))
    called = NAMES.get(name, name)
    difference, p = best["paired"]["difference"] * 100, best["paired"]["p"]
    low, high = (100 * x for x in best["paired"]["ci95"])
    spread = f"95 % interval {low:+.1f} to {high:+.1f}, p = {p:.2g}"
    if p < 0.05 and difference > 0:
        return (
            f"The recurrent model is {difference:.1f} points above the best opponent "
            f"({called}), more than chance explains ({spread})."
        )
    if p < 0.05:
        return (
            f"Use the simpler model: {called} is {-difference:.1f} points above the recurrent "
            f"model, more than chance explains ({spread})."
        )
    return (
        f"No difference that chance does not explain between the recurrent model and {called} "
        f"({difference:+.1f} points, {spread}); the simpler model will do."
    )
