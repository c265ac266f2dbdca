import { InputError } from "../errors";
import { type Tensor, tensor } from "../saved";
import type { CellName, NetworkSpec } from "../spec";
import type { Steps } from "../steps";
import { Cell, type CellState } from "./cell";
import { type Gathered, type Head, PooledHead, StepHead } from "./heads";
import { type InputLayer, Tokens, Vectors } from "./input";
import { Layers } from "./layers";
import type { AnyNetwork, Walk } from "./walk";

/** Input layer → recurrent layers → pooling → linear; or linear of each step. */
export class Network implements AnyNetwork {
  readonly input: InputLayer;
  readonly layers: Layers;
  readonly head: Head;

  /** `tensors` has those of one network, named as torch's, after `prefix`. */
  constructor(
    readonly spec: NetworkSpec,
    tensors: ReadonlyMap<string, Tensor>,
    prefix = "",
  ) {
    const named = (name: string) => tensor(tensors, prefix + name);
    this.input = spec.vocabulary
      ? new Tokens(named("embedding.weight"), spec.input_size, spec.ids_per_step)
      : new Vectors(spec.input_size);
    const sides = spec.bidirectional ? ["", "_reverse"] : [""];
    const cells = Array.from({ length: spec.num_layers }, (_, k) =>
      sides.map((side) => cellOf(spec.cell as CellName, named, "rnn.", `_l${k}${side}`)),
    );
    this.layers = new Layers(cells);
    const [weight, bias] = [named("fc.weight"), named("fc.bias")];
    this.head = spec.per_step ? new StepHead(weight, bias) : new PooledHead(spec, weight, bias);
  }

  get units(): number {
    return this.layers.units;
  }

  forward(steps: Steps): Float32Array {
    return this.walk().advance(steps).read();
  }

  begin(): Walk {
    if (this.spec.bidirectional) {
      throw new InputError(
        "This model reads sequences both ways, so its answer needs the whole sequence: " +
          "it cannot stream.",
      );
    }
    return this.walk();
  }

  states(steps: Steps): Float32Array {
    return this.layers.run(this.input.vectors(steps), steps.count, this.layers.begin());
  }

  private walk(): NetworkWalk {
    return new NetworkWalk(this, this.layers.begin(), this.head.begin());
  }
}

class NetworkWalk implements Walk {
  constructor(
    private readonly network: Network,
    private readonly states: CellState[],
    private readonly kept: Gathered,
  ) {}

  advance(steps: Steps): Walk {
    const { input, layers, head } = this.network;
    const states = this.states.map(({ h, c }) => ({ h: h.slice(), c: c.slice() }));
    const vectors = input.vectors(steps);
    const outputs = layers.run(vectors, steps.count, states);
    return new NetworkWalk(
      this.network,
      states,
      head.fold(this.kept, steps.count, outputs, vectors),
    );
  }

  read(): Float32Array {
    return this.network.head.read(this.kept);
  }

  state(): Float32Array {
    return this.states.at(-1)!.h;
  }
}

/** Return the cell whose tensors are named so, as `rnn.` weight_ih `_l0`. */
export function cellOf(
  kind: CellName,
  named: (name: string) => Float32Array,
  before: string,
  after: string,
): Cell {
  return new Cell(kind, {
    weight_ih: named(`${before}weight_ih${after}`),
    weight_hh: named(`${before}weight_hh${after}`),
    bias_ih: named(`${before}bias_ih${after}`),
    bias_hh: named(`${before}bias_hh${after}`),
  });
}
