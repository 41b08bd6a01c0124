// English: reminders.

export const reminders = {
  title: "Reminders",
};

export type RemindersMessages = typeof reminders;
