// What is shown where nothing can be opened: private windows without storage, and full disks.

import { browserLanguage } from "../i18n/index.tsx";

const TEXTS = {
  en: "Kanso cannot open its storage here. Nothing was deleted. Leave private browsing, or free some space, and reload.",
  de: "Kanso kann seinen Speicher hier nicht öffnen. Es wurde nichts gelöscht. Verlasse den privaten Modus oder schaffe Platz und lade neu.",
  it: "Kanso non riesce ad aprire il suo archivio. Niente è stato eliminato. Esci dalla navigazione privata o libera spazio, poi ricarica.",
};

export function CannotOpen({ thrown }: { readonly thrown: unknown }) {
  const language = browserLanguage();
  return (
    <main lang={language} className="card" style={{ margin: "3rem auto", maxWidth: "32rem" }}>
      <div role="alert">
        <h1>Kanso</h1>
        <p>{TEXTS[language]}</p>
        <p className="soft">{thrown instanceof Error ? thrown.message : String(thrown)}</p>
      </div>
    </main>
  );
}
