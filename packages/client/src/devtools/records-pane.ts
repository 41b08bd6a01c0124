// The pane of one record: what is shown, why, and how it came to be.

import { button, clock, h, json } from "./dom.ts";
import type { Pane, PaneContext } from "./pane.ts";

const MAX_RECORDS = 200;

export const recordsPane: Pane = {
  name: "Records",
  live: false,
  async render({ client, devtools, store, memory, render }) {
    const spaces = await store.spaces();
    const space = memory.get("space") ?? spaces[0] ?? "~";
    const collections = Object.keys(client.collections);
    const collection = memory.get("collection") ?? collections[0] ?? "";
    const id = memory.get("record") ?? "";
    const records = (await store.scan(space, collection)).slice(0, MAX_RECORDS);
    const choose = (name: string, value: string) => {
      memory.set(name, value);
      // A record belongs to one place: what was chosen elsewhere says nothing here.
      if (name !== "record") memory.delete("record");
      memory.delete("moment");
      render();
    };
    const select = (label: string, name: string, chosen: string, values: readonly string[]) =>
      h(
        "select",
        {
          "aria-label": label,
          onchange: (event) => choose(name, (event.target as HTMLSelectElement).value), // the select
        },
        values.map((value) => h("option", { value, selected: value === chosen }, value)),
      );
    return [
      h(
        "p",
        { class: "actions" },
        select("Space", "space", space, spaces.length === 0 ? [space] : spaces),
        select("Collection", "collection", collection, collections),
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
      records.length === MAX_RECORDS &&
        h("p", { class: "empty" }, `The first ${MAX_RECORDS} are shown.`),
      id !== "" &&
        (await showRecord({ client, devtools, store, memory, render }, { space, collection, id })),
    ];
  },
};

async function showRecord(
  { client, devtools, memory, render }: PaneContext,
  { space, collection, id }: { space: string; collection: string; id: string },
): Promise<HTMLElement> {
  const { explain } = await client.space(space);
  const { because, shown, server, pending } = await explain(collection, id);
  const states = devtools.historyOf(space, collection, id);
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
