"""No number, list or name of a foreign model decides how much memory or time is taken."""

from __future__ import annotations

import json
import time
import tracemalloc

import pytest

import elman
from elman.artifact import encode
from elman.data.series.calendar import Calendar
from elman.errors import ArtifactError, OptionError
from tests.attribution.models import LINEAR, saved
from tests.hostile.models import forecaster, manifest, reseal

HUGE = (2**31, 2**62, 2**63, 10**4200, -(10**4200), -1, 0)

NUMBERS = {
    "classifier": (
        *(("network", name) for name in ("hidden_size", "outputs", "input_size", "num_layers")),
        *(("network", name) for name in ("ids_per_step", "members")),
        ("input", "affix_buckets"),
    ),
    "forecaster": (
        *(("network", name) for name in ("hidden_size", "outputs", "input_size", "num_layers")),
        *(("input", name) for name in ("window", "horizon")),
        ("input", "scaling", "season"),
    ),
}
MAKE = {"classifier": lambda place: saved(place, pairs=True, affixes=4), "forecaster": forecaster}


@pytest.mark.parametrize("kind", NUMBERS)
def test_every_number_is_bounded_before_it_is_used(tmp_path, kind):
    MAKE[kind](tmp_path / "m")
    good = manifest(tmp_path / "m")
    for *sections, name in NUMBERS[kind]:
        for huge in HUGE:
            changed = json.loads(json.dumps(good))
            place = changed
            for section in sections:
                place = place[section]
            assert name in place
            place[name] = huge
            reseal(tmp_path / "m", changed)
            if (name, huge) == ("affix_buckets", 0):
                continue
            with pytest.raises(ArtifactError) as caught:
                elman.load(tmp_path / "m")
            assert len(str(caught.value)) < 500, (name, huge)


@pytest.mark.parametrize(
    ("section", "name", "values"),
    [
        ("output", "temperature", (5e-324, 1e-300, 0.0, -1.0, 1e300)),
        ("output", "thresholds", ([1.5], [-0.1], [0.5] * 9)),
        ("output", "unsure_below", (1.1, -1e300)),
        ("output", "classes", (["a", "a"], ["a"], [f"{n:x}" for n in range(99999)])),
        ("input", "text_columns", ([],)),
        ("network", "pools", ([], ["last"] * 99999)),
        ("network", "input_pools", (["mean", "mean"],)),
    ],
)
def test_what_would_make_an_answer_nonsense_is_refused(tmp_path, section, name, values):
    saved(tmp_path / "m")
    good = manifest(tmp_path / "m")
    for value in values:
        reseal(tmp_path / "m", good | {section: good[section] | {name: value}})
        with pytest.raises(ArtifactError):
            elman.load(tmp_path / "m")


DAYS = encode(Calendar("%Y-%m-%d", "seconds", 86400.0, "2024-01-01T00:00:00"))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("scaling", [{"floor": floor} for floor in (0.0, 5e-324, 1e300, -1.0)]),
        ("recent", ([], [1e300] * 6, [1.0] * 7)),
        ("recent_dates", (["x"] * 6, ["2024-01-01"] * 6, [f"9999-12-{n}" for n in range(26, 32)])),
        ("recent_dates", ([str(n) for n in (1, 2, 3, 4, 5, 10**15)], ["-1e308", *"12345"])),
        ("recent", ([None] * 6,)),
        ("first", (10**15, -(10**15))),
        (
            "calendar",
            [
                DAYS | wrong
                for wrong in (
                    {"form": "%999999999d"},
                    {"zone": "/etc/localtime"},
                    {"zone": "+99999"},
                    {"start": "never"},
                    {"unit": "months", "step": 1e300},
                    {"unit": "months", "day": -4},
                    {"unit": "workdays"},
                    {"unit": "workdays", "week": "0000000"},
                    {"step": 1e300},
                )
            ],
        ),
    ],
)
def test_a_series_that_cannot_go_on_is_refused(tmp_path, name, values):
    forecaster(tmp_path / "m")
    good = manifest(tmp_path / "m")
    for value in values:
        value = good["input"]["scaling"] | value if name == "scaling" else value
        dated = {"calendar": DAYS} if name == "first" else {}
        reseal(tmp_path / "m", good | {"input": good["input"] | dated | {name: value}})
        with pytest.raises(ArtifactError, match=r"model\.json: input"):
            elman.load(tmp_path / "m")


def test_values_too_large_to_forecast_are_named(tmp_path):
    model = forecaster(tmp_path / "m")
    with pytest.raises(OptionError, match=r"^1e\+300, -1e\+300: beyond 1e\+100, too large"):
        model.predict([[1e300, 2.0, -1e300]])
    stream = model.stream()
    stream.feed(1.0)
    with pytest.raises(OptionError, match="too large"):
        stream.feed(-1e101)
    assert stream.steps == 1
    for near in ([1e100, -1e100], [1e-300, 0.0], [5e-324] * 6):
        answers(model, near)


