import type { BlockOf, TaggedItem } from "../../payload";

/** Sentences with a tag below each word; where it is wrong, the right one as well. */
export function TaggedSentences({ items }: BlockOf<"tagged">) {
  return (
    <ol class="sentences">
      {items.map((item, n) => (
        <li key={n}>
          <TaggedSentence item={item} />
        </li>
      ))}
    </ol>
  );
}

/** One sentence with its tags. */
export function TaggedSentence({ item }: { item: TaggedItem }) {
  return (
    <p class="tagged">
      {item.words.map((word, n) => {
        const truth = item.truths?.[n];
        const wrong = truth !== undefined && truth !== item.tags[n];
        const sure = item.probabilities?.[n];
        return (
          <span key={n} class={wrong ? "wrong" : undefined}>
            <span>{word}</span>
            <small>
              {item.tags[n]}
              {sure !== undefined && ` ${Math.round(100 * sure)} %`}
            </small>
            {wrong && <small class="truth">is {truth}</small>}
          </span>
        );
      })}
    </p>
  );
}
