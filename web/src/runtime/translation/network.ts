import { InputError } from "../errors";
import type { Cell, CellState } from "../network/cell";
import { linear } from "../network/heads";
import { Layers } from "../network/layers";
import { cellOf } from "../network/network";
import { type Saved, tensor } from "../saved";
import type { CellName } from "../spec";

/** What a network that translates is, as `elman.runtime.translation.spec.TranslationSpec`. */
export interface TranslationSpec {
  cell: CellName;
  pieces: number;
  input_size: number;
  hidden_size: number;
  encoder_layers: number;
  longest: number;
  beam: number;
  length_penalty: number;
}

/** A sentence of S pieces as the decoder sees it. */
export interface Source {
  steps: number;
  /** `(S, H)`: what the attention compares. */
  keys: Float32Array;
  /** `(S, H + E)`: what it brings. */
  values: Float32Array;
  /** `(2, H)`: h of the decoder's two layers before the first step. */
  begin: Float32Array;
}

/** What the decoder carries from step to step; a step makes a new one. */
export interface DecoderState {
  below: CellState;
  above: CellState;
}

/** What one step of the decoder says. */
export interface Said {
  /** `(V)` scores of the next piece, unnormalised. */
  scores: Float32Array;
  /** `(S)` shares of the source. */
  attention: Float32Array;
  state: DecoderState;
}

/** Encoder, both ways, → attention → decoder, as `TranslationSpec` says in equations. */
export class TranslationNetwork {
  private readonly encoder: Layers[];
  private readonly below: Cell;
  private readonly above: Cell;
  /** `(V, E)`: the vectors of pieces, times √E. */
  private readonly table: Float32Array;
  private readonly named: (name: string) => Float32Array;
  private readonly query: Float32Array;

  constructor(
    readonly spec: TranslationSpec,
    { tensors }: Saved,
  ) {
    const named = (name: string) => tensor(tensors, name);
    this.named = named;
    this.encoder = Array.from(
      { length: spec.encoder_layers },
      (_, k) =>
        new Layers([
          ["", "_reverse"].map((side) => cellOf(spec.cell, named, `encoder.${k}.`, `_l0${side}`)),
        ]),
    );
    this.below = cellOf(spec.cell, named, "below.", "_l0");
    this.above = cellOf(spec.cell, named, "above.", "_l0");
    this.table = named("embedding.weight").map((value) => value * Math.sqrt(spec.input_size));
    this.query = named("query.weight").map((value) => value / Math.sqrt(spec.hidden_size));
  }

  /** Read a sentence of at least one piece. */
  read(pieces: number[]): Source {
    const { hidden_size: H, input_size: E } = this.spec;
    const S = pieces.length;
    const wrong = pieces.find((piece) => !(piece >= 0 && piece < this.spec.pieces));
    if (!S || wrong !== undefined) {
      throw new InputError(`expected numbers of pieces, found ${wrong ?? "none"}`);
    }
    const vectors = new Float32Array(S * E);
    pieces.forEach((piece, s) => {
      vectors.set(this.vector(piece), s * E);
    });
    let y = vectors;
    this.encoder.forEach((layer, k) => {
      const both = layer.run(y, S, layer.begin());
      y = k ? both.map((value, n) => value + y[n]!) : Float32Array.from(both);
    });
    const keys = new Float32Array(S * H);
    const values = new Float32Array(S * (H + E));
    const mean = new Float64Array(H);
    const none = new Float32Array(H);
    for (let s = 0; s < S; s++) {
      const own = y.subarray(s * H, (s + 1) * H);
      keys.set(linear(this.named("key.weight"), none, own, 0), s * H);
      values.set(own, s * (H + E));
      values.set(vectors.subarray(s * E, (s + 1) * E), s * (H + E) + H);
      own.forEach((value, k) => {
        mean[k] = mean[k]! + value / S;
      });
    }
    const begun = linear(
      this.named("begin.weight"),
      this.named("begin.bias"),
      Float32Array.from(mean),
      0,
    );
    return { steps: S, keys, values, begin: begun.map(Math.tanh) };
  }

  /** The state before the first step. */
  start({ begin }: Source): DecoderState {
    const H = this.spec.hidden_size;
    const [below, above] = [this.below.begin(), this.above.begin()];
    below.h.set(begin.subarray(0, H));
    above.h.set(begin.subarray(H));
    return { below, above };
  }

  /** Take one step after the newest piece. */
  step(source: Source, before: DecoderState, newest: number): Said {
    const { hidden_size: H } = this.spec;
    const state = { below: copied(before.below), above: copied(before.above) };
    const t = this.vector(newest);
    this.below.step(t, 0, state.below);
    const query = linear(this.query, new Float32Array(H), state.below.h, 0);
    const attention = shares(linear(source.keys, new Float32Array(source.steps), query, 0));
    const brought = this.brought(source, attention);
    this.above.step(joined(state.below.h, brought), 0, state.above);
    const both = state.above.h.map((value, k) => value + state.below.h[k]!);
    const read = joined(both, brought, t);
    const said = linear(this.named("fc.weight"), this.named("fc.bias"), read, 0).map(Math.tanh);
    const scores = linear(this.named("embedding.weight"), this.named("bias"), said, 0);
    return { scores, attention, state };
  }

  private vector(piece: number): Float32Array {
    const E = this.spec.input_size;
    return this.table.subarray(piece * E, (piece + 1) * E);
  }

  /** What the attention brings, `(H + E)`. */
  private brought({ values }: Source, attention: Float32Array): Float32Array {
    const width = this.spec.hidden_size + this.spec.input_size;
    const sums = new Float64Array(width);
    attention.forEach((share, s) => {
      for (let k = 0; k < width; k++) {
        sums[k] = sums[k]! + share * values[s * width + k]!;
      }
    });
    return Float32Array.from(sums);
  }
}

function copied({ h, c }: CellState): CellState {
  return { h: h.slice(), c: c.slice() };
}

function joined(...parts: Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function shares(scores: Float32Array): Float32Array {
  const most = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const odds = scores.map((score) => Math.exp(score - most));
  const total = odds.reduce((sum, odd) => sum + odd, 0);
  return odds.map((odd) => odd / total);
}