def answers(model, series):
    (forecast,) = model.predict([series])
    assert json.dumps(forecast.values, allow_nan=False)


def test_one_date_says_nothing_of_the_next(tmp_path):
    forecaster(tmp_path / "m")
    good = manifest(tmp_path / "m")
    one = {"recent": [3.0], "recent_dates": ["2024-01-01"]}
    reseal(tmp_path / "m", good | {"input": good["input"] | one})
    model = elman.load(tmp_path / "m")
    (forecast,) = model.predict([model.codec.recent()])
    assert forecast.dates == ()


PARTS = {
    "empty arrays": b"[" + b"[]," * (10 * 2**20) + b"[]]",
    "empty objects": b"[" + b"{}," * (10 * 2**20) + b"{}]",
    "nested arrays": (b"[" * 50 + b"]" * 50) * 300_000,
    "short words": b'{"words":["<pad>","<unk>"' + b',"ab"' * (6 * 2**20) + b"]}",
    "numbers": b"[" + b"1.5," * (7 * 2**20) + b"0]",
    "one long word": b'{"words":["<pad>","<unk>","' + "🙂a".encode() * 6_000_000 + b'"]}',
}
MIB = 2**20


@pytest.mark.parametrize("name", PARTS)
def test_a_part_takes_little_memory_whatever_is_in_it(tmp_path, name):
    saved(tmp_path / "m")
    (tmp_path / "m" / "vocabulary.json").write_bytes(PARTS[name])
    assert len(PARTS[name]) < 32 * MIB
    reseal(tmp_path / "m")
    assert _peak(tmp_path / "m") < 350 * MIB


@pytest.mark.parametrize("name", PARTS)
def test_twice_as_much_is_read_of_terms_for_no_more_memory_each(tmp_path, name):
    saved(tmp_path / "m", terms=LINEAR, cell="none")
    content = PARTS[name].replace(b"words", b"terms")
    half, end = content[:-2], content[-2:]
    content = half + half[max(half.find(b","), 0) :] + end
    (tmp_path / "m" / "terms.json").write_bytes(content)
    assert len(content) < 64 * MIB
    reseal(tmp_path / "m")
    assert _peak(tmp_path / "m") < 700 * MIB


def _peak(directory):
    """The most memory that a refusal takes, in bytes."""
    tracemalloc.start()
    try:
        with pytest.raises(ArtifactError):
            elman.load(directory)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_terms_that_stand_twice_are_found_in_one_walk(tmp_path):
    terms = [f"{n}" for n in range(200_000)]
    saved(tmp_path / "m", terms=LINEAR, cell="none")
    for more, named in ((terms[-1], "199999"), ("film", "film")):
        path = tmp_path / "m" / "terms.json"
        path.write_text(json.dumps({"terms": [*terms, more]}))
        reseal(tmp_path / "m")
        begun = time.process_time()
        with pytest.raises(ArtifactError, match=f'term "{named}" stands twice'):
            elman.load(tmp_path / "m")
        assert time.process_time() - begun < 5


def test_words_that_stand_twice_are_found_in_one_walk(tmp_path):
    saved(tmp_path / "m")
    words = json.loads((tmp_path / "m" / "vocabulary.json").read_bytes())["words"]
    words += [f"{n}" for n in range(200_000)]
    (tmp_path / "m" / "vocabulary.json").write_text(json.dumps({"words": [*words, words[-1]]}))
    reseal(tmp_path / "m")
    begun = time.process_time()
    with pytest.raises(ArtifactError, match='word "199999" stands twice'):
        elman.load(tmp_path / "m")
    assert time.process_time() - begun < 5  # each with each would take minutes


@pytest.mark.parametrize("number", ["1" * 5000, "01", "١", "-1", "1.1", "", "2", "0 "])
def test_a_member_has_the_number_that_we_gave_it(tmp_path, number):
    saved(tmp_path / "m", members=2)
    path = tmp_path / "m" / "weights.safetensors"
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    renamed = {
        number + name[1:] if name.startswith("1.") else name: entry
        for name, entry in header.items()
    }
    written = json.dumps(renamed, ensure_ascii=False).encode()
    path.write_bytes(len(written).to_bytes(8, "little") + written + data[8 + length :])
    reseal(tmp_path / "m")
    with pytest.raises(ArtifactError, match="tensor"):
        elman.load(tmp_path / "m")


def test_the_file_at_fault_is_named_first(tmp_path):
    saved(tmp_path / "m")
    (tmp_path / "m" / "vocabulary.json").write_text("[")
    reseal(tmp_path / "m")
    with pytest.raises(ArtifactError, match=rf"^{tmp_path}/m/vocabulary\.json: not the JSON"):
        elman.load(tmp_path / "m")


def test_no_pool_stands_twice_even_where_the_weights_fit(tmp_path):
    with pytest.raises(ArtifactError, match=r'network\.pools: "last" stands twice'):
        saved(tmp_path / "m", pools=("last", "last"))
