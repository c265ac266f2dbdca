"""Small wrong changes in how series are read, and in what of them is judged."""

from __future__ import annotations

__all__ = ["DATED"]

T = "tests/data/series/"
DATES, VALUES, READ = (T + "test_calendar.py",), (T + "test_values.py",), (T + "test_read.py",)
SEASON, TASK = (T + "test_season.py",), ("tests/tasks/forecast/test_forecast.py",)
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
]
