// A list of the interface on a page: its table, what it says while there is none, and the way to more.

import type { ReactNode } from "react";
import type { Pages } from "../state/use-pages.ts";
import { counted } from "../state/words.ts";
import { Button } from "./button.tsx";
import { Empty, Loading, Problem } from "./states.tsx";
import { type Column, Table } from "./table.tsx";

export interface ListProps<Item> {
  /** `spaces` */
  readonly what: string;
  /** `space`; without the last letter where left out. */
  readonly one?: string;
  readonly pages: Pages<Item>;
  readonly columns: readonly Column<Item>[];
  id(item: Item): string;
  /** Why there may be nothing, and what to do. */
  readonly empty: ReactNode;
}

export function List<Item>({
  what,
  one = what.slice(0, -1),
  pages,
  columns,
  id,
  empty,
}: ListProps<Item>) {
  const { items, problem, isLoading, hasMore, more, again } = pages;
  return (
    <div className="stack">
      {problem === undefined ? null : <Problem problem={problem} onAgain={again} />}
      {items.length > 0 ? (
        <>
          <Table label={what} columns={columns} rows={items} id={id} />
          <p className="soft" role="status">
            {counted(items.length, one, what)}
            {hasMore ? ", and there may be more." : "."}
          </p>
        </>
      ) : null}
      {isLoading && items.length === 0 ? <Loading what={what} /> : null}
      {!isLoading && items.length === 0 && problem === undefined && !hasMore ? (
        <Empty title={`There are no ${what} to show.`}>{empty}</Empty>
      ) : null}
      {hasMore ? (
        <p>
          <Button onClick={more} busy={isLoading}>
            {isLoading ? "Loading…" : items.length === 0 ? "Look further" : "Show more"}
          </Button>
        </p>
      ) : null}
    </div>
  );
}
