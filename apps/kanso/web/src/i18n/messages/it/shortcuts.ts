// Italian: keyboard shortcuts.

import type { ShortcutsMessages } from "../en/shortcuts.ts";

export const shortcuts: ShortcutsMessages = {
  title: "Scorciatoie da tastiera",
  everywhere: "Ovunque",
  onToday: "Nella pagina Oggi",
  search: "Cerca",
  create: "Nuova abitudine",
  undo: "Annulla",
  redo: "Ripeti",
  help: "Questo elenco",
  close: "Chiudi",
  habit: "Abitudine precedente o successiva",
  complete: "Completa o aggiungi un passo",
  details: "Valore, nota o salta",
  day: "Giorno precedente o successivo",
  touch: "Con il tocco: tocca un’abitudine per completarla, tienila premuta per altro.",
  singleKeys: "Tasti singoli",
  singleKeysText:
    "/, N e ? fanno qualcosa da soli. Disattivali se scrivi con la voce o premi spesso tasti per sbaglio.",
  keys: { ctrl: "Ctrl", shift: "Maiusc", space: "Spazio", enter: "Invio", esc: "Esc" },
};
