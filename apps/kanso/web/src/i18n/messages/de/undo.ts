// German: what was done, taken back, and done again.

import type { UndoMessages } from "../en/undo.ts";

export const undo: UndoMessages = {
  redo: "Wiederholen",
  turned: {
    undo: {
      nothing: (step: string) => `Rückgängig gemacht: ${step}`,
      some: (step: string) =>
        `Rückgängig gemacht, bis auf das, was inzwischen anderswo geändert wurde: ${step}`,
      all: (step: string) =>
        `Nicht rückgängig gemacht, weil es inzwischen anderswo geändert wurde: ${step}`,
    },
    redo: {
      nothing: (step: string) => `Wiederholt: ${step}`,
      some: (step: string) =>
        `Wiederholt, bis auf das, was inzwischen anderswo geändert wurde: ${step}`,
      all: (step: string) =>
        `Nicht wiederholt, weil es inzwischen anderswo geändert wurde: ${step}`,
    },
  },
  nothingToUndo: "Es gibt nichts rückgängig zu machen",
  nothingToRedo: "Es gibt nichts zu wiederholen",
  failed: "Das ließ sich auf diesem Gerät nicht speichern. Es wurde nichts geändert.",
  steps: {
    complete: (title: string) => `${title} erledigt`,
    add: (title: string) => `${title} ergänzt`,
    set: (title: string) => `Tag von ${title} geändert`,
    clear: (title: string) => `Tag von ${title} geleert`,
    create: (title: string) => `${title} angelegt`,
    edit: (title: string) => `${title} bearbeitet`,
    reorder: () => "Reihenfolge geändert",
    archive: (title: string) => `${title} archiviert`,
    restore: (title: string) => `${title} wiederhergestellt`,
    delete: (title: string) => `${title} gelöscht`,
    settings: () => "Einstellungen geändert",
    vacation: () => "Urlaub geändert",
    import: () => "Eine Datei importiert",
    decide: () => "Zwischen zwei Versionen entschieden",
  },
  lastChange: "die letzte Änderung",
};
