import type { BlockOf } from "../../payload";
import { Scroll } from "../../ui/scroll";

/** Counts of truth by answer, as dark as their share of the row; a diagonal is right. */
export function ConfusionMatrix({ labels, counts }: BlockOf<"matrix">) {
  return (
    <>
      <p class="quiet">A row a truth, a column an answer; shades are shares of the row.</p>
      <Scroll label="confusion">
        <table class="matrix">
          <thead>
            <tr>
              <td />
              {labels.map((label) => (
                <th key={label} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {labels.map((label, k) => {
              const row = counts[k] ?? [];
              const all = Math.max(
                row.reduce((sum, n) => sum + n, 0),
                1,
              );
              return (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  {row.map((count, other) => {
                    const colour = k === other ? "var(--for-ground)" : "var(--against-ground)";
                    const strength = Math.round((100 * count) / all);
                    return (
                      <td
                        key={labels[other]}
                        style={{
                          background: `color-mix(in srgb, ${colour} ${strength}%, transparent)`,
                        }}
                      >
                        <span>{count.toLocaleString("en")}</span>
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
