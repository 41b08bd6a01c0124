// English: what was done, taken back, and done again.

export const undo = {
  redo: "Redo",
  /** By what stays as it is, because others have changed it since. */
  turned: {
    undo: {
      nothing: (step: string) => `Undone: ${step}`,
      some: (step: string) => `Undone, except what was changed elsewhere since: ${step}`,
      all: (step: string) => `Not undone, because it was changed elsewhere since: ${step}`,
    },
    redo: {
      nothing: (step: string) => `Redone: ${step}`,
      some: (step: string) => `Redone, except what was changed elsewhere since: ${step}`,
      all: (step: string) => `Not redone, because it was changed elsewhere since: ${step}`,
    },
  },
  nothingToUndo: "There is nothing to undo",
  nothingToRedo: "There is nothing to redo",
  failed: "That could not be saved on this device. Nothing was changed.",
  /** Such as "Completed Drink water". */
  steps: {
    complete: (title: string) => `Completed ${title}`,
    add: (title: string) => `Added to ${title}`,
    set: (title: string) => `Changed a day of ${title}`,
    clear: (title: string) => `Cleared a day of ${title}`,
    create: (title: string) => `Created ${title}`,
    edit: (title: string) => `Edited ${title}`,
    reorder: () => "Changed the order",
    archive: (title: string) => `Archived ${title}`,
    restore: (title: string) => `Restored ${title}`,
    delete: (title: string) => `Deleted ${title}`,
    settings: () => "Changed the settings",
    vacation: () => "Changed the vacations",
    import: () => "Imported a file",
    decide: () => "Decided between two versions",
  },
  /** Where nothing more is known of it. */
  lastChange: "the last change",
};

export type UndoMessages = typeof undo;
