import { useMemo } from "preact/hooks";
import { TextModel } from "../../runtime";
import { Network } from "../../runtime/network/network";
import { Entry } from "../../ui/entry";
import { Heat } from "../../ui/heat";
import { fixed } from "../../ui/numbers";
import type { ExperimentProps } from "../experiment";
import { type Models, useComing } from "../models";

const EXAMPLE = "Although the film was dull, the cast was superb.";
/** Trained with `--preset chapter`: its tensors are those of the printed class. */
const TRAINED = "rnn";
const MOST_WORDS = 40;

/** One text on its way through the class, in numbers that were learnt. */
export function Through({
  settings,
  change,
  models,
  names,
}: ExperimentProps & {
  /** The tensors of the line that is looked at. */
  names: readonly string[];
}) {
  const { value: model } = useComing(() => trained(models), models);
  const text = settings.text || EXAMPLE;
  const flow = useMemo(() => model && flowOf(model, text), [model, text]);
  if (model === undefined || flow === undefined) return null;
  const { words, ids, embedded, output, score } = flow;
  const [T, E, H] = [words.length, embedded[0]?.length ?? 0, output[0]?.length ?? 0];
  const mark = (name: string) => (names.includes(name) ? "marked" : undefined);
  const probability = 1 / (1 + Math.exp(-score));
  return (
    <section aria-label="A text flows through the class">
      <h3>A text flows through it</h3>
      <p class="quiet">
        With weights that <code>--preset chapter</code> learnt from small made-up reviews: a
        vocabulary of {model.network.spec.vocabulary} words; all others are number 1, unknown.
      </p>
      <Entry label="Text" value={text} onInput={(typed) => change({ text: typed })} />
      {T === 0 ? (
        <p role="status">There is no word in it.</p>
      ) : (
        <table class="through">
          <tbody>
            <tr class={mark("text")}>
              <th scope="row">
                text <small>(1, {T})</small>
              </th>
              <td>
                {words.map((word, t) => (
                  <span key={t} class="id">
                    {word} <small>{ids[t]}</small>
                  </span>
                ))}
              </td>
            </tr>
            <tr class={mark("embedded")}>
              <th scope="row">
                embedded{" "}
                <small>
                  (1, {T}, {E})
                </small>
              </th>
              <td>
                <Heat
                  columns={embedded}
                  height={64}
                  said={`embedded: ${E} numbers for each of ${T} words`}
                />
              </td>
            </tr>
            <tr class={mark("output")}>
              <th scope="row">
                output{" "}
                <small>
                  (1, {T}, {H})
                </small>
              </th>
              <td>
                <Heat
                  columns={output}
                  height={96}
                  marked={T - 1}
                  said={`output: ${H} units after each of ${T} words; framed is hidden`}
                />
              </td>
            </tr>
            <tr class={mark("hidden")}>
              <th scope="row">
                hidden <small>(1, 1, {H})</small>
              </th>
              <td>
                <Heat
                  columns={Array.from(output.at(-1) ?? [], (value) => [value])}
                  height={22}
                  said={`hidden: the last column of output, ${H} units`}
                />
              </td>
            </tr>
            <tr class={mark("score")}>
              <th scope="row">
                score <small>(1, 1)</small>
              </th>
              <td>{fixed(score, 3)}</td>
            </tr>
            <tr class={mark("probability")}>
              <th scope="row">
                probability <small>(1, 1)</small>
              </th>
              <td>
                {fixed(probability, 3)} that it is {model.classes[1]}
              </td>
            </tr>
          </tbody>
        </table>
      )}
      <p class="quiet">
        Orange is below 0, blue above. A column a word; framed in output is what hidden takes, laid
        on its side below. <code>elman predict</code> divides the score by{" "}
        {fixed(model.decision.temperature, 2)} first, so that its probabilities can be taken at
        their word.
      </p>
    </section>
  );
}

/** The model whose weights the printed class can read; none on a page without it. */
async function trained(models: Models): Promise<TextModel | undefined> {
  const model = await models.find(({ name }) => name === TRAINED)?.load();
  return model instanceof TextModel && model.network instanceof Network ? model : undefined;
}

/** What comes out of every line, of one row. */
export function flowOf(model: TextModel, text: string) {
  const network = model.network as Network;
  const words = model.words(text).slice(0, MOST_WORDS);
  const steps = model.features.encode(words);
  const rows = (values: Float32Array) =>
    words.map((_, t) => {
      const width = values.length / words.length;
      return values.subarray(t * width, (t + 1) * width);
    });
  return {
    words,
    ids: [...steps.values],
    embedded: rows(network.input.vectors(steps)),
    output: rows(network.states(steps)),
    score: network.forward(steps)[0]!,
  };
}
