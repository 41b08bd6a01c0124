// German: reminders.

import type { RemindersMessages } from "../en/reminders.ts";

export const reminders: RemindersMessages = {
  dueNow: "Jetzt dran",
  done: "Erledigt",
  later: "Später",
  laterFor: (title: string) => `Später: ${title}`,
  doneFor: (title: string) => `Erledigt: ${title}`,
  putOff: (title: string) => `${title}: in einer Stunde wieder`,
  dueToast: (title: string) => `Es ist Zeit: ${title}`,
  body: "Es ist Zeit. Ein kleiner Schritt genügt.",
  zone: (zone: string) => `Nach der Uhr von ${zone}.`,
  platforms: {
    none: "Dieser Browser zeigt keine Mitteilungen. Auf iPhone und iPad musst du Kanso zuerst zum Home-Bildschirm hinzufügen. Was ansteht, steht immer oben auf der Seite „Heute“.",
    blocked:
      "Mitteilungen sind für Kanso gesperrt. Erlaube sie in den Browser-Einstellungen für diese Seite. Bis dahin steht oben auf der Seite „Heute“, was ansteht.",
    ask: "Dein Browser fragt dich, ob Kanso dir Mitteilungen zeigen darf. Ohne sie steht oben auf der Seite „Heute“, was ansteht.",
    open: "Kanso erinnert dich, solange es in einem Tab oder Fenster offen ist. Ist es geschlossen, lässt dieser Browser das nicht zu; dann siehst du beim Öffnen, was ansteht.",
    background:
      "Kanso erinnert dich, solange es offen ist. Ist es geschlossen, weckt der Browser es ab und zu; eine Erinnerung kann dann verspätet sein.",
  },
};
