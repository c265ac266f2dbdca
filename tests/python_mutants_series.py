"""Small wrong changes in how series are read, and in what of them is judged."""

from __future__ import annotations

__all__ = ["DATED"]

T = "tests/data/series/"
DATES, VALUES, READ = (T + "test_calendar.py",), (T + "test_values.py",), (T + "test_read.py",)
SEASON, TASK = (T + "test_season.py",), ("tests/tasks/forecast/test_forecast.py",)
LINEAR, RUN = ("tests/tasks/forecast/test_linear.py",), ("tests/runtime/test_linear.py",)
S, F, J = "elman/data/series/", "elman/tasks/forecast/", "elman/judging/values/"
L = F + "linear/"
PANEL, MANY = ("tests/tasks/forecast/test_panel.py",), (T + "test_panel.py",)
COVARIATES = ("tests/tasks/forecast/test_covariates.py",)
INTERVALS, UPDATE = (
    ("tests/tasks/forecast/test_intervals.py",),
    ("tests/tasks/forecast/test_update.py",),
)
ALIGNED = ("tests/tasks/forecast/test_alignment.py",)

CALENDAR = ("tests/tasks/forecast/test_calendar_features.py",)
SHARE, AGAIN = ("tests/tasks/forecast/test_share.py",), ("tests/tasks/forecast/test_again.py",)
FURTHER, DRAWN = ("tests/tasks/forecast/test_further.py",), ("tests/draw/test_fan.py",)

