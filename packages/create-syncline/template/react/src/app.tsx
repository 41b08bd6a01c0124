// The list, and what can be done with it.

import { createHooks } from "@syncline/client/react";
import type { SubmitEvent } from "react";
import { type collections, statusText } from "./sync.ts";

export const { SynclineProvider, useClient, useQuery, useSyncStatus } =
  createHooks<typeof collections>();

export function App() {
  const { todos } = useClient().collections;
  const { ready, rows } = useQuery("todos", { orderBy: "-createdAt" });
  const status = useSyncStatus();

  function add(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const title = String(new FormData(form).get("title")).trim();
    if (title !== "") todos.insert({ title, done: false, createdAt: Date.now() });
    form.reset();
  }

  return (
    <main>
      <header>
        <h1>__TITLE__</h1>
        <span role="status">{statusText(status)}</span>
      </header>
      <form onSubmit={add}>
        <input name="title" aria-label="What is to be done?" placeholder="What is to be done?" autoComplete="off" />
        <button type="submit">Add</button>
      </form>
      {ready && rows.length === 0 && <p>Nothing to do yet.</p>}
      <ul>
        {rows.map(({ id, title, done }) => (
          <li key={id}>
            <label>
              <input type="checkbox" checked={done} onChange={() => todos.update(id, { done: !done })} />
              <span>{title}</span>
            </label>
            <button type="button" className="plain" aria-label={`Delete ${title}`} onClick={() => todos.delete(id)}>
              ✕
            </button>
          </li>
        ))}
      </ul>
    </main>
  );
}
