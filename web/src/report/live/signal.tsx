import { useEffect, useId, useState } from "preact/hooks";
import { InputError, type SignalModel } from "../../runtime";
import { CurveChart } from "../blocks/curve";
import { Bars } from "./bars";
import { rowsOf } from "./rows";
import { useTyped } from "./typed";

/** Steps after which an answer is shown while a signal comes. */
const LOOKS = 40;

interface Heard {
  probabilities: Record<string, number>;
  /** Of the answer, after each part of the signal. */
  course: { x: number[]; y: number[] };
}

/** Choose a sound, or paste rows of a sensor; see the answer, and how early it was there. */
export function LiveSignal({
  model,
  values = "",
  changed,
}: {
  model: SignalModel;
  /** Rows of a sensor to begin with. */
  values?: string | undefined;
  /** Is told which rows were typed; a sound stays a file. */
  changed?: ((text: string) => void) | undefined;
}) {
  const [heard, setHeard] = useState<Heard | string | null>(null);
  const id = useId();
  const rate = model.input.sound?.rate;
  const [text, write] = useTyped(values, changed);
  const channels = model.input.sensor?.channels ?? [];
  const take = async (made: () => Promise<[Float32Array | number[][], number?]>) => {
    try {
      setHeard(listen(model, ...(await made())));
    } catch (error) {
      setHeard(error instanceof Error ? error.message : String(error));
    }
  };
  useEffect(() => {
    if (rate !== undefined) return;
    if (text.trim() === "") setHeard(null);
    else void take(async () => [rowsOf(text, channels)]);
  }, [model, text]);
  return (
    <div class="live">
      {rate !== undefined ? (
        <>
          <label for={id}>A sound of your own; it stays in this page</label>
          <input
            id={id}
            type="file"
            accept="audio/*"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file !== undefined) void take(() => samplesOf(file, rate));
            }}
          />
        </>
      ) : (
        <>
          <label for={id}>
            Rows of your own, one a step: {channels.join(", ")}, apart by commas
          </label>
          <textarea
            id={id}
            rows={5}
            value={text}
            onInput={(event) => write(event.currentTarget.value)}
          />
        </>
      )}
      <div role="status">
        {typeof heard === "string" && <p class="said warning">{heard}</p>}
        {heard !== null && typeof heard !== "string" && (
          <Bars probabilities={heard.probabilities} />
        )}
      </div>
      {heard !== null && typeof heard !== "string" && heard.course.x.length > 1 && (
        <CurveChart
          kind="curve"
          x="share of the signal that was heard, %"
          y="probability of the answer"
          lines={[{ name: "this signal", ...heard.course, low: null, high: null }]}
          logarithmic={false}
          logarithmic_x={false}
          diagonal={false}
          caption="How early it knows."
        />
      )}
    </div>
  );
}

function listen(model: SignalModel, signal: Float32Array | number[][], rate?: number): Heard {
  const { probabilities } = model.answer(signal, rate);
  const [best] = Object.entries(probabilities).sort((a, b) => b[1] - a[1]);
  const course = { x: [] as number[], y: [] as number[] };
  if (best === undefined || model.network.spec.bidirectional) return { probabilities, course };
  for (let part = 1; part <= LOOKS; part++) {
    const end = Math.round((signal.length * part) / LOOKS);
    course.x.push((100 * part) / LOOKS);
    course.y.push(model.answer(signal.slice(0, end), rate).probabilities[best[0]] ?? 0);
  }
  return { probabilities, course };
}

/** Samples of a sound at its own rate, the mean of its channels. */
async function samplesOf(file: File, rate: number): Promise<[Float32Array, number]> {
  const bytes = await file.arrayBuffer();
  const own = rateOf(bytes) ?? rate;
  const decoded = await new OfflineAudioContext(1, 1, own).decodeAudioData(bytes).catch(() => {
    throw new InputError(`“${file.name}” is no sound that this browser can read`);
  });
  const mean = new Float32Array(decoded.length);
  for (let channel = 0; channel < decoded.numberOfChannels; channel++) {
    decoded.getChannelData(channel).forEach((value, n) => {
      mean[n] = (mean[n] ?? 0) + value / decoded.numberOfChannels;
    });
  }
  return [mean, decoded.sampleRate];
}

/** The rate that a wav file names, so that the browser does not turn it into another. */
function rateOf(bytes: ArrayBuffer): number | undefined {
  const view = new DataView(bytes);
  if (bytes.byteLength < 28 || view.getUint32(0) !== 0x52494646) return undefined;
  return view.getUint32(24, true);
}
