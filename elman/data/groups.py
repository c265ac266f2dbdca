"""Which rows train, which choose, which judge, where rows belong together: a film, a patient.

Rows of one group are on one side, and so are equal texts; groups that share a text are therefore
one. What is held out is chosen by what the groups are called, not by where they stand.
But: a group is never cut, so of few or large groups no part is exactly the share that was asked.
"""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

from elman.data.large import salted
from elman.data.split import Hashes, Parts, group_equal, quota

__all__ = ["Keys", "hold_out_groups", "join", "split_by_groups"]

Keys = npt.NDArray[np.uint64]
"""`(N,)` the hash of each row's group."""

Ints = npt.NDArray[np.int64]


def join(keys: Keys, hashes: Hashes) -> Ints:
    """Number the rows `(N,)` so that those of one group, and those of one text, are the same.

    What is so connected over any number of rows is one. Numbers follow the order of the keys, not
    of the rows.

    Args:
        keys: the hash of each row's group.
        hashes: `(N, 16)` content hashes of the rows.
    """
    # a quarter of a second, which only those wait for who have groups
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    groups, texts = np.unique(keys, return_inverse=True)[1], group_equal(hashes)
    size = len(keys) and int(groups.max()) + 1
    nodes = size + (len(keys) and int(texts.max()) + 1)
    edges = coo_matrix((np.ones(len(keys), bool), (groups, size + texts)), shape=(nodes, nodes))
    parts = connected_components(edges, directed=False)[1][groups]
    return np.unique(_first_keys(parts, keys)[parts], return_inverse=True)[1].astype(np.int64)


def split_by_groups(
    keys: Keys,
    hashes: Hashes,
    class_ids: npt.NDArray[np.integer],
    *,
    fraction: float,
    test: bool = True,
) -> Parts:
    """Hold out a test part, and of what is left a validation part, in whole groups.

    Args:
        keys, hashes: as `join` takes them.
        class_ids, fraction: as `hold_out_groups` takes them.
        test: False where the test rows come from elsewhere; then all are left for the others.
    """
    together, rest = join(keys, hashes), np.arange(len(keys))
    held = np.zeros(len(keys), dtype=bool)
    if test:
        held = hold_out_groups(together, keys, class_ids, fraction=fraction, salt="test")
    tested, rest = rest[held], rest[~held]
    held = hold_out_groups(
        together[rest], keys[rest], class_ids[rest], fraction=fraction, salt="validation"
    )
    parts = Parts(rest[~held], rest[held], tested)
    if 2 * len(parts.validation) >= len(tested):
        return parts
    # all that can be held out went into the test part, because the other groups are large
    both = np.sort(np.concatenate([parts.validation, tested]))
    held = hold_out_groups(
        together[both], keys[both], class_ids[both], fraction=0.5, salt="validation"
    )
    return Parts(parts.train, both[held], both[~held])


def hold_out_groups(
    together: Ints,
    keys: Keys,
    class_ids: npt.NDArray[np.integer],
    *,
    fraction: float,
    salt: str = "",
) -> npt.NDArray[np.bool_]:
    """Choose the groups to hold out, so that each class gives about the given share.

    They are gone through in the order of their salted keys, and taken while no class gets more
    than its share; then, one by one, the group that brings the shares nearest even so. Where all
    are too large, the one that comes nearest is taken. No class loses its last row, so a class
    that stands in one group alone keeps that group in training.

    Args:
        together: `(N,)` numbers of the groups, as `join` gives them.
        keys: the hash of each row's group; the smallest of a group draws its place.
        class_ids: `(N,)` class of each row.
        fraction: share of each class to hold out, between 0 and 1.
        salt: another word gives another part, for instance "test" and "validation".

    Returns:
        `(N,)` mask, True where held out.
    """
    if not len(together):
        return np.zeros(0, dtype=bool)
    numbers, groups = np.unique(together, return_inverse=True)
    order = np.argsort(salted(_first_keys(groups, keys), salt), kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    groups = place[groups]  # by their turn
    strata, classes = np.unique(class_ids, return_inverse=True)
    cells, rows = np.unique(groups * len(strata) + classes, return_counts=True)
    owners, kinds = np.divmod(cells, len(strata))  # of each cell the group and the class
    begins = np.searchsorted(owners, np.arange(len(numbers) + 1))

    left = np.bincount(classes)
    missing = np.array([quota(int(total), fraction) for total in left])
    # of a small class one row more or less is much
    scale = np.maximum(missing, 1)
    chosen = np.zeros(len(numbers), dtype=bool)
    for group, (begin, end) in enumerate(itertools.pairwise(begins)):
        of, its = kinds[begin:end], rows[begin:end]
        if (its <= missing[of]).all():
            chosen[group] = True
            missing[of] -= its
            left[of] -= its
    while True:
        # how the squares of what is missing would change, each beside what is wanted
        change = rows * (rows - 2 * missing[kinds]) / scale[kinds]
        change[rows >= left[kinds]] = np.inf
        change = np.add.reduceat(change, begins[:-1])
        change[chosen] = np.inf
        best = int(change.argmin())
        if not change[best] < (0 if chosen.any() else np.inf):
            return np.asarray(chosen[groups])
        of, its = kinds[begins[best] : begins[best + 1]], rows[begins[best] : begins[best + 1]]
        chosen[best] = True
        missing[of] -= its
        left[of] -= its


def _first_keys(groups: npt.NDArray[np.integer], keys: Keys) -> Keys:
    """The smallest key of each group `(G,)`."""
    first = np.full(len(groups) and int(groups.max()) + 1, 2**64 - 1, dtype=np.uint64)
    np.minimum.at(first, groups, keys)
    return first
