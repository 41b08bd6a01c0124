// English: making and editing a habit.

export const habitForm = {
  newTitle: "New habit",
  editTitle: "Edit habit",
  name: "Name",
  create: "Create",
  save: "Save",
  nameMissing: "Give your habit a name of 1 to 100 characters.",
};

export type HabitFormMessages = typeof habitForm;
