// What is shown where the page came by plain http: browsers keep from it what the app is made of.

import { browserLanguage } from "../i18n/index.tsx";

const TEXTS = {
  en: {
    title: "Kanso needs a secure connection",
    why: "This page came over plain http. Browsers let an app keep your habits on the device and work without a network only over https. Nothing was deleted.",
    what: "Open it here instead:",
    operator:
      "Is this your server? Put a proxy that speaks TLS in front of it; docs/operations.md says how, under “HTTPS”. On the machine that it runs on, http://localhost works, too.",
  },
  de: {
    title: "Kanso braucht eine sichere Verbindung",
    why: "Diese Seite kam über einfaches http. Nur über https lassen Browser eine App deine Gewohnheiten auf dem Gerät aufbewahren und ohne Netz arbeiten. Es wurde nichts gelöscht.",
    what: "Öffne sie stattdessen hier:",
    operator:
      "Ist das dein Server? Stelle einen Proxy davor, der TLS spricht; wie, steht in docs/operations.md unter „HTTPS“. Auf dem Rechner, auf dem er läuft, geht auch http://localhost.",
  },
  it: {
    title: "Kanso ha bisogno di una connessione sicura",
    why: "Questa pagina è arrivata con semplice http. Solo con https i browser permettono a un’app di conservare le tue abitudini sul dispositivo e di funzionare senza rete. Niente è stato eliminato.",
    what: "Aprila invece qui:",
    operator:
      "Il server è tuo? Mettigli davanti un proxy che parla TLS: docs/operations.md spiega come, alla voce “HTTPS”. Sul computer su cui gira funziona anche http://localhost.",
  },
};

/** @param address of this page */
export function NeedsHttps({ address }: { readonly address: URL }) {
  const language = browserLanguage();
  const { title, why, what, operator } = TEXTS[language];
  // The port of http is never the one of https.
  const secure = `https://${address.hostname}${address.pathname}`;
  return (
    <main
      lang={language}
      className="card"
      style={{ margin: "3rem auto", maxWidth: "32rem", overflowWrap: "anywhere" }}
    >
      <div role="alert">
        <h1>{title}</h1>
        <p>{why}</p>
        <p>
          {what} <a href={secure}>{secure}</a>
        </p>
        <p className="soft">{operator}</p>
      </div>
    </main>
  );
}
