// What can be done from anywhere: pages to go to, and the rest.

import { useLocation } from "wouter";
import { useAccount } from "../data/device-context.ts";
import { useMessages } from "../i18n/index.tsx";
import { openOverlay } from "../shell/overlay.ts";
import { useUndo } from "../shell/use-undo.ts";
import type { Command } from "./find.ts";

export function useCommands(): readonly Command[] {
  const [, go] = useLocation();
  const shell = useMessages("shell");
  const text = useMessages("search");
  const account = useMessages("account");
  const { title: decisions } = useMessages("conflicts");
  const { redo: redoLabel } = useMessages("undo");
  const { undo, redo } = useUndo();
  const isGuest = useAccount() === null;
  const pages = [
    ["/habits/new", shell.newHabit],
    ["/", shell.today],
    ["/week", shell.week],
    ["/statistics", shell.statistics],
    ["/archive", shell.archive],
    ["/settings", shell.settings],
    isGuest ? ["/sign-in", account.signIn] : ["/account", account.title],
    ["/import", text.import],
    ["/conflicts", decisions],
    ["/?order", text.editOrder],
  ] as const;
  return [
    ...pages.map(([path, title]): Command => ({ id: path, title, run: () => go(path) })),
    { id: "undo", title: shell.undo, run: undo },
    { id: "redo", title: redoLabel, run: redo },
    { id: "shortcuts", title: text.shortcuts, run: () => openOverlay("shortcuts") },
  ];
}