LEFT, W = ("tests/workflow/scoring/test_left_out.py",), "elman/workflow/"

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
    (
        S + "read.py",
        "values[positions - begin] = numbers",
        "values[np.sort(positions) - begin] = numbers",
        READ,
    ),
    (S + "dated.py", "min(good, key=lambda fit: int(fit.positions.max()))", "good[0]", DATES),
    (
        S + "read.py",
        "return Series(name, values[kept], 1, calendar, begin + kept.start, beside), outside",
        "return Series(name, values[kept], 1, calendar, begin, beside), outside",
        VALUES,
    ),
    (S + "values.py", "if len(values) > 1]:", "if False]:", READ),
    (S + "clocks.py", "mode(gaps) if gaps else _DAY", "mode(gaps)", READ),
    (S + "read.py", "if series is None or present < fewest:", "if series is None:", MANY),
    (S + "read.py", "if fault.column not in layout.values else", "if True else", MANY),
    (F + "task.py", "        codec.check_ahead(series)\n", "", FURTHER),
    (F + "drift.py", 'said += f"; {panel.left_out_said}"', "pass", LEFT),
    (F + "labelled.py", "*_too_short(panel, begin, H), ", "", LEFT),
    (F + "coding/codec.py", "            if panel.left_out:\n", "            if False:\n", LEFT),
    (F + "wire.py", " + len(panel.left_out)", "", LEFT),
    (W + "predict.py", "        bad.unlink(missing_ok=True)", "        pass", LEFT),
    (W + "predict.py", "if left and len(left) == len(each):", "if False:", LEFT),
    (W + "predict_file.py", "| dict(row.named) | held", "| held", LEFT),
    (W + "scoring/part.py", "ids.extend(row.named.values())", "pass", LEFT),
    (S + "values.py", "or len(set(percent)) > 1", "", READ),
    (S + "values.py", 'sign = "-" if', 'sign = "" if', VALUES),
    (S + "season.py", "comb - np.minimum.accumulate(r)[lags] > _REPEATS", "comb > 0", SEASON),
    (S + "season.py", "moves[season] > enough", "True", SEASON),
    (S + "season.py", "_NEAR_STRONGEST * comb", "comb", SEASON),
    (S + "season.py", "_MULTIPLES * m + 1", "m + 1", SEASON),
    (F + "coding/scaling.py", "np.interp(places, places[left], filled[left])", "0.0", TASK),
    (F + "coding/scaling.py", "if season > 1:", "if False:", TASK),
    (
        F + "coding/input.py",
        "return np.maximum(said, self._lowest)",
        "return said",
        TASK,
    ),
    (F + "labelled.py", "if len(series.values) < input.window]", "if False]", TASK),
    (F + "labelled.py", "and learnt != found", "and False", TASK),
    (F + "labelled.py", "if n and n > first]", "if False]", TASK),
    (F + "shown/screens.py", "max(6, 4 + ", "min(6, 4 + ", TASK),
    (
        F + "network/windows.py",
        "huber_loss((weight * said)[there], (weight * y)[there])",
        "huber_loss(weight * said, weight * y)",
        TASK,
    ),
    (F + "laid.py", "(count[kept + horizon] > count[kept]) & ", "", TASK),
    (J + "yardstick.py", "float(error[there].mean())", "float(np.nanmean(error, 1).mean())", TASK),
    (J + "naive.py", "filled[i] = filled[i - steps]", "filled[i] = filled[i - 1]", TASK),
    (L + "weights.py", "lacks = 1.0 - values.sum(0)", "lacks = 0.0 * values.sum(0)", LINEAR),
    (L + "weights.py", "total[longest - L : longest] += values", "total[:L] += values", LINEAR),
    (L + "weights.py", "weights[-2 * season : -season] -= 1.0 / season", "pass", LINEAR),
    (L + "ways.py", "mean[way] <= _NEAR * mean[ways[0]]", "True", LINEAR),
    (
        L + "weights.py",
        "there = np.isfinite(column)",
        "there = np.isfinite(left).all(1)",
        LINEAR,
    ),
    (
        L + "span.py",
        "as_read(self.known, way.logarithm).before(self.cut)",
        "as_read(self.known, way.logarithm)",
        LINEAR,
    ),
    (L + "ways.py", "if window is None else [window]", "", LINEAR),
    (F + "network/windows.py", "left -= steps.reshape(len(x), -1) @ linear", "pass", TASK),
    (F + "network/fit.py", "if choice.worth or recipe.keep", "if recipe.keep", LINEAR),
    (
        F + "coding/channels.py",
        "time = times + window + -window % segment",
        "time = times + window",
        LINEAR,
    ),
    (
        F + "explain.py",
        "window[at] = steps.ravel()[at]",
        "window[: len(at)] = steps.ravel()[: len(at)]",
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
    (S + "layout.py", "if len(pairs) == len(columns[date]):", "if True:", MANY),
    (S + "read.py", "begin = int(positions.min(initial=0))", "begin = 0", MANY),
    (F + "laid.py", "x[places < begin[:, None]] = np.nan", "pass", PANEL),
    (F + "laid.py", "step[self.place < steps] = np.nan", "pass", PANEL),
    (
        F + "network/windows.py",
        "/ read.moves(codec.input.scaling.season)",
        "* read.moves(1)",
        PANEL,
    ),
    (F + "origins.py", "scales[origins.series]", "scales[np.zeros_like(origins.series)]", PANEL),
    (F + "coding/codec.py", "(end.floor, end", "(scaling.floor, end", PANEL),
    (F + "coding/channels.py", "* self.known_ahead\n", "\n", COVARIATES),
    (F + "coding/windows.py", "rows = unit * channels", "rows = channels", COVARIATES),
    (L + "weights.py", "total[longest:] += way.beside * known", "pass", COVARIATES),
    (F + "coding/intervals.py", "(1 - tail) * (1 + 1 / independent)", "(1 - tail)", INTERVALS),
    (
        F + "coding/intervals.py",
        "rows.append(pooled * size[step])",
        "rows.append(pooled)",
        INTERVALS,
    ),
    (F + "coding/intervals.py", "(1 - level / 100) / 2", "1 - level / 100", INTERVALS),
    (F + "renewed.py", "cut = max(-begin, 0)", "cut = 0", UPDATE),
    (F + "renewed.py", "return N - end", "return N", UPDATE),
    (F + "coding/alignment.py", "if newest == 0.0", "if False", ALIGNED),
    (S + "phases.py", "first // _BLOCK", "first // _BLOCK + 1", CALENDAR),
    (S + "phases.py", "moment.weekday() / 7", "moment.day / 7", CALENDAR),
    (S + "phases.py", "[first - begin * _BLOCK :]", "[first % 7 :]", CALENDAR),
    (F + "origins.py", "starts=first - begin", "starts=0 * first", CALENDAR),
    (F + "laid.py", "self.starts[origins.series] + origins.at", "origins.at", CALENDAR),
    (
        F + "coding/channels.py",
        "series.first + len(series.values), 1",
        "series.first + len(series.values) - 1, 1",
        CALENDAR,
    ),
    (L + "ways.py", "< _HELPS * min(without.values())", "< 2 * min(without.values())", CALENDAR),
    (L + "ways.py", "< _HELPS * min(without.values())", "< 0", CALENDAR),
    (
        F + "coding/features.py",
        "_LEAST_DAYS, _LONGEST_STEP = 730",
        "_LEAST_DAYS, _LONGEST_STEP = 7",
        CALENDAR,
    ),
    (F + "coding/codec.py", "steps[-1 - behind,", "steps[-1,", CALENDAR),
    (F + "network/choose.py", "most - off if math.isfinite(off) else most", "most", SHARE),
    (F + "network/choose.py", "any(gain > off for", "any(gain > 0 for", SHARE),
    (F + "network/choose.py", "if len(means) >= _FEWEST_BLOCKS else np.inf", "", SHARE),
    (F + "network/fit.py", "choice.share).items()", "1.0).items()", TASK),
    (
        F + "network/again.py",
        "(origins.at >= cuts) & ",
        "",
        AGAIN,
    ),
    (F + "network/again.py", "replace(plan, begin=tuple(every[part].tolist()))", "plan", AGAIN),
    (F + "coding/further.py", "np.concatenate([item.values, values])", "item.values", FURTHER),
    (F + "coding/further.py", "whole.values[:steps]", "whole.values", FURTHER),
    (F + "coding/further.py", "one.lower + unknown", "one.lower", FURTHER),
    (F + "explain.py", "begin += one.width", "begin += 0", COVARIATES),
    (F + "explain.py", "of_places[at].sum()", "of_places[at[:1]].sum()", COVARIATES),
    ("elman/draw/chart.py", "(high - whole[picked])", "(whole[picked] - low)", DRAWN),
    (
        "elman/draw/chart.py",
        "for place in dict.fromkeys((0, last, known)):",
        "for place in (0, last):",
        DRAWN,
    ),
    ("elman/draw/svg.py", "for at, n in reversed(ends)", "for at, n in ends", DRAWN),
    ("elman/draw/svg.py", '"L" if np.isfinite(value) else "M"', '"L"', DRAWN),
]
