// The panel: a tab list over the panes, in a shadow root of its own, so that no page's style reaches it.

import type { Client, Definitions, LocalStore } from "../index.ts";
import { button, h } from "./dom.ts";
import { framesPane } from "./frames-pane.ts";
import type { Devtools } from "./instrument.ts";
import { outboxPane } from "./outbox-pane.ts";
import type { Pane, PaneContext } from "./pane.ts";
import { recordsPane } from "./records-pane.ts";
import { simulatePane } from "./simulate-pane.ts";
import { statusPane } from "./status-pane.ts";
import { STYLE } from "./style.ts";

export interface MountOptions {
  /** What `createDevtools` gave, whose instruments the client was opened with. */
  readonly devtools: Devtools;
  /** The store that the client was opened with. */
  readonly store: LocalStore;
  /** Where the panel is put; the page's body where left out. */
  readonly parent?: Element;
  /** Whether it begins open; Ctrl+Shift+Y opens and closes it. */
  readonly open?: boolean;
}

export interface MountedDevtools {
  /** Takes the panel out of the page. */
  close(): void;
}

const PANES: readonly Pane[] = [statusPane, outboxPane, framesPane, recordsPane, simulatePane];
const RENDER_MS = 250;
const FOCUSABLE = "button, input, select, summary, pre";

