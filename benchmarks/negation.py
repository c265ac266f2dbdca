"""How often does each method of `elman explain` find the negation that decides a built-in review?

python benchmarks/negation.py [SEED …]: for each seed `fast` is trained on 8,000 reviews and asked
about denials among 1,500 others; found is a "not", "never" or "nobody" among the two words that
speak most for the answer. Only right answers count. "Decides": twelve of the fourteen forms, and
"answered" is their share that is answered rightly; "all": also the two forms in which something
else gives the feeling away (tests/attribution).
"""

import re
import sys
import tempfile

import numpy as np
import torch

import elman
from elman.attribution.agreement import top
from elman.data.builtin.grammar import DENIALS, NEGATIONS
from elman.data.builtin.reviews import reviews

ELSEWHERE = ("They said that", "Nobody could")
FORMS = [denied for _, denied in NEGATIONS] + list(DENIALS)


def pattern(form):
    parts = re.split(r"\{\w+\}", form)
    return re.compile(r".*\b" + r"[^.,]+".join(map(re.escape, parts)) + ".*", re.IGNORECASE)


PATTERNS = {form: pattern(form) for form in FORMS}


def form_of(text):
    return next((form for form, p in PATTERNS.items() if p.fullmatch(text)), None)


torch.set_num_threads(1)
print(f"{'seed':>4} {'accuracy':>8} {'answered':>8} {'texts':>5}  share found: decides (all)")
for seed in map(int, sys.argv[1:] or ["0"]):
    with tempfile.TemporaryDirectory() as out:
        model = elman.train(reviews(8000, seed), out, task="classify", seed=seed, baselines=False)
        held = reviews(1500, 1_000_000 + seed)
        said = [p.label for p in model.predict([text for text, _ in held])]
        found: dict[str, list[tuple[bool, bool]]] = {}
        errors, made_up, answered = [], [], []
        for (text, label), answer in zip(held, said, strict=True):
            form = form_of(text)
            if form is None:
                continue
            decides = not form.startswith(ELSEWHERE)
            if decides:
                answered.append(answer == label)
            if answer != label:
                continue
            explained = elman.explain(model, text)
            errors.append(explained.shares["gradients"].completeness_error)
            for method, shares in explained.shares.items():
                words = [explained.words[n] for n in top(shares.values)]
                hit = bool({*words} & {"not", "never", "nobody"})
                found.setdefault(method, []).append((hit, decides))
            if form.startswith("They said"):
                made_up.append(explained.trajectory.made_up < explained.words.index("not"))
    right = np.mean([a == label for a, (_, label) in zip(said, held, strict=True)])
    shown = []
    for method, hits in found.items():
        array = np.array(hits)
        shown.append(f"{method} {array[array[:, 1], 0].mean():.1%} ({array[:, 0].mean():.1%})")
    print(
        f"{seed:>4} {right:>8.1%} {np.mean(answered):>8.1%} {len(errors):>5}  {', '.join(shown)}; "
        f"largest completeness error {max(errors):.2%}; They said: mind made up before the not "
        f"{np.mean(made_up):.0%}",
        flush=True,
    )
