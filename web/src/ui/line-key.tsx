/** Lines are told apart by colour and by dashes, in this order. */
const COLOURS = [
  "var(--for)",
  "var(--against)",
  "var(--other-1)",
  "var(--other-2)",
  "var(--other-3)",
];
const DASHES = ["", "6 3", "2 3", "9 3 2 3", "1 4"];

/** The colour of line number n. */
export const strokeOf = (n: number) => COLOURS[n % COLOURS.length]!;

/** Its dashes: of lines of one colour no two have the same. */
export const dashesOf = (n: number) =>
  DASHES[(n + Math.floor(n / COLOURS.length)) % DASHES.length] || undefined;

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
              stroke={strokeOf(n)}
              stroke-width="3"
              stroke-dasharray={dashesOf(n)}
            />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}