/** Shows the panel for a client. */
export function mountDevtools<Collections extends Definitions>(
  client: Client<Collections>,
  { devtools, store, parent = document.body, open = false }: MountOptions,
): MountedDevtools {
  const host = parent.appendChild(h("div", { "data-syncline-devtools": "" }));
  const root = host.attachShadow({ mode: "open" });
  const memory = new Map<string, string>();
  let current = 0;
  let isOpen = open;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  let shown: Pane | undefined;
  /** Renderings wait for the store: one that began earlier does not replace a later one. */
  let lastBegun = 0;
  let lastShown = 0;

  const context: PaneContext = {
    client: client as unknown as Client<Definitions>, // the panes look at any collections
    devtools,
    store,
    memory,
    render: () => void render().catch(show),
  };

  const body = h("div", { role: "tabpanel", id: "pane", tabindex: 0 });
  const warning = h("span", { class: "warning", role: "status" });
  const tabs = PANES.map(({ name }, i) =>
    button(name, () => select(i), { role: "tab", "aria-controls": "pane", id: `tab-${i}` }),
  );
  const panel = h(
    "section",
    {
      class: "panel",
      "aria-label": "Syncline devtools",
      onkeydown: (event) => onKey(event as KeyboardEvent),
    }, // a key
    h(
      "header",
      {},
      h(
        "div",
        {
          role: "tablist",
          "aria-label": "Panes",
          onkeydown: (event) => move(event as KeyboardEvent),
        },
        tabs,
      ), // a key
      warning,
      h(
        "span",
        { class: "end" },
        button("Theme", theme, { "aria-label": "Switch between dark and light" }),
        button("Close", () => toggle(false)),
      ),
    ),
    body,
  );
  const opener = button("Sync", () => toggle(true), {
    class: "toggle",
    "aria-label": "Open Syncline devtools",
    title: "Ctrl+Shift+Y",
  });
  root.append(h("style", {}, STYLE), opener, panel);

  function show(thrown: unknown): void {
    body.replaceChildren(h("p", { class: "failed" }, `This pane failed: ${String(thrown)}`));
  }

  async function render(): Promise<void> {
    const pane = PANES[current];
    if (closed || !isOpen || pane === undefined) return;
    const own = ++lastBegun;
    const contents = (await pane.render(context)).flat();
    if (closed || PANES[current] !== pane || own < lastShown) return;
    lastShown = own;
    replace(
      contents.filter((child) => child instanceof Node || typeof child === "string"),
      shown === pane,
    );
    shown = pane;
    warn();
  }

  /** Puts new contents into the pane; of the same pane what was open, focused or scrolled to stays so. */
  function replace(contents: (Node | string)[], again: boolean): void {
    if (!again) {
      body.replaceChildren(...contents);
      body.scrollTop = 0;
      return;
    }
    const { scrollTop } = body;
    const opened = [...body.querySelectorAll("details[open]")].map(keyOf);
    const focused = root.activeElement;
    const key = focused !== null && body.contains(focused) ? keyOf(focused) : undefined;
    body.replaceChildren(...contents);
    for (const details of body.querySelectorAll("details"))
      if (opened.includes(keyOf(details))) details.open = true;
    body.scrollTop = scrollTop;
    if (key === undefined) return;
    const same = [...body.querySelectorAll<HTMLElement>(FOCUSABLE)].find(
      (element) => keyOf(element) === key,
    );
    (same ?? body).focus({ preventScroll: true });
  }

  /** What is simulated stands in the header, whatever is shown beneath it. */
  function warn(): void {
    const { offline, latencyMs, skewMs, full } = devtools.simulation;
    const active = [
      offline && "no network",
      latencyMs !== 0 && `${latencyMs} ms slower`,
      skewMs !== 0 && "wrong clock",
      full && "no room",
    ].filter((one) => one !== false);
    warning.textContent = active.length === 0 ? "" : `Simulated: ${active.join(", ")}`;
    warning.hidden = active.length === 0;
  }

  /** What happens quickly is shown together. */
  function renderSoon(): void {
    warn();
    if (waiting !== undefined || !isOpen || PANES[current]?.live !== true) return;
    waiting = setTimeout(() => {
      waiting = undefined;
      // Whoever is typing is not disturbed.
      if (root.activeElement instanceof HTMLInputElement) return renderSoon();
      context.render();
    }, RENDER_MS);
  }

  function select(index: number): void {
    current = (index + PANES.length) % PANES.length;
    for (const [i, tab] of tabs.entries()) {
      tab.setAttribute("aria-selected", String(i === current));
      tab.tabIndex = i === current ? 0 : -1;
    }
    body.setAttribute("aria-labelledby", `tab-${current}`);
    context.render();
  }

  function move({ key }: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (step !== undefined) select(current + step);
    else if (key === "Home") select(0);
    else if (key === "End") select(PANES.length - 1);
    else return;
    tabs[current]?.focus();
  }

  function onKey({ key }: KeyboardEvent): void {
    if (key === "Escape") toggle(false);
  }

  function toggle(wanted: boolean, focus = true): void {
    isOpen = wanted;
    panel.hidden = !isOpen;
    panel.style.display = isOpen ? "" : "none";
    opener.hidden = isOpen;
    if (isOpen) select(current);
    if (focus) (isOpen ? tabs[current] : opener)?.focus();
  }

  function theme(): void {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const held = host.getAttribute("data-theme") ?? (dark ? "dark" : "light");
    host.setAttribute("data-theme", held === "dark" ? "light" : "dark");
  }

  const onShortcut = (event: KeyboardEvent) => {
    if (event.ctrlKey && event.shiftKey && event.code === "KeyY") toggle(!isOpen);
  };
  document.addEventListener("keydown", onShortcut);
  const stops = [
    devtools.subscribe(renderSoon),
    client.status.subscribe(renderSoon),
    client.outbox.subscribe(renderSoon),
    client.inbox.subscribe(renderSoon),
  ];
  select(0);
  // A panel that is there from the beginning does not take the focus away.
  toggle(open, false);

  return {
    close() {
      closed = true;
      clearTimeout(waiting);
      for (const stop of stops) stop();
      document.removeEventListener("keydown", onShortcut);
      host.remove();
    },
  };
}

/** What makes an element the same in the next rendering: its key or its name, and that of what it stands in. */
function keyOf(element: Element): string {
  const own = element.getAttribute("data-key") ?? element.getAttribute("aria-label");
  const holder = element.closest("details, article");
  const around = holder === element ? "" : (holder?.getAttribute("data-key") ?? "");
  const name = own ?? (element instanceof HTMLButtonElement ? element.textContent : "");
  return `${element.localName} ${name} in ${around}`;
}
