/** Tables of figures. */
import type { ComponentChildren, JSX } from "preact";
import { Scroll } from "./bits.tsx";

export type Column = { heading: string; numeric?: boolean };

/** A table whose first column names the row. */
export const Table = (of: { label: string; columns: Column[]; rows: ComponentChildren[][] }): JSX.Element => (
  <Scroll label={of.label}>
    <table class="data">
      <thead>
        <tr>
          {of.columns.map((column) => (
            <th key={column.heading} scope="col" class={column.numeric ? "num" : undefined}>
              {column.heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {of.rows.map(([name, ...cells], index) => (
          <tr key={index}>
            <th scope="row">
              <bdi>{name}</bdi>
            </th>
            {cells.map((cell, at) => (
              <td key={of.columns[at + 1]?.heading} class={of.columns[at + 1]?.numeric ? "num" : undefined}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
);
