import { colourOf } from "./colours";
import { fixed } from "./numbers";
import { Scroll } from "./scroll";

/** One cell of a tensor: a number, and how it stands out. */
export interface Cell {
  value?: number | undefined;
  /** "padding" is hatched, "changed" and "last" have a frame. */
  mark?: "padding" | "changed" | "last" | undefined;
  /** What stands in the cell; the number to two digits, if nothing is said. */
  text?: string | undefined;
}

/** A table of cells, rows down and columns across, coloured by value. */
export function Tensor({
  caption,
  rows,
  columns,
  cells,
}: {
  caption: string;
  rows: readonly string[];
  columns: readonly string[];
  /** As many rows and columns as are named. */
  cells: readonly (readonly Cell[])[];
}) {
  return (
    <figure>
      <figcaption>{caption}</figcaption>
      <Scroll label={caption}>
        <table class="tensor" aria-label={caption}>
          <thead>
            <tr>
              <td />
              {columns.map((column, n) => (
                <th key={n} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {cells.map((row, r) => (
              <tr key={r}>
                <th scope="row">{rows[r]}</th>
                {row.map((cell, c) => (
                  <td key={c} class={cell.mark ?? ""} style={shade(cell)}>
                    {cell.text ?? (cell.value === undefined ? "" : fixed(cell.value, 2))}
                    {cell.mark === "changed" && <span class="hidden"> changed</span>}
                    {cell.mark === "padding" && <span class="hidden"> padding</span>}
                    {cell.mark === "last" && <span class="hidden"> the last</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </figure>
  );
}

function shade({ value }: Cell) {
  // at most half as strong as a picture, so that the number on it stays readable
  return value === undefined ? undefined : { backgroundColor: colourOf(value * 0.45) };
}
