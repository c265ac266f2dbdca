"""What a message makes of names that come from a file."""

import time

from elman.errors import did_you_mean


def test_the_nearest_is_guessed_and_all_are_listed():
    assert did_you_mean("presett", ["preset", "seed"]) == (
        'Did you mean "preset"? Choices: preset, seed.'
    )
    assert did_you_mean("xyz", ["preset", "seed"]) == "Choices: preset, seed."


def test_very_many_and_very_long_names_make_a_short_message():
    begun = time.process_time()
    said = did_you_mean("n" * 10**6, ["n" * 10**6, *(f"name {n}" for n in range(10**6))])
    assert time.process_time() - begun < 5
    assert len(said) < 1000
    assert said.endswith("name 38, ….")
