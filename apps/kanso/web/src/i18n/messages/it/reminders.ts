// Italian: reminders.

import type { RemindersMessages } from "../en/reminders.ts";

export const reminders: RemindersMessages = {
  dueNow: "È ora",
  done: "Fatto",
  later: "Più tardi",
  laterFor: (title: string) => `Più tardi: ${title}`,
  doneFor: (title: string) => `Fatto: ${title}`,
  putOff: (title: string) => `${title}: di nuovo tra un’ora`,
  dueToast: (title: string) => `È ora: ${title}`,
  body: "È ora. Basta un piccolo passo.",
  zone: (zone: string) => `Secondo l’ora di ${zone}.`,
  platforms: {
    none: "Questo browser non mostra notifiche. Su iPhone e iPad aggiungi prima Kanso alla schermata Home. Ciò che è da fare si vede sempre in cima alla pagina Oggi.",
    blocked:
      "Le notifiche sono bloccate per Kanso. Consentile nelle impostazioni del browser per questo sito. Fino ad allora, ciò che è da fare si vede in cima alla pagina Oggi.",
    ask: "Il browser ti chiederà se Kanso può inviarti notifiche. Senza, ciò che è da fare si vede in cima alla pagina Oggi.",
    open: "Kanso ti avvisa finché è aperto in una scheda o finestra. Quando è chiuso, questo browser non lo permette; ciò che è da fare lo vedi quando lo apri.",
    background:
      "Kanso ti avvisa finché è aperto. Quando è chiuso, il browser lo sveglia di tanto in tanto: un promemoria può arrivare in ritardo.",
  },
};
