// German: account and sign-in.

import { pluralOf } from "../../plural.ts";
import type { AccountMessages } from "../en/account.ts";

const plural = pluralOf("de");

export const account: AccountMessages = {
  title: "Konto",
  signIn: "Anmelden",
  register: "Konto anlegen",
  signOut: "Abmelden",
  email: "E-Mail-Adresse",
  password: "Passwort",
  showPassword: "Passwort zeigen",
  passwordHint: "Mindestens 8 Zeichen. Ein paar Wörter sind sicher und leicht zu merken.",
  passwordMissing: (count: number) =>
    plural(count, { one: "Noch # Zeichen", other: "Noch # Zeichen" }),
  passwordEnough: "Lang genug.",
  signedInAs: "Angemeldet als",
  signedIn: "Du bist angemeldet",
  toAccount: "Zu deinem Konto",
  guest: "Du bist nicht angemeldet. Alles ist nur auf diesem Gerät.",
  benefit:
    "Mit einem Konto hast du deine Gewohnheiten auf allen Geräten. Was du hier eingetragen hast, kommt mit.",
  welcomeBack:
    "Melde dich wieder an, dann geht das Synchronisieren weiter. Was du inzwischen eingetragen hast, kommt mit.",
  wrong: "Adresse oder Passwort stimmen nicht.",
  taken: "Zu dieser Adresse gibt es schon ein Konto. Melde dich damit an.",
  badEmail: "Das ist keine E-Mail-Adresse. Sie sieht aus wie name@example.org.",
  badPassword: "Ein Passwort hat mindestens 8 Zeichen.",
  missing: "Bitte ausfüllen.",
  busy: "Zu viele Versuche. Warte eine Minute und versuche es noch einmal.",
  busyFor: (seconds: number) =>
    plural(seconds, {
      one: "Zu viele Versuche. Versuche es in # Sekunde noch einmal.",
      other: "Zu viele Versuche. Versuche es in # Sekunden noch einmal.",
    }),
  failed:
    "Das konnte der Server nicht ausführen. Versuche es später noch einmal; alles ist auf diesem Gerät gespeichert.",
  over: "Deine Sitzung ist zu Ende. Melde dich wieder an.",
  offlineProblem:
    "Der Server ist nicht erreichbar. Versuche es, wenn du online bist; bis dahin ist hier alles gespeichert.",

  forgot: "Passwort vergessen?",
  forgotTitle: "Ohne Passwort anmelden",
  forgotText:
    "Wir schicken eine Mail an die Adresse deines Kontos. Mit ihrem Link wählst du ein neues Passwort oder meldest dich an.",
  mailReset: "Link für ein neues Passwort",
  mailSignIn: "Link zum Anmelden",
  backToSignIn: "Zurück zur Anmeldung",
  noMails:
    "Dieser Server verschickt keine Mails. Auf einem Gerät, auf dem du angemeldet bist, siehst du alles und kannst eine Kopie speichern; ein neues Passwort kann setzen, wer den Server betreibt.",
  sentTitle: "Sieh in dein Postfach",
  sentVerify: (email: string) =>
    `Wir haben eine Mail an ${email} geschickt. Öffne ihren Link, um die Adresse zu bestätigen, und melde dich dann an.`,
  sentReset: (email: string) =>
    `Wenn ${email} ein Konto hat, ist eine Mail unterwegs. Mit ihrem Link wählst du innerhalb einer Stunde ein neues Passwort.`,
  sentSignIn: (email: string) =>
    `Wenn ${email} ein Konto hat, ist eine Mail unterwegs. Ihr Link meldet dich innerhalb von 15 Minuten auf dem Gerät an, auf dem du ihn öffnest.`,
  sentHint:
    "Nach ein paar Minuten nichts da? Sieh bei den unerwünschten Mails nach, oder prüfe die Adresse und versuche es noch einmal.",
  linkOver: "Dieser Link wurde schon benutzt, oder seine Zeit ist um.",
  askAgain: "Noch eine Mail schicken",
  verifyTitle: "Adresse bestätigen",
  verifyText: "Du hast mit dieser Adresse ein Konto angelegt. Bestätige, dass sie dir gehört.",
  verifyNow: "Adresse bestätigen",
  verified: (email: string) => `${email} ist bestätigt. Melde dich an und fang an.`,
  resetTitle: "Neues Passwort wählen",
  resetText: "Alle deine Geräte werden damit abgemeldet und melden sich mit dem neuen Passwort an.",
  resetNow: "Neues Passwort speichern",
  passwordSet: "Dein neues Passwort ist gespeichert. Melde dich damit an.",
  byMailText: "Du wolltest einen Link, um dich ohne Passwort anzumelden.",
  otherByMail:
    "Auf diesem Gerät liegen die Gewohnheiten von jemand anderem. Melde erst dieses Konto ab, wenn nötig mit einer Kopie, und fordere dann einen neuen Link an.",

  otherTitle: (email: string) => `Auf diesem Gerät liegen die Gewohnheiten von ${email}`,
  otherSomebody: "jemand anderem",
  otherText:
    "Die Gewohnheiten zweier Menschen werden nie vermischt. Bevor du dich mit einem anderen Konto anmeldest, müssen diese das Gerät verlassen. Was auf dem Server ist, bleibt dort.",
  otherUnsynced: (count: number) =>
    plural(count, {
      one: "# Änderung ist nicht auf dem Server. Ohne Kopie ist sie verloren.",
      other: "# Änderungen sind nicht auf dem Server. Ohne Kopie sind sie verloren.",
    }),
  otherSynced: "Alles von hier ist auch auf dem Server. Nichts geht verloren.",
  otherExport: "Kopie speichern, entfernen und anmelden",
  otherDiscard: "Entfernen und anmelden",
  otherBack: "Zurück, nichts ändern",

  signedOutTitle: "Du bist abgemeldet",
  signedOutText: (email: string) =>
    `${email} wurde auf diesem Gerät abgemeldet. Deine Gewohnheiten sind noch da, und was du einträgst, bleibt erhalten.`,
  endedByServerText: (email: string) =>
    `Der Server hat die Sitzung von ${email} auf diesem Gerät beendet: Sie wurde anderswo abgemeldet, das Passwort wurde geändert, oder jemand anderes hat sie benutzt. Deine Gewohnheiten sind noch da, und was du einträgst, bleibt erhalten. Warst du das nicht, melde dich wieder an und ändere dein Passwort.`,
  signInAgain: "Wieder anmelden",

  lastSync: "Zuletzt synchronisiert",
  neverSynced: "Noch nicht",
  devices: "Geräte",
  devicesText: "Hier ist dieses Konto angemeldet.",
  devicesOffline: "Deine Geräte siehst du, sobald du online bist.",
  thisDevice: "Dieses Gerät",
  lastSeen: (when: string) => `Zuletzt gesehen: ${when}`,
  signOutOther: "Abmelden",
  signOutDevice: (name: string) => `${name} abmelden`,
  deviceSignedOut: (name: string) => `${name} ist abgemeldet`,
  retry: "Noch einmal versuchen",

  changePassword: "Passwort ändern",
  changePasswordText: "Alle deine anderen Geräte werden dabei abgemeldet.",
  currentPassword: "Aktuelles Passwort",
  newPassword: "Neues Passwort",
  passwordChanged: "Dein Passwort ist geändert. Deine anderen Geräte sind abgemeldet.",
  wrongPassword: "Das ist nicht dein aktuelles Passwort.",

  exportAll: "Nimm deine Daten mit",
  exportAllText: "Alles als Datei: als Kopie, für Tabellen oder für eine andere App.",
  toExport: "Exportieren",

  signOutText: "Deine Gewohnheiten bleiben auf dem Server und auf deinen anderen Geräten.",
  signOutTitle: "Von diesem Gerät abmelden?",
  signOutWaiting: (count: number) =>
    plural(count, {
      one: "# Änderung ist noch nicht auf dem Server.",
      other: "# Änderungen sind noch nicht auf dem Server.",
    }),
  signOutPush: "Erst senden, dann abmelden",
  signOutPushText: "Braucht ein Netz. Auf diesem Gerät bleibt nichts.",
  signOutClean: "Abmelden",
  signOutCleanText: "Alles ist auf dem Server. Auf diesem Gerät bleibt nichts.",
  signOutKeep: "Abmelden und hier behalten",
  signOutKeepText: "Alles bleibt auf diesem Gerät, bis du dich wieder anmeldest.",
  signOutExport: "Kopie speichern, dann abmelden",
  signOutExportText:
    "Du bekommst eine Datei mit deinen Gewohnheiten. Auf diesem Gerät bleibt nichts.",
  signOutDiscard: "Abmelden und verwerfen",
  signOutDiscardText: "Was nicht gesendet wurde, ist endgültig weg.",
  signOutDecide:
    "Einige Änderungen hat der Server nicht angenommen, und du musst noch entscheiden. Entscheide zuerst, oder speichere eine Kopie.",
  toDecide: "Jetzt entscheiden",

  remove: "Konto löschen",
  removeText:
    "Dein Konto und alles darin wird gelöscht: auf dem Server und auf diesem Gerät. Niemand kann es zurückholen. Deine anderen Geräte werden abgemeldet.",
  removeType: (email: string) => `Gib zur Bestätigung ${email} ein`,
  removeMismatch: "Das ist nicht die Adresse deines Kontos.",
  removeNow: "Alles endgültig löschen",
  signOutSending: "Wird gesendet. Dieses Gerät wird abgemeldet, sobald alles auf dem Server ist.",
  signOutOffline:
    "Es gibt kein Netz. Alles wird gesendet, sobald es eines gibt, und dann wird dieses Gerät abgemeldet; oder wähle einen anderen Weg.",
  removedTitle: "Dein Konto ist gelöscht",
  removedText:
    "Alles davon wurde vom Server und von diesem Gerät entfernt. Danke, dass du hier warst.",
  startAnew: "Neu anfangen",
};
