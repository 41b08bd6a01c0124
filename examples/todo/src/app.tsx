// The to-do list.

import { type FormEvent, useState } from "react";
import { type Todo, useClient, useMutation, usePresence, useQuery, useSyncStatus } from "./sync.ts";

const FILTERS = { all: {}, open: { done: false }, done: { done: true } } as const;
type Filter = keyof typeof FILTERS;
const SHOWN = 200;

export function App() {
  const [filter, setFilter] = useState<Filter>("all");
  const { ready, rows } = useQuery("todos", { where: FILTERS[filter], orderBy: "-createdAt" });
  const { loaded, phase } = useSyncStatus();
  const others = usePresence({ here: true });
  return (
    <main>
      <header>
        <h1>To do</h1>
        <Status others={others.length} />
      </header>
      <AddTodo />
      <nav aria-label="Show">
        {Object.keys(FILTERS).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === filter}
            onClick={() => setFilter(name as Filter)}
          >
            {name}
          </button>
        ))}
        <output>{ready ? `${rows.length} ${rows.length === 1 ? "item" : "items"}` : ""}</output>
      </nav>
      {ready && rows.length === 0 ? (
        <p className="empty">
          {!loaded && phase === "connecting"
            ? "Fetching your list …"
            : filter === "all"
              ? "Nothing to do yet. Add something above."
              : "Nothing here."}
        </p>
      ) : (
        <ul>
          {rows.slice(0, SHOWN).map((todo) => (
            <Item key={todo.id} todo={todo} />
          ))}
        </ul>
      )}
      {rows.length > SHOWN && <p className="empty">The newest {SHOWN} are shown.</p>}
    </main>
  );
}

function AddTodo() {
  const { run, error, reset } = useMutation(({ collections }, title: string) =>
    collections.todos.insert({ title, done: false, createdAt: Date.now() }),
  );
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const title = String(new FormData(form).get("title")).trim();
    if (title === "") return;
    run(title);
    form.reset();
  }
  return (
    <form onSubmit={submit}>
      <input
        name="title"
        aria-label="What is to be done?"
        placeholder="What is to be done?"
        autoComplete="off"
        maxLength={500}
      />
      <button type="submit">Add</button>
      {error && (
        <p role="alert">
          Not saved: {error.message}{" "}
          <button type="button" onClick={reset}>
            OK
          </button>
        </p>
      )}
    </form>
  );
}

function Item({ todo }: { readonly todo: Readonly<Todo> & { readonly id: string } }) {
  const { todos } = useClient().collections;
  return (
    <li>
      <label>
        <input
          type="checkbox"
          checked={todo.done}
          onChange={() => todos.update(todo.id, { done: !todo.done })}
        />
        <span>{todo.title}</span>
      </label>
      <button
        type="button"
        aria-label={`Delete ${todo.title}`}
        onClick={() => todos.delete(todo.id)}
      >
        ✕
      </button>
    </li>
  );
}

function Status({ others }: { readonly others: number }) {
  const { phase, reason, pending } = useSyncStatus();
  const saved = pending === 0 ? "everything is saved" : `${pending} to send`;
  const text = {
    idle: "starting",
    connecting: "connecting",
    live: `up to date, ${saved}`,
    polling: `up to date, ${saved}`,
    offline: `offline, ${pending === 0 ? "nothing to send" : saved}`,
    "needs-auth": "sign in again to send your changes",
    blocked: reason?.message ?? "not allowed",
    incompatible: "reload to get the new version",
    closed: "closed",
  }[phase];
  return (
    <p className="status" data-phase={phase} role="status">
      {text}
      {others > 0 && ` · open on ${others} other ${others === 1 ? "device" : "devices"}`}
    </p>
  );
}
