// The pane of what waits to be sent, and of what the server has refused, with both sides.

import type { Client, Definitions, InboxEntry, OutboxEntry } from "../index.ts";
import { age, button, h, json } from "./dom.ts";
import type { Pane } from "./pane.ts";

export const outboxPane: Pane = {
  name: "Outbox",
  live: true,
  async render({ client, devtools, render }) {
    const outbox = client.outbox.getSnapshot();
    const inbox = client.inbox.getSnapshot();
    return [
      h("h3", {}, `To send (${outbox.length})`),
      outbox.length === 0 && h("p", { class: "empty" }, "The server has everything."),
      outbox.map((entry) => showOutbox(entry, devtools.now())),
      h("h3", {}, `Refused (${inbox.length})`),
      inbox.length === 0 && h("p", { class: "empty" }, "The server has refused nothing."),
      inbox.map((entry) => showInbox(entry, client, render)),
    ];
  },
};

function showOutbox(
  { mutation, state, attempts, createdAtMs }: OutboxEntry,
  nowMs: number,
): HTMLElement {
  return h(
    "details",
    { "data-key": mutation.id },
    h(
      "summary",
      {},
      `${mutation.id} · ${state} · ${age(nowMs - createdAtMs)} old · ${attempts} tries · ${mutation.changes.map(({ op, collection, id }) => `${op} ${collection}/${id}`).join(", ")}`,
    ),
    json(mutation.changes),
  );
}

function showInbox(
  entry: InboxEntry,
  { inbox }: Client<Definitions>,
  render: () => void,
): HTMLElement {
  const act = (work: () => unknown) => () =>
    void Promise.resolve(work()).then(render, (thrown: unknown) => alert(String(thrown)));
  return h(
    "article",
    {},
    h("h4", {}, `${entry.error.code}: ${entry.error.message}`),
    entry.mutation.changes.map((change) => {
      const theirs = entry.current.find(
        ({ collection, id }) => collection === change.collection && id === change.id,
      )?.record;
      const names = new Set([
        ...Object.keys(change.fields ?? {}),
        ...Object.keys(theirs?.fields ?? {}),
      ]);
      return h(
        "table",
        {},
        h("caption", {}, `${change.op} ${change.collection}/${change.id}`),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ...["Field", "Mine", "Theirs"].map((name) => h("th", { scope: "col" }, name)),
          ),
        ),
        h(
          "tbody",
          {},
          [...names].map((name) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, name),
              h("td", {}, JSON.stringify(change.fields?.[name]) ?? "–"),
              h("td", {}, JSON.stringify(theirs?.fields?.[name]) ?? "–"),
            ),
          ),
        ),
      );
    }),
    h(
      "p",
      { class: "actions" },
      button(
        "Retry",
        act(() => inbox.retry(entry.id)),
        { "data-key": `retry ${entry.id}` },
      ),
      button(
        "Discard",
        act(() => inbox.discard(entry.id)),
        { "data-key": `discard ${entry.id}` },
      ),
      button(
        "Copy",
        act(() => navigator.clipboard.writeText(JSON.stringify(inbox.export(entry.id), null, 2))),
        { "data-key": `copy ${entry.id}` },
      ),
    ),
  );
}
