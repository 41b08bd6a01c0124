// The pane of what passes between device and server.

import { button, clock, h, json, size } from "./dom.ts";
import type { Pane } from "./pane.ts";

export const framesPane: Pane = {
  name: "Frames",
  live: true,
  async render({ devtools, memory, render }) {
    const filter = memory.get("filter") ?? "";
    const paused = memory.get("paused") !== undefined;
    const last = Number(memory.get("paused") ?? Number.POSITIVE_INFINITY);
    const shown = devtools.log
      .entries()
      .filter(({ id, what, space }) => id <= last && `${what} ${space}`.includes(filter))
      .reverse();
    return [
      h(
        "p",
        { class: "actions" },
        h("input", {
          type: "search",
          placeholder: "Filter",
          "aria-label": "Filter frames",
          value: filter,
          onchange: (event) => {
            memory.set("filter", (event.target as HTMLInputElement).value); // the input above
            render();
          },
        }),
        button(paused ? "Go on" : "Pause", () => {
          if (paused) memory.delete("paused");
          else memory.set("paused", String(devtools.log.entries().at(-1)?.id ?? 0));
          render();
        }),
        button("Clear", () => devtools.log.clear()),
      ),
      shown.length === 0 && h("p", { class: "empty" }, "Nothing has passed yet."),
      shown.map((entry) => {
        const arrow = { in: "←", out: "→", event: "·" }[entry.direction];
        const took = entry.tookMs === undefined ? "" : ` · ${Math.round(entry.tookMs)} ms`;
        return h(
          "details",
          {
            class: entry.failed === true ? "failed" : undefined,
            "data-key": entry.id,
          },
          h(
            "summary",
            {},
            `${clock(entry.atMs)} ${arrow} ${entry.what} ${entry.space} · ${size(entry.bytes)}${took}`,
          ),
          json(entry.body),
        );
      }),
    ];
  },
};
