// The pane that makes things worse than they are.

import { button, h } from "./dom.ts";
import type { Simulation } from "./instrument.ts";
import type { Pane } from "./pane.ts";

export const simulatePane: Pane = {
  name: "Simulate",
  live: false,
  async render({ devtools, render }) {
    const { simulation } = devtools;
    const set = (change: Partial<Simulation>) => {
      devtools.simulate(change);
      render();
    };
    const check = (label: string, name: "offline" | "full") =>
      h(
        "label",
        {},
        h("input", {
          type: "checkbox",
          checked: simulation[name],
          onchange: (event) => set({ [name]: (event.target as HTMLInputElement).checked }), // the checkbox
        }),
        label,
      );
    const number = (label: string, name: "latencyMs" | "skewMs", scale: number, unit: string) =>
      h(
        "label",
        {},
        label,
        h("input", {
          type: "number",
          value: simulation[name] / scale,
          onchange: (event) =>
            set({ [name]: Number((event.target as HTMLInputElement).value) * scale }), // the input
        }),
        unit,
      );
    return [
      h("p", {}, "Holds for this tab, until it is switched off or the page is loaded again."),
      h(
        "div",
        { class: "switches" },
        check("No network", "offline"),
        number("Everything takes longer by", "latencyMs", 1, "ms"),
        number("This device's clock is ahead by", "skewMs", 60_000, "min"),
        check("No room on the device", "full"),
      ),
      h(
        "p",
        { class: "actions" },
        button("Drop the connection", () => devtools.dropSocket()),
        button("Everything as it is", () =>
          set({ offline: false, latencyMs: 0, skewMs: 0, full: false }),
        ),
      ),
    ];
  },
};
