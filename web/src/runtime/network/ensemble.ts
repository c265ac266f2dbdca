import type { NetworkSpec } from "../spec";
import type { Steps } from "../steps";
import type { Network } from "./network";
import type { AnyNetwork, Walk } from "./walk";

/** Networks of one shape, trained apart, that answer as one: their outputs are averaged. */
export class Ensemble implements AnyNetwork {
  constructor(
    readonly spec: NetworkSpec,
    private readonly members: Network[],
  ) {}

  get units(): number {
    return this.members.reduce((units, member) => units + member.units, 0);
  }

  forward(steps: Steps): Float32Array {
    return mean(this.members.map((member) => member.forward(steps)));
  }

  begin(): Walk {
    return new EnsembleWalk(this.members.map((member) => member.begin()));
  }

  states(steps: Steps): Float32Array {
    const all = new Float32Array(steps.count * this.units);
    let column = 0;
    for (const member of this.members) {
      const own = member.states(steps);
      for (let t = 0; t < steps.count; t++) {
        const row = own.subarray(t * member.units, (t + 1) * member.units);
        all.set(row, t * this.units + column);
      }
      column += member.units;
    }
    return all;
  }
}

class EnsembleWalk implements Walk {
  constructor(private readonly members: Walk[]) {}

  advance(steps: Steps): Walk {
    return new EnsembleWalk(this.members.map((member) => member.advance(steps)));
  }

  read(): Float32Array {
    return mean(this.members.map((member) => member.read()));
  }

  state(): Float32Array {
    return Float32Array.from(this.members.flatMap((member) => [...(member.state?.() ?? [])]));
  }
}

function mean(rows: Float32Array[]): Float32Array {
  return rows[0]!.map((_, n) => rows.reduce((sum, row) => sum + row[n]!, 0) / rows.length);
}
