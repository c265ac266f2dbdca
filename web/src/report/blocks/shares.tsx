import { useState } from "preact/hooks";
import type { BlockOf } from "../../payload";
import { Heat } from "../../ui/heat";
import { ColouredWords, ColourKey } from "../../ui/words";

/** Steps on a ground that says what each adds to the answer. */
export function SharedWords({ words, values, answer }: BlockOf<"words">) {
  return (
    <>
      <ColourKey answer={answer} />
      <ColouredWords words={words} values={values} />
    </>
  );
}

/** The state after every step, as a picture; the step that is pointed at is named below. */
export function StatePicture({ columns, labels }: BlockOf<"states">) {
  const [pointed, setPointed] = useState<number | undefined>();
  const units = columns[0]?.length ?? 0;
  return (
    <figure>
      <Heat
        columns={columns}
        said={`state of ${units} units after each of ${columns.length} steps`}
        marked={pointed}
        onPoint={setPointed}
      />
      <figcaption>
        {pointed === undefined
          ? `A column a step, a row a unit of ${units}; orange is below 0, blue above.`
          : `after “${labels[pointed]}”`}
      </figcaption>
    </figure>
  );
}
