"""The built-in series is the published one."""

import hashlib

from elman.data.builtin.airline import airline


def test_airline_is_the_published_series():
    series = airline()
    text = ",".join(str(int(v)) for v in series.values)
    assert series.values.shape == (144,)
    assert series.values.sum() == 40363
    assert (
        hashlib.sha256(text.encode()).hexdigest()
        == "fe529825b8393b6873a1be3d9c484cbd0c7e6853b6ca082612f406a762e2de4e"
    )
    assert series.calendar is not None
    assert (series.date(0), series.date(11), series.date(143)) == (
        "1949-01",
        "1949-12",
        "1960-12",
    )
    assert (series.season, series.frequency) == (12, "monthly")
