import { BesideLinear } from "../linear/beside";
import { OfConvolutions } from "../linear/convolutions";
import { OfIds } from "../linear/ids";
import type { LinearPart } from "../linear/part";
import { OfPlaces } from "../linear/places";
import { OfWindow } from "../linear/window";
import { type Tensor, tensor } from "../saved";
import type { NetworkSpec } from "../spec";
import { Chained } from "./chain";
import { Ensemble } from "./ensemble";
import { Network } from "./network";
import type { AnyNetwork } from "./walk";

type Tensors = ReadonlyMap<string, Tensor>;

/** Build what a spec describes. */
export function networkOf(spec: NetworkSpec, tensors: Tensors): AnyNetwork {
  const recurrent = spec.cell === "none" ? undefined : recurrentOf(spec, tensors);
  const below =
    recurrent === undefined || spec.linear
      ? new BesideLinear(spec, linearOf(spec, tensors), recurrent)
      : recurrent;
  if (!spec.chain) {
    return below;
  }
  return new Chained(spec, tensor(tensors, "chain.weight"), tensor(tensors, "chain.begin"), below);
}

function recurrentOf(spec: NetworkSpec, tensors: Tensors): AnyNetwork {
  if (spec.members === 1) {
    return new Network(spec, tensors);
  }
  const numbers = Array.from({ length: spec.members }, (_, n) => n);
  return new Ensemble(
    spec,
    numbers.map((n) => new Network(spec, tensors, `${n}.`)),
  );
}

function linearOf(spec: NetworkSpec, tensors: Tensors): LinearPart {
  const [weight, bias] = [tensor(tensors, "linear.weight"), tensor(tensors, "linear.bias")];
  if (spec.dilations.length) {
    const channels = tensor(tensors, "linear.channels");
    const thresholds = tensor(tensors, "linear.thresholds");
    return new OfConvolutions(spec, { channels, thresholds, weight, bias });
  }
  if (!spec.vocabulary) {
    return new OfWindow(spec, weight, bias);
  }
  return spec.per_step ? new OfPlaces(spec, weight, bias) : new OfIds(spec, weight, bias);
}
