// The page: the list, what may be done with it, how far it is shared, and what was refused.

import type { RefusedEvent, SimpleClient } from "@syncline/client/simple";
import { type Chore, choresOf } from "./chores.ts";
import { button, element } from "./dom.ts";
import { type EVENTS, nameOf } from "./household.ts";
import { signOut } from "./sign-in.ts";

type Client = SimpleClient<typeof EVENTS>;
type Action = keyof typeof EVENTS;

/** What people read of an action that was refused. */
const DID: { readonly [name: string]: string } = {
  add: "Adding",
  done: "Ticking off",
  reopen: "Reopening",
  remove: "Removing",
};

export function showPage(app: HTMLElement, client: Client): void {
  const status = element("p", { className: "status", role: "status" });
  const problem = element("p", { role: "alert" });
  const refused = element("section", { className: "refused" });
  const list = element("ul");
  const note = element("p", { className: "note" });
  const empty = element("p", { className: "empty" });
  const form = addForm((title) => act("add", `chore.${crypto.randomUUID()}`, { title }));
  const titles = new Map<string, string>();

  function act<Name extends Action>(
    action: Name,
    item: string,
    payload: Parameters<typeof client.append<Name>>[0]["payload"],
  ): void {
    problem.textContent = "";
    client.append({ action, item, payload }).catch((thrown: unknown) => {
      problem.textContent = `Not saved on this device: ${thrown instanceof Error ? thrown.message : thrown}`;
    });
  }

  function showList(): void {
    const chores = choresOf(client.events.getSnapshot());
    for (const { item, title } of chores) titles.set(item, title);
    const mayAdd = client.can("chore.", "add");
    const isNew = client.history.getSnapshot().length === 0;
    form.hidden = !mayAdd;
    note.hidden = mayAdd || isNew;
    note.textContent = "You tick chores off; adding and removing them is for parents.";
    empty.hidden = chores.length > 0;
    empty.textContent = isNew
      ? "Fetching the chores …"
      : mayAdd
        ? "Nothing to do. Add the first chore above."
        : "Nothing to do. Enjoy the day!";
    const focused = focusedPlace();
    list.replaceChildren(...chores.map((chore) => row(chore, client, act)));
    if (focused !== undefined) list.querySelector<HTMLElement>(focused)?.focus();
  }

  function showStatus(): void {
    const { phase, error } = client.status.getSnapshot();
    const count = client.diff.getSnapshot().length;
    const toSend = count === 0 ? "" : `, ${count} to send`;
    const text = {
      new: "starting",
      syncing: "syncing",
      synced: count === 0 ? "everything is shared" : "up to date",
      offline: "offline",
      failed: error?.code === "unauthenticated" ? "sign in again to share" : (error?.message ?? ""),
    }[phase];
    // While it syncs, what was said stays: it would flicker every few seconds.
    if (phase === "syncing" && status.textContent !== "" && count === 0) return;
    status.dataset["phase"] = phase;
    status.textContent = text + toSend;
  }

  function showRefused(): void {
    const all = client.refused.getSnapshot();
    refused.hidden = all.length === 0;
    refused.replaceChildren(
      element("h2", {}, "Not accepted"),
      ...all.map((one) => refusedRow(one, titles.get(one.event.item), client)),
    );
  }

  client.events.subscribe(showList);
  client.history.subscribe(showList);
  client.status.subscribe(showStatus);
  client.diff.subscribe(showStatus);
  client.refused.subscribe(showRefused);
  const syncNow = button("Sync", () => {
    client.sync().catch(() => undefined); // the status says why
  });
  app.replaceChildren(
    element("header", {}, element("h1", {}, "Chores"), syncNow, status),
    form,
    note,
    problem,
    refused,
    list,
    empty,
    element("footer", {}, `You are ${nameOf(client.user)}. `, button("Not you?", signOut)),
  );
  showList();
  showStatus();
  showRefused();
}

/** Where in the list the keyboard is, for after the list was made anew. */
function focusedPlace(): string | undefined {
  const { activeElement } = document;
  const item = activeElement?.closest("li")?.dataset["item"];
  if (item === undefined || activeElement === null) return undefined;
  return `li[data-item="${CSS.escape(item)}"] ${activeElement.localName}`;
}

function addForm(add: (title: string) => void): HTMLFormElement {
  const input = element("input", {
    name: "title",
    placeholder: "What is to be done?",
    autocomplete: "off",
    maxLength: 200,
  });
  input.setAttribute("aria-label", "What is to be done?");
  const form = element("form", {}, input, element("button", { type: "submit" }, "Add"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const title = input.value.trim();
    if (title === "") return;
    add(title);
    form.reset();
  });
  return form;
}

function row(
  { item, title, doneBy, pending }: Chore,
  client: Client,
  act: (action: "done" | "reopen" | "remove", item: string, payload: Record<string, never>) => void,
): HTMLLIElement {
  const next = doneBy === undefined ? "done" : "reopen";
  const box = element("input", {
    type: "checkbox",
    checked: doneBy !== undefined,
    disabled: !client.can(item, next),
    onchange: () => act(next, item, {}),
  });
  const notes = [
    ...(doneBy === undefined ? [] : [`done by ${nameOf(doneBy)}`]),
    ...(pending ? ["to send"] : []),
  ];
  const made = element(
    "li",
    {},
    element(
      "label",
      {},
      box,
      element(
        "span",
        {},
        element("span", { className: "title" }, title),
        element("small", {}, notes.join(" · ")),
      ),
    ),
  );
  made.dataset["item"] = item;
  if (client.can(item, "remove"))
    made.append(button("✕", () => act("remove", item, {}), `Remove ${title}`));
  return made;
}

function refusedRow(
  { event, reason }: RefusedEvent,
  title: string | undefined,
  client: Client,
): HTMLElement {
  const { uuid, action } = event;
  const decide = (what: (uuid: string) => Promise<boolean>) => () => {
    what(uuid).catch(() => undefined); // it stays in the list, to be decided again
  };
  return element(
    "p",
    {},
    `${DID[action] ?? action} “${title ?? "a chore"}”: ${reason} `,
    button("Try again", decide(client.refused.retry)),
    button("Forget it", decide(client.refused.discard)),
  );
}
