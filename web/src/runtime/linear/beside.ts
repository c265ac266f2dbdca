import type { AnyNetwork, Walk } from "../network/walk";
import type { NetworkSpec } from "../spec";
import type { Steps } from "../steps";
import type { LinearPart } from "./part";

/** A linear part, and the network whose outputs are added to its own, if there is one. */
export class BesideLinear implements AnyNetwork {
  readonly units: number;

  constructor(
    readonly spec: NetworkSpec,
    private readonly part: LinearPart,
    private readonly network: AnyNetwork | undefined,
  ) {
    this.units = network?.units ?? 0;
  }

  forward(steps: Steps): Float32Array {
    return added(this.part.forward(steps), this.network?.forward(this.part.own(steps)));
  }

  begin(): Walk {
    return new BesideWalk(this.part, this.part.begin(), this.network?.begin());
  }

  states(steps: Steps): Float32Array {
    return this.network?.states(this.part.own(steps)) ?? new Float32Array(0);
  }
}

class BesideWalk implements Walk {
  constructor(
    private readonly part: LinearPart,
    private readonly linear: Walk,
    private readonly beside: Walk | undefined,
  ) {}

  advance(steps: Steps): Walk {
    const beside = this.beside?.advance(this.part.own(steps));
    return new BesideWalk(this.part, this.linear.advance(steps), beside);
  }

  read(): Float32Array {
    return added(this.linear.read(), this.beside?.read());
  }

  state(): Float32Array {
    return this.beside?.state?.() ?? new Float32Array(0);
  }
}

function added(said: Float32Array, more: Float32Array | undefined): Float32Array {
  return more === undefined ? said : said.map((value, n) => value + more[n]!);
}
