// A moment, as how long ago it was, with the whole time for who asks.

import { ago, moment } from "../state/words.ts";

export function Time({
  at,
  none = "never",
}: {
  readonly at: string | null;
  readonly none?: string;
}) {
  if (at === null) return <span className="soft">{none}</span>;
  return (
    <time dateTime={at} title={moment(at)}>
      {ago(at, Date.now())}
    </time>
  );
}

/** A moment in full, where it is what matters. */
export function Moment({ at }: { readonly at: string }) {
  return <time dateTime={at}>{moment(at)}</time>;
}
