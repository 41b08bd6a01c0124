// The list, and what can be done with it.

import { type Client, statusText } from "./sync.ts";

export function showApp(client: Client, target: HTMLElement): void {
  const { todos } = client.collections;
  target.innerHTML = `
    <main>
      <header><h1>__TITLE__</h1><span role="status"></span></header>
      <form>
        <input name="title" aria-label="What is to be done?" placeholder="What is to be done?" autocomplete="off" />
        <button type="submit">Add</button>
      </form>
      <p hidden>Nothing to do yet.</p>
      <ul></ul>
    </main>`;
  const find = <Type extends Element>(selector: string) => target.querySelector(selector) as Type;
  const [status, empty, items] = [find("[role=status]"), find<HTMLElement>("p"), find("ul")];
  const form = find<HTMLFormElement>("form");

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const title = String(new FormData(form).get("title")).trim();
    if (title !== "") todos.insert({ title, done: false, createdAt: Date.now() });
    form.reset();
  });

  function item({ id, title, done }: { id: string; title: string; done: boolean }): Element {
    const line = document.createElement("li");
    line.innerHTML =
      '<label><input type="checkbox" /><span></span></label><button type="button" class="plain">✕</button>';
    const box = line.querySelector("input") as HTMLInputElement;
    box.checked = done;
    box.addEventListener("change", () => todos.update(id, { done: !done }));
    (line.querySelector("span") as Element).textContent = title;
    const button = line.querySelector("button") as HTMLButtonElement;
    button.setAttribute("aria-label", `Delete ${title}`);
    button.addEventListener("click", () => todos.delete(id));
    return line;
  }

  const list = todos.live({ orderBy: "-createdAt" });
  const showList = () => {
    const { ready, rows } = list.getSnapshot();
    empty.hidden = !ready || rows.length > 0;
    items.replaceChildren(...rows.map(item));
  };
  const showStatus = () => {
    status.textContent = statusText(client.status.getSnapshot());
  };
  list.subscribe(showList);
  client.status.subscribe(showStatus);
  showList();
  showStatus();
}
