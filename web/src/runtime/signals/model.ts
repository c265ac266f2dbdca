import { type ClassAnswer, Decision } from "../classes/decision";
import { networkOf } from "../network/build";
import type { AnyNetwork, Walk } from "../network/walk";
import type { Saved } from "../saved";
import { specOf } from "../spec";
import type { Steps } from "../steps";
import { type Heard, SignalInput } from "./input";
import { resample } from "./resample";

/** A signal, or a packet of one: samples from -1 to 1, or rows of a sensor, NaN where one is missing. */
export type Signal = Float32Array | number[][];

/** A classifier of sounds, or of what sensors say. */
export class SignalModel {
  readonly network: AnyNetwork;
  readonly input: SignalInput;
  readonly decision: Decision;

  /** No part of the directory is needed. */
  constructor(saved: Saved) {
    this.input = new SignalInput(saved.input);
    this.decision = new Decision(saved.output);
    this.network = networkOf(specOf(saved.network), saved.tensors);
  }

  get classes(): string[] {
    return this.decision.classes;
  }

  /** Answer a whole signal; `rate` is that of samples, if it is not the model's own. */
  answer(signal: Signal, rate?: number): ClassAnswer {
    const [steps, heard] = this.read(signal, rate);
    return this.said(this.network.forward(steps), heard);
  }

  /** Return a whole signal as the network reads it: spectra, or means of rows, scaled. */
  steps(signal: Signal, rate?: number): Steps {
    return this.read(signal, rate)[0];
  }

  /** Begin a stream: packets of any size, at the model's own rate, and an answer after each. */
  stream(): { feed(packet: Signal): ClassAnswer } {
    let walk: Walk = this.network.begin();
    let heard = this.input.begin();
    return {
      feed: (packet) => {
        const [steps, more] = this.input.advance(heard, this.input.packet(packet));
        walk = walk.advance(steps);
        heard = more;
        return this.said(walk.read(), heard);
      },
    };
  }

  private read(signal: Signal, rate: number | undefined): [Steps, Heard] {
    const own = this.input.sound?.rate;
    const raw = this.input.packet(signal, true);
    const heard = own && rate ? resample(raw, rate, own) : raw;
    return this.input.advance(this.input.begin(), heard);
  }

  private said(outputs: Float32Array, heard: Heard): ClassAnswer {
    return this.decision.answer(this.input.trusted(outputs, heard.steps), heard.steps > 0);
  }
}
