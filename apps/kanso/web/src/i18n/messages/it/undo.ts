// Italian: what was done, taken back, and done again.

import type { UndoMessages } from "../en/undo.ts";

export const undo: UndoMessages = {
  redo: "Ripeti",
  turned: {
    undo: {
      nothing: (step: string) => `Annullato: ${step}`,
      some: (step: string) => `Annullato, tranne ciò che nel frattempo è cambiato altrove: ${step}`,
      all: (step: string) => `Non annullato, perché nel frattempo è cambiato altrove: ${step}`,
    },
    redo: {
      nothing: (step: string) => `Ripetuto: ${step}`,
      some: (step: string) => `Ripetuto, tranne ciò che nel frattempo è cambiato altrove: ${step}`,
      all: (step: string) => `Non ripetuto, perché nel frattempo è cambiato altrove: ${step}`,
    },
  },
  nothingToUndo: "Non c’è niente da annullare",
  nothingToRedo: "Non c’è niente da ripetere",
  failed: "Non è stato possibile salvare su questo dispositivo. Non è cambiato niente.",
  steps: {
    complete: (title: string) => `completamento di ${title}`,
    add: (title: string) => `aggiunta a ${title}`,
    set: (title: string) => `modifica di un giorno di ${title}`,
    clear: (title: string) => `giorno svuotato di ${title}`,
    create: (title: string) => `creazione di ${title}`,
    edit: (title: string) => `modifica di ${title}`,
    reorder: () => "cambio dell’ordine",
    archive: (title: string) => `archiviazione di ${title}`,
    restore: (title: string) => `ripristino di ${title}`,
    delete: (title: string) => `eliminazione di ${title}`,
    settings: () => "modifica delle impostazioni",
    vacation: () => "modifica delle vacanze",
    import: () => "Importato un file",
    decide: () => "Scelto tra due versioni",
  },
  lastChange: "l’ultima modifica",
};
