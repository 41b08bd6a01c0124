// English: reminders.

export const reminders = {
  dueNow: "Due now",
  done: "Done",
  later: "Later",
  laterFor: (title: string) => `Later: ${title}`,
  doneFor: (title: string) => `Done: ${title}`,
  putOff: (title: string) => `${title}: again in an hour`,
  dueToast: (title: string) => `It is time: ${title}`,
  /** The second line of a notification. */
  body: "It is time. A small step is enough.",
  zone: (zone: string) => `By the clock of ${zone}.`,
  platforms: {
    none: "This browser shows no notifications. On iPhone and iPad, add Kanso to your home screen first. What is due is always shown at the top of the today page.",
    blocked:
      "Notifications are blocked for Kanso. Allow them in the browser’s settings for this site. Until then, what is due is shown at the top of the today page.",
    ask: "Your browser will ask whether Kanso may notify you. Without that, what is due is shown at the top of the today page.",
    open: "Kanso notifies you while it is open in any tab or window. Once it is closed, this browser does not let it; then what is due is shown when you open it.",
    background:
      "Kanso notifies you while it is open. While it is closed, the browser wakes it from time to time, so a reminder can be late.",
  },
};

export type RemindersMessages = typeof reminders;
