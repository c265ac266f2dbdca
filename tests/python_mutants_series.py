"""Small wrong changes in how series are read, and in what of them is judged."""

from __future__ import annotations

__all__ = ["DATED"]

T = "tests/data/series/"
DATES, VALUES, READ = (T + "test_calendar.py",), (T + "test_values.py",), (T + "test_read.py",)
SEASON, TASK = (T + "test_season.py",), ("tests/tasks/forecast/test_forecast.py",)
LINEAR, RUN = ("tests/tasks/forecast/test_linear.py",), ("tests/runtime/test_linear.py",)
S, F, J = "elman/data/series/", "elman/tasks/forecast/", "elman/judging/values/"

DATED = [
    (S + "calendar.py", "if self.zone and self.step < _DAY:", "if False:", DATES),
    (S + "clocks.py", "moment.replace(fold=int(moment in seen))", "moment", DATES),
    (S + "clocks.py", "and not _skips_an_hour(wall)", "", DATES),
    (S + "calendar.py", "if moments is wall or step < _DAY:", "if True:", DATES),
    (S + "calendar.py", "return {5: 3, 6: 2}.get(weekday, 1)", "return 1", DATES),
    (S + "calendar.py", "return length - max(last - 4, 0)", "return length", DATES),
    (S + "calendar.py", "return min(rule, length)", "return rule", DATES),
    (S + "calendar.py", "step = _usual(np.diff(months))", "step = 1", DATES),
    (
        S + "calendar.py",
        "again[np.unique(positions, return_index=True)[1]] = False",
        "again[:] = False",
        READ,
    ),
    (S + "calendar.py", "len(there) not in (5, 6)", "len(there) not in (5,)", DATES),
    (S + "dates.py", '3 * int(found["q"]) - 2', 'int(found["q"])', DATES),
    (S + "dates.py", "str((moment.month + 2) // 3)", "str(moment.month)", DATES),
    (S + "dates.py", 'if form.endswith("%z") and moment.tzinfo is not None:', "if False:", DATES),
    (S + "dates.py", "timestamp() * EPOCHS[form]", "timestamp()", DATES),
    (S + "read.py", "values[positions] = numbers", "values[np.sort(positions)] = numbers", READ),
    (S + "read.py", "min(good, key=lambda fit: int(fit.positions.max()))", "good[0]", DATES),
    (
        S + "read.py",
        "return Series(value, values, season, calendar, kept.start, tuple(notes))",
        "return Series(value, values, season, calendar, 0, tuple(notes))",
        VALUES,
    ),
    (S + "values.py", "if len(set(values)) > 1:", "if False:", READ),
    (S + "values.py", "or len(set(percent)) > 1", "", READ),
    (S + "values.py", 'sign = "-" if', 'sign = "" if', VALUES),
    (S + "season.py", "comb - np.minimum.accumulate(r)[lags] > _REPEATS", "comb > 0", SEASON),
    (S + "season.py", "moves[season] > enough", "True", SEASON),
    (S + "season.py", "_NEAR_STRONGEST * comb", "comb", SEASON),
    (S + "season.py", "_MULTIPLES * m + 1", "m + 1", SEASON),
    (F + "scaling.py", "np.interp(places, places[left], filled[left])", "0.0", TASK),
    (F + "scaling.py", "if season > 1:", "if False:", TASK),
    (
        F + "codec.py",
        "np.maximum(rows, 0.0) if self.input.non_negative else np.stack(rows)",
        "np.stack(rows)",
        TASK,
    ),
    (F + "labelled.py", "if len(series.values) < input.window:", "if False:", TASK),
    (F + "labelled.py", "and learnt != found", "and False", TASK),
    (F + "labelled.py", "if seen is not None and seen > begin:", "if False:", TASK),
    (F + "screens.py", "max(6, 4 + ", "min(6, 4 + ", TASK),
    (F + "network/windows.py", "huber_loss(said[there], y[there])", "huber_loss(said, y)", TASK),
    (J + "yardstick.py", "count[o + horizon] > count[o]", "count[o] >= 0", TASK),
    (J + "yardstick.py", "float(error[there].mean())", "float(np.nanmean(error, 1).mean())", TASK),
    (J + "naive.py", "filled[i] = filled[i - steps]", "filled[i] = filled[i - 1]", TASK),
    (F + "linear.py", "lacks = 1.0 - learnt.sum(0)", "lacks = 0.0", LINEAR),
    (F + "linear.py", "total[longest - L :] += learnt", "total[:L] += learnt", LINEAR),
    (F + "linear.py", "weights[-2 * season : -season] -= 1.0 / season", "pass", LINEAR),
    (F + "linear.py", "way.logarithm == ranked[0].logarithm", "True", LINEAR),
    (F + "linear.py", "there = np.isfinite(column)", "there = np.isfinite(left).all(1)", LINEAR),
    (
        F + "linear.py",
        "read[:cut], L, horizon, range(L, cut + 1)",
        "read, L, horizon, range(L, end + 1)",
        LINEAR,
    ),
    (F + "linear.py", "if window is None else [window]", "", LINEAR),
    (F + "network/windows.py", "left = rows.wanted - flat @ linear", "left = rows.wanted", TASK),
    (F + "network/fit.py", "if choice.worth or recipe.keep", "if recipe.keep", LINEAR),
    (
        F + "network/fit.py",
        "whole[floats - len(weights) :] = weights",
        "whole[: len(weights)] = weights",
        LINEAR,
    ),
    (
        F + "explain.py",
        "window[before + places] = steps.ravel()[before + places]",
        "window[places] = steps.ravel()[places]",
        LINEAR,
    ),
    ("elman/runtime/linear.py", "[-len(self.weight) :]", "[: len(self.weight)]", RUN),
    (
        "elman/runtime/linear.py",
        "self.weight[len(self.weight) - len(state) :]",
        "self.weight[: len(state)]",
        RUN,
    ),
    ("elman/models/linear.py", "* (places >= 0)[:, :, None]", "", RUN),
]
