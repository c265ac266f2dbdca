import { useState } from "preact/hooks";
import { Scroll } from "../../ui/scroll";
import { Slider } from "../../ui/slider";
import "./shapes.css";
import type { ExperimentProps } from "../experiment";
import { wholeIn } from "../settings";
import { type Flow, linesOf, shapeText, sizeOf, squaresOf } from "./lines";
import { Through } from "./through";

const SLIDERS = [
  ["batch", "Rows (batch)", 1, 16, 4],
  ["time", "Steps (time)", 1, 30, 6],
  ["embedding", "Numbers a word", 1, 64, 32],
  ["hidden", "Units (hidden)", 1, 128, 64],
  ["vocabulary", "Vocabulary", 10, 5000, 1000],
] as const;

const FIRST = 9;

/** The chapter's class as it is printed: choose a line, and see which shapes flow through it. */
export function Shapes({ settings, change, models }: ExperimentProps) {
  const [batch, time, embedding, hidden, vocabulary] = SLIDERS.map(([name, , from, to, start]) =>
    wholeIn(settings, name, { min: from, max: to, otherwise: start }),
  ) as [number, number, number, number, number];
  const sizes = { batch, time, embedding, hidden, vocabulary };
  const lines = linesOf(sizes);
  const told = lines.flatMap((line, n) => (line.told === undefined ? [] : [n]));
  const asked = wholeIn(settings, "line", { min: 0, max: lines.length - 1, otherwise: FIRST });
  const [pointed, setPointed] = useState<number>();
  const at = pointed ?? (told.includes(asked) ? asked : FIRST);
  const line = lines[at]!;
  const weights = lines.flatMap((each) => each.weights ?? []);
  return (
    <div class="trial">
      {SLIDERS.map(([name, label, min, max]) => (
        <Slider
          key={name}
          label={label}
          min={min}
          max={max}
          step={name === "vocabulary" ? 10 : 1}
          value={sizes[name]}
          onInput={(value) => change({ [name]: String(value) })}
        />
      ))}
      <ol class="listing" aria-label="The class, line by line">
        {lines.map(({ code, told: about }, n) => (
          <li key={n}>
            {about === undefined ? (
              <code>{code || " "}</code>
            ) : (
              <button
                type="button"
                aria-pressed={n === at}
                onClick={() => change({ line: String(n) })}
                onFocus={() => change({ line: String(n) })}
                onPointerEnter={(event) => event.pointerType === "mouse" && setPointed(n)}
                onPointerLeave={() => setPointed(undefined)}
              >
                <code>{code}</code>
              </button>
            )}
          </li>
        ))}
      </ol>
      <div role="status" class="line-told">
        <p>
          <code>{line.code.trim()}</code>
        </p>
        <p>{line.told}</p>
        {(line.in || line.out) && (
          <div class="row">
            {line.in?.map((flow) => (
              <Box key={flow.name} flow={flow} />
            ))}
            {line.in && <span aria-hidden="true">→</span>}
            {line.out?.map((flow) => (
              <Box key={flow.name} flow={flow} />
            ))}
          </div>
        )}
      </div>
      <Through
        {...{ settings, change, models }}
        names={[...(line.in ?? []), ...(line.out ?? [])].map(({ name }) => name.replace("[0]", ""))}
      />
      <Scroll label="The state_dict">
        <table>
          <caption>
            Its state_dict: what is learnt, and what a file of weights must hold under these keys
          </caption>
          <thead>
            <tr>
              <th scope="col">key</th>
              <th scope="col">shape</th>
              <th scope="col" class="number">
                numbers
              </th>
            </tr>
          </thead>
          <tbody>
            {weights.map(([key, shape]) => (
              <tr
                key={key}
                class={line.weights?.some(([name]) => name === key) ? "marked" : undefined}
              >
                <th scope="row">
                  <code>{key}</code>
                </th>
                <td>{shapeText(shape)}</td>
                <td class="number">{sizeOf(shape).toLocaleString("en")}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">all</th>
              <td />
              <td class="number">
                {weights.reduce((sum, [, shape]) => sum + sizeOf(shape), 0).toLocaleString("en")}
              </td>
            </tr>
          </tbody>
        </table>
      </Scroll>
    </div>
  );
}

/** A tensor as squares: rows down and steps across; each square holds the numbers of its last axis. */
function Box({ flow: { name, shape, axes } }: { flow: Flow }) {
  const [down, across, deep] = squaresOf(shape, axes);
  return (
    <figure class="box">
      <div class="squares" aria-hidden="true" style={{ "--across": across }}>
        {Array.from({ length: down * across }, () => (
          <i />
        ))}
      </div>
      <figcaption>
        <strong>{name}</strong> {shapeText(shape)}
        <br />
        {axes.join(" × ")}
        <br />
        {deep === 1 ? "one number" : `${deep} numbers`} a square
      </figcaption>
    </figure>
  );
}
