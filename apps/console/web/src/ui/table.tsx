// A table, which is a list of cards where there is no room for one.

import { Fragment, type ReactNode, useSyncExternalStore } from "react";

export interface Column<Row> {
  readonly name: string;
  readonly isNumber?: true;
  /** It has what can be done with a row: its name is read aloud alone. */
  readonly isAction?: true;
  cell(row: Row): ReactNode;
}

export interface TableProps<Row> {
  /** What it lists: read aloud. */
  readonly label: string;
  /** The first one says what a row is. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  id(row: Row): string;
}

/** Where tables do not fit; the same width stands in the style sheet. */
const NARROW = matchMedia("(max-width: 46rem)");

function subscribe(changed: () => void): () => void {
  NARROW.addEventListener("change", changed);
  return () => NARROW.removeEventListener("change", changed);
}

export function Table<Row>(props: TableProps<Row>) {
  const isNarrow = useSyncExternalStore(subscribe, () => NARROW.matches);
  return isNarrow ? <Cards {...props} /> : <Rows {...props} />;
}

function Rows<Row>({ label, columns, rows, id }: TableProps<Row>) {
  return (
    <table className="table" aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ name, isNumber, isAction }) => (
            <th key={name} scope="col" className={isNumber ? "number" : undefined}>
              {isAction ? <span className="unseen">{name}</span> : name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={id(row)}>
            {columns.map(({ name, isNumber, cell }, at) =>
              at === 0 ? (
                <th key={name} scope="row">
                  {cell(row)}
                </th>
              ) : (
                <td key={name} className={isNumber ? "number" : undefined}>
                  {cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cards<Row>({ label, columns: [first, ...rest], rows, id }: TableProps<Row>) {
  return (
    <ul className="cards" aria-label={label}>
      {rows.map((row) => (
        <li key={id(row)} className="card">
          <div className="card-name">{first?.cell(row)}</div>
          <dl className="facts">
            {rest.map(({ name, isAction, cell }) => (
              <Fragment key={name}>
                <dt className={isAction ? "unseen" : undefined}>{name}</dt>
                <dd>{cell(row)}</dd>
              </Fragment>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}
