"""No instruction set that this machine can run is left out of what is proved of the kernels."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from elman import native
from tests.bench import test_measure
from tests.contract.bits import test_padding, test_threads
from tests.contract.half.units import UNITS_HERE
from tests.contract.values import test_equals_reference, test_extremes
from tests.isas import ISAS_HERE
from tests.ops import test_pool, test_scan
from tests.runtime import test_instruction_sets as runtime

PROPERTIES = [
    test_equals_reference.test_every_instruction_set_equals_the_reference,
    test_equals_reference.test_bfloat16_without_gradients_is_rounded_only_at_the_end,
    test_extremes.test_saturated_gates_equal_the_reference,
    test_padding.test_the_content_of_the_padding_changes_nothing,
    test_padding.test_the_amount_of_padding_changes_nothing,
    test_padding.test_full_lengths_equal_none,
    test_padding.test_the_order_of_the_rows_changes_no_row,
    test_padding.test_the_number_of_rows_changes_no_row,
    test_padding.test_in_bfloat16_a_row_alone_has_the_same_bits,
    test_threads.test_any_number_of_threads_gives_the_same_bits,
    test_scan.test_every_instruction_set_equals_the_reference,
    test_scan.test_a_row_keeps_its_bits_in_any_batch,
    test_scan.test_the_number_of_threads_changes_no_bit,
    test_pool.test_the_walk_is_torchs_own_operations,
    test_pool.test_threads_strides_and_padding_change_no_bit,
    test_measure.test_peak_is_measured_on_every_instruction_set,
    runtime.test_a_saved_network_equals_torch,
    runtime.test_no_row_depends_on_its_company,
    runtime.test_a_stream_is_the_whole,
    runtime.test_packed_weights_stay_with_the_set_they_were_packed_for,
]
"""What depends on the set; all else runs on the set in use alone."""

NEEDED = {
    "avx512": {"avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512cd", "fma"},
    "avx2": {"avx2", "fma", "bmi1", "bmi2"},
    "baseline": set(),
}
"""What Linux calls the features that each set is made of."""


UNITS = {
    "tiles": {"amx_tile", "amx_bf16", *NEEDED["avx512"]},
    "dots": {"avx512_bf16", *NEEDED["avx512"]},
    "emulated": set(),
}
"""As well of the units that multiply bfloat16."""


def features_here():
    """What the system says of the processor; None where that is not Linux on x86-64."""
    if platform.machine() != "x86_64" or not Path("/proc/cpuinfo").exists():
        return None
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return set(next(line for line in lines if line.startswith("flags")).split())


@pytest.mark.skipif(native.missing() is not None, reason=str(native.missing()))
def test_every_unit_of_the_processor_is_here():
    features = features_here() or set()
    expected = {unit for unit, needed in UNITS.items() if needed <= features}
    # A system may refuse room for tiles, and an old compiler not know them.
    assert set(UNITS_HERE) | {"tiles"} == expected | {"tiles"}
    assert set(UNITS_HERE) <= expected
    assert list(UNITS) == list(native.HALVES)
    assert native.use_half(None)
    assert (native.half() or "emulated") in UNITS_HERE
    assert not native.use_half("tile")


@pytest.mark.skipif("avx2" not in ISAS_HERE, reason="one instruction set alone")
def test_a_lesser_set_has_no_unit():
    before = native.isa()
    assert native.use_isa("avx2")
    assert native.half() is None
    assert native.use_isa(before)


@pytest.mark.skipif(native.missing() is not None, reason=str(native.missing()))
def test_every_set_of_the_processor_is_here():
    """Asked of the system, not of the library: a set that it denies would be tested by nobody."""
    features = features_here()
    if features is None:
        assert ISAS_HERE == ("baseline",)
        return
    assert set(ISAS_HERE) == {isa for isa, needed in NEEDED.items() if needed <= features}
    assert set(NEEDED) == set(native.ISAS)


@pytest.mark.parametrize("check", PROPERTIES, ids=lambda check: check.__name__)
def test_every_property_runs_on_every_set_here(check):
    marks = [mark.args for mark in check.pytestmark if mark.name == "parametrize"]
    [values] = [values for names, values in marks if names[0] == "isa"]
    assert {isa for isa, _ in values} | {ISAS_HERE[0]} == set(ISAS_HERE)
