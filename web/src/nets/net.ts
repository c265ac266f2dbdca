import { backward, forward, type Gradients, step } from "./layer";
import { addOuter, addProduct, transposed } from "./products";
import type { Random } from "./random";
import { SIGNS, SYMBOLS } from "./recall";
import { drawn, type Start } from "./starts";
import { type Floats, GATES, type Kind, sizesOf, type Weights } from "./weights";

/** What a batch said of the net. */
export interface Seen {
  /** Mean cross-entropy, nats. */
  loss: number;
  right: number;
}

/**
 * Signs, one-hot → recurrent layer → linear, read after the last step: elman's `RecallNet`.
 *
 * All parameters are parts of one array, and so are their gradients.
 */
export class RecallNet {
  readonly parameters: Floats;
  readonly gradient: Floats;
  readonly layer: Weights;
  private readonly fc: Floats; // (8, H)
  private readonly fc_bias: Floats;
  private readonly d: Record<string, Floats> = {};

  constructor(kind: Kind, units: number, start: Start, longest: number, random: Random) {
    const first = drawn(kind, SIGNS, units, start, longest, random);
    const sizes = { ...sizesOf(kind, SIGNS, units), fc: SYMBOLS * units, fc_bias: SYMBOLS };
    const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    this.parameters = new Float64Array(total);
    this.gradient = new Float64Array(total);
    const parts: Record<string, Floats> = {};
    let at = 0;
    for (const [name, size] of Object.entries(sizes)) {
      parts[name] = this.parameters.subarray(at, at + size);
      this.d[name] = this.gradient.subarray(at, at + size);
      at += size;
    }
    const part = (name: keyof typeof sizes) => parts[name]!;
    this.layer = {
      kind,
      inputs: SIGNS,
      units,
      weight_ih: part("weight_ih"),
      weight_hh: part("weight_hh"),
      bias_ih: part("bias_ih"),
      bias_hh: part("bias_hh"),
    };
    this.layer.weight_ih.set(first.weight_ih);
    this.layer.weight_hh.set(first.weight_hh);
    this.layer.bias_ih.set(first.bias_ih);
    this.layer.bias_hh.set(first.bias_hh);
    this.fc = part("fc");
    this.fc_bias = part("fc_bias");
    const bound = 1 / Math.sqrt(units);
    for (let i = 0; i < this.fc.length; i++) this.fc[i] = random.uniform(-bound, bound);
    for (let i = 0; i < SYMBOLS; i++) this.fc_bias[i] = random.uniform(-bound, bound);
  }

  /** What each sign adds to the gates, a row a sign: (18, G·H). */
  projected(): Floats {
    const { weight_ih, bias_ih } = this.layer;
    const table = transposed(weight_ih, bias_ih.length, SIGNS);
    for (let i = 0; i < table.length; i++) table[i]! += bias_ih[i % bias_ih.length]!;
    return table;
  }

  /** Loss of a batch, its gradient in `gradient`. Signs as `sequences` draws them. */
  learn(signs: Int32Array, B: number): Seen {
    const { units: H } = this.layer;
    const table = this.projected();
    const tape = forward(this.layer, table, signs, B);
    const h = tape.h.subarray(tape.steps * B * H);
    const logits = this.logits(h, B);
    const seen = judged(logits, signs, B);
    this.gradient.fill(0);
    // logits are now their gradient
    addOuter(this.d.fc!, logits, h, B, SYMBOLS, H);
    for (let i = 0; i < logits.length; i++) this.d.fc_bias![i % SYMBOLS]! += logits[i]!;
    const dh = new Float64Array(B * H);
    addProduct(dh, logits, transposed(this.fc, SYMBOLS, H), B, H, SYMBOLS);
    this.add(backward(this.layer, table, tape, dh));
    return seen;
  }

  /** Loss and right answers, with no memory of the steps, so that length costs none. */
  judge(signs: Int32Array, B: number): Seen {
    const { kind, units: H } = this.layer;
    const table = this.projected();
    const zeros = (width: number) => new Float64Array(B * width);
    const h = zeros(H);
    const c = zeros(H);
    const one = { h, c, gates: zeros(GATES[kind].length * H), inner: zeros(H) };
    for (let t = 0; t < signs.length / B; t++) {
      const rows = signs.subarray(t * B, (t + 1) * B);
      step(this.layer, table, rows, { ...one, next_h: h, next_c: c });
    }
    return judged(this.logits(h, B), signs, B);
  }

  private logits(h: Floats, B: number): Floats {
    const logits = new Float64Array(B * SYMBOLS);
    for (let b = 0; b < B; b++) logits.set(this.fc_bias, b * SYMBOLS);
    addProduct(logits, h, this.fc, B, SYMBOLS, this.layer.units);
    return logits;
  }

  private add(found: Gradients): void {
    this.d.weight_hh!.set(found.weight_hh);
    this.d.bias_hh!.set(found.bias_hh);
    const rows = found.bias_hh.length;
    for (let i = 0; i < found.projected.length; i++) {
      this.d.bias_ih![i % rows]! += found.projected[i]!;
    }
    this.d.weight_ih!.set(transposed(found.projected, SIGNS, rows));
  }
}

/** Loss and right answers of logits (B, 8), which become the gradient of the loss. */
function judged(logits: Floats, signs: Int32Array, B: number): Seen {
  let loss = 0;
  let right = 0;
  for (let b = 0; b < B; b++) {
    const row = logits.subarray(b * SYMBOLS, (b + 1) * SYMBOLS);
    const symbol = signs[b]!;
    const most = Math.max(...row);
    if (row.indexOf(most) === symbol) right++;
    let sum = 0;
    for (const value of row) sum += Math.exp(value - most);
    loss += (Math.log(sum) + most - row[symbol]!) / B;
    for (let s = 0; s < SYMBOLS; s++) {
      row[s] = (Math.exp(row[s]! - most) / sum - (s === symbol ? 1 : 0)) / B;
    }
  }
  return { loss, right };
}
