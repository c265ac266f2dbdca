import { describe, expect, test } from "vitest";
import { addressOf, hashOf, type Settings } from "../../../src/lab/address";
import { PRESETS as CELLS, chosen } from "../../../src/lab/cell/presets";
import { STAGES } from "../../../src/lab/cell/stages";
import { cellOf, stepsDone, withInputs, withWeight } from "../../../src/lab/cell/state";
import { PRESETS as STORIES, whole } from "../../../src/lab/gradient/presets";
import { gradientOf } from "../../../src/lab/gradient/state";
import { listed, unlisted } from "../../../src/lab/settings";
import { walk } from "../../../src/nets/trace";
import { GATES, KINDS, sizesOf } from "../../../src/nets/weights";

/** Settings as somebody reads them who was sent the address. */
const sent = (settings: Settings) => addressOf(hashOf({ place: "lab/cell", settings })).settings;

describe("a cell's settings", () => {
  test("are the plain equation where nothing is set", () => {
    const { weights, x, t, going } = cellOf({});
    expect([weights.kind, weights.inputs, weights.units]).toEqual(["rnn", 1, 1]);
    expect([...weights.weight_ih, ...weights.weight_hh]).toEqual([1.2, 0.9]);
    expect(x).toEqual([[1], [0], [0], [0], [0], [0], [0], [0]]);
    expect([t, going]).toEqual([0, false]);
  });

  test("come back through an address, weight by weight", () => {
    for (const cell of KINDS) {
      const size = { cell, inputs: "2", units: "3" };
      const { weights } = cellOf(size);
      for (const [array, length] of Object.entries(sizesOf(cell, 2, 3))) {
        const name = array as "weight_ih";
        const place = length - 2;
        const set = withWeight(weights, name, place, -1.35);
        const found = cellOf(sent({ ...size, ...set })).weights;
        expect([...found[name]]).toEqual([...weights[name].with(place, -1.35)]);
      }
    }
  });

  test("of a sequence come back, as wide as there are inputs", () => {
    const x = [
      [0.5, -1],
      [0, 2.25],
      [1, 0],
    ];
    const two = sent({ inputs: "2", ...withInputs(x) });
    expect(cellOf(two).x).toEqual(x);
    expect(cellOf({ ...two, inputs: "1" }).x).toEqual([[0.5], [0], [1]]);
  });

  test("that nobody could have set are as at first, or at the next bound", () => {
    const usual = cellOf({});
    const odd = cellOf({ cell: "toString", W: "1 2", U: "x", x: "1_y", t: "99", stage: "-3" });
    expect(odd.weights).toEqual(usual.weights);
    expect(odd.x).toEqual(usual.x);
    expect([odd.t, odd.stage]).toEqual([7, 0]);
    expect(cellOf({ W: "1e9" }).weights.weight_ih[0]).toBe(10);
  });

  test("say how many steps are done", () => {
    expect(stepsDone(cellOf({ t: "3" }))).toBe(8);
    expect(stepsDone(cellOf({ t: "3", stage: "1" }))).toBe(3);
    expect(stepsDone(cellOf({ t: "3", stage: "2" }))).toBe(4);
  });
});

describe("what is there to try", () => {
  const states = (cell: "rnn" | "gru" | "lstm", name: string) => {
    const preset = CELLS[cell].find((each) => each.name === name)!;
    const { weights, x } = cellOf(sent({ cell, ...chosen(preset) }));
    const tape = walk(weights, x);
    return { h: [...tape.h.subarray(1)], c: [...tape.c.subarray(1)], gates: tape.gates };
  };

  test("has a weight for every place", () => {
    for (const kind of KINDS) {
      for (const { settings } of CELLS[kind]) {
        for (const name of ["W", "U", "b", "c"]) {
          expect(unlisted(settings[name], GATES[kind].length)).toBeDefined();
        }
      }
      expect(STAGES[kind].length).toBeGreaterThan(2);
    }
  });

  test("does what it says", () => {
    expect(states("rnn", "Fades").h.at(-1)).toBeLessThan(0.02);
    const latch = states("rnn", "Latch").h;
    expect(Math.min(...latch)).toBeGreaterThan(0.8);
    const swings = states("rnn", "Swings").h;
    swings.slice(1).forEach((value, i) => {
      expect(value * swings[i]!).toBeLessThan(0);
    });
    const held = states("gru", "Holds").h;
    expect(held[3]! / held[0]!).toBeGreaterThan(0.8);
    expect(states("gru", "Resets").h[3]).toBeGreaterThan(0.5);
    expect(states("gru", "Resets").h[5]).toBeLessThan(0);
    const counted = states("lstm", "Counts").c;
    expect(Math.round(counted[0]! * 10) / 10).toBeGreaterThan(0.8);
    expect(counted.at(-1)!).toBeGreaterThan(3);
    expect(Math.abs(states("lstm", "Forgets").c.at(-1)!)).toBeLessThan(0.1);
    const hidden = states("lstm", "Hides");
    expect(hidden.c[3]).toBeGreaterThan(0.8);
    expect(hidden.h[3]).toBeLessThan(0.1);
    expect(hidden.h[4]).toBeGreaterThan(0.5);
  });
});

describe("the settings of the gradient", () => {
  test("are torch's own start at first", () => {
    const { asked, lag } = gradientOf({});
    expect(asked.start.name).toBe("torch");
    expect([asked.kind, asked.units, asked.steps, asked.grow, asked.vary, lag]).toEqual([
      "rnn",
      32,
      40,
      false,
      false,
      40,
    ]);
  });

  test("of each story come back through an address", () => {
    for (const { settings } of STORIES) {
      const all = whole(settings);
      const { asked, lag } = gradientOf(sent(all));
      expect(asked).toEqual(gradientOf(all).asked);
      expect([asked.kind, asked.start.name, String(asked.steps)]).toEqual([
        settings.cell,
        settings.start,
        settings.T,
      ]);
      expect(asked.grow).toBe(settings.grow === "yes");
      expect(String(lag)).toBe(settings.lag ?? "40");
    }
  });

  test("know no start that the cell lacks, and no net that is too large", () => {
    expect(gradientOf({ start: "chrono" }).asked.start.name).toBe("torch");
    expect(gradientOf({ cell: "gru", start: "chrono" }).asked.start.name).toBe("chrono");
    expect(gradientOf({ units: "1e6", T: "-4" }).asked).toMatchObject({ units: 64, steps: 5 });
    expect(gradientOf({ cell: "lstm", start: "latch" }).asked.start.gain).toBe(4);
    expect(gradientOf({ cell: "lstm", start: "latch", gain: "2" }).asked.start.gain).toBe(2);
  });
});

test("numbers are listed as short as they are", () => {
  expect(listed([1, -0.25, 0.3000001, 0])).toBe("1 -0.25 0.3 0");
  expect(unlisted("1 -0.25", 2)).toEqual(Float64Array.of(1, -0.25));
  for (const wrong of ["", "1", "1 2 3", "1 x"]) expect(unlisted(wrong, 2)).toBeUndefined();
});
