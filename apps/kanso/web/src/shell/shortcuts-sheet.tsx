// The keys, and what they do.

import { usePreferences } from "../data/preferences.ts";
import { useMessages } from "../i18n/index.tsx";
import { Sheet } from "../ui/sheet.tsx";
import { SingleKeys } from "./single-keys.tsx";
import "./shortcuts-sheet.css";

const KEYS = {
  search: ["/"],
  create: ["N"],
  undo: ["mod", "Z"],
  redo: ["mod", "shift", "Z"],
  help: ["?"],
  day: ["←", "→"],
  habit: ["↑", "↓"],
  complete: ["space"],
  details: ["enter"],
  close: ["esc"],
} as const;
/** One letter or sign each. */
const SINGLE: ReadonlySet<string> = new Set(["search", "create", "help"]);

export function ShortcutsSheet({ onClose }: { onClose(): void }) {
  const text = useMessages("shortcuts");
  const { singleKeys } = usePreferences();
  const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
  const names: Readonly<Record<string, string>> = {
    ...text.keys,
    mod: isApple ? "⌘" : text.keys.ctrl,
  };
  const everywhere = ["search", "create", "undo", "redo", "help", "close"] as const;
  const today = ["habit", "complete", "details", "day"] as const;
  const row = (name: keyof typeof KEYS) => (
    <div key={name}>
      <dt>{text[name]}</dt>
      <dd>
        {KEYS[name].map((key) => (
          <kbd key={key}>{names[key] ?? key}</kbd>
        ))}
      </dd>
    </div>
  );
  return (
    <Sheet title={text.title} onClose={onClose}>
      <h3>{text.everywhere}</h3>
      <dl className="shortcuts">
        {everywhere.filter((name) => singleKeys || !SINGLE.has(name)).map(row)}
      </dl>
      <h3>{text.onToday}</h3>
      <dl className="shortcuts">{today.map(row)}</dl>
      <p className="soft">{text.touch}</p>
      <SingleKeys />
    </Sheet>
  );
}
