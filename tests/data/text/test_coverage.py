"""What the model will not see is counted over the rows asked for."""

import numpy as np
import pytest

from elman.data.text.coverage import measure_coverage
from elman.data.text.doctor import examine
from elman.data.text.reader import read_corpus


def test_coverage_counts_words_of_the_rows_asked_for(tmp_path):
    pairs = [(f"text number {n}", "ab"[n % 2]) for n in range(40)]
    found = examine(read_corpus(pairs, tmp_path))
    encoded = np.array([2, 1, 3, 1, 1, 4, 5, 6, 7, 8], dtype=np.int32)
    offsets = np.array([0, 0, 3, 6, 10])
    everything = measure_coverage(found, encoded, offsets, max_length=3)
    assert (everything.cut_share, everything.unknown_share) == (0.1, 0.3)
    rows = np.array([0, 1, 3])
    part = measure_coverage(found, encoded, offsets, max_length=2, rows=rows)
    assert part.cut_share == pytest.approx(3 / 7)
    assert part.unknown_share == pytest.approx(1 / 7)
    assert any("42.9% of the words are beyond the limit of 2" in w for w in part.warnings)
    assert any("14.3% of the words are unknown" in w for w in part.warnings)
    assert part.lines()[-1].startswith("42.9% of words beyond the length limit, 14.3% unknown")
    assert found.warnings == []
    nothing = measure_coverage(found, encoded, offsets, max_length=9, rows=np.arange(0))
    assert (nothing.cut_share, nothing.unknown_share, nothing.warnings) == (0, 0, [])
