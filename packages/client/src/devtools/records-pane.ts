// The pane of one record: what is shown, why, and how it came to be.

import { button, clock, h, json } from "./dom.ts";
import type { Pane, PaneContext } from "./pane.ts";

export const recordsPane: Pane = {
  name: "Records",
  live: false,
  async render({ client, devtools, store, memory, render }) {
    const collections = Object.keys(client.collections);
    const collection = memory.get("collection") ?? collections[0] ?? "";
    const id = memory.get("record") ?? "";
    const records = (await store.scan("~", collection)).slice(0, 200);
    const choose = (name: string, value: string) => {
      memory.set(name, value);
      memory.delete("moment");
      render();
    };
    return [
      h(
        "p",
        { class: "actions" },
        h(
          "select",
          {
            "aria-label": "Collection",
            onchange: (event) => choose("collection", (event.target as HTMLSelectElement).value), // the select
          },
          collections.map((name) =>
            h("option", { value: name, selected: name === collection }, name),
          ),
        ),
        button("Read again", render),
      ),
      h(
        "ul",
        { class: "records" },
        records.map((record) =>
          h(
            "li",
            {},
            button(record.id, () => choose("record", record.id), {
              "aria-pressed": record.id === id ? "true" : "false",
            }),
          ),
        ),
      ),
      records.length === 0 &&
        h("p", { class: "empty" }, "The device has none of the server's records here."),
      id !== "" && (await showRecord({ client, devtools, store, memory, render }, collection, id)),
    ];
  },
};

async function showRecord(
  { client, devtools, memory, render }: PaneContext,
  collection: string,
  id: string,
): Promise<HTMLElement> {
  const { because, shown, server, pending } = await client.explain(collection, id);
  const states = devtools.historyOf(collection, id);
  const moment = Math.min(Number(memory.get("moment") ?? states.length - 1), states.length - 1);
  const at = states[moment];
  const times = (name: string) => server?.times?.[name] ?? server?.time ?? "";
  return h(
    "section",
    {},
    h("h3", {}, `${collection}/${id}`),
    h("p", {}, because),
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...["Field", "Value", "Written"].map((name) => h("th", { scope: "col" }, name)),
        ),
      ),
      h(
        "tbody",
        {},
        Object.entries(shown ?? {}).map(([name, value]) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, name),
            h("td", {}, JSON.stringify(value)),
            h("td", {}, times(name)),
          ),
        ),
      ),
    ),
    pending.length > 0 && h("h4", {}, `Not settled yet (${pending.length})`),
    pending.length > 0 && json(pending),
    h("h4", {}, `As it arrived since this page was opened (${states.length})`),
    states.length > 1 &&
      h("input", {
        type: "range",
        min: 0,
        max: states.length - 1,
        value: moment,
        "aria-label": "Moment in the record's history",
        onchange: (event) => {
          memory.set("moment", (event.target as HTMLInputElement).value); // the input above
          render();
        },
      }),
    at === undefined
      ? h("p", { class: "empty" }, "It did not change since.")
      : h(
          "div",
          {},
          h("p", {}, `${moment + 1} of ${states.length}, at ${clock(at.atMs)}`),
          json(at.record),
        ),
  );
}
