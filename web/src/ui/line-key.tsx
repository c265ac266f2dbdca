/** Lines are told apart by colour and by dashes, in this order. */
export const COLOURS = [
  "var(--for)",
  "var(--against)",
  "var(--other-1)",
  "var(--other-2)",
  "var(--other-3)",
];
export const DASHES = ["", "6 3", "2 3", "9 3 2 3", "1 4"];

/** Which line is which. */
export function LineKey({ names }: { names: readonly string[] }) {
  return (
    <ul class="key">
      {names.map((name, n) => (
        <li key={name}>
          <svg width="26" height="8" aria-hidden="true">
            <line
              x2="26"
              y1="4"
              y2="4"
              stroke={COLOURS[n % COLOURS.length]}
              stroke-width="3"
              stroke-dasharray={DASHES[n % DASHES.length]}
            />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}
