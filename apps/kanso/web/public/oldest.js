// What browsers show that are older than Safari 16.4, Firefox 115 and Chrome 110. They must be able to read this.
(() => {
  let isKnown = "toSorted" in Array.prototype && "structuredClone" in window;
  try {
    /(?<=a)b/;
  } catch (_) {
    isKnown = false;
  }
  if (isKnown) return;
  const texts = {
    en: [
      "Kanso needs a newer browser",
      "This one is older than Safari 16.4, Firefox 115 or Chrome 110. Nothing was deleted: what is on this device is there again after an update.",
      "Update this browser, or the system that it came with, or open Kanso in another one.",
    ],
    de: [
      "Kanso braucht einen neueren Browser",
      "Dieser ist älter als Safari 16.4, Firefox 115 oder Chrome 110. Es wurde nichts gelöscht: Was auf diesem Gerät ist, ist nach einer Aktualisierung wieder da.",
      "Aktualisiere diesen Browser oder das System, mit dem er kam, oder öffne Kanso in einem anderen.",
    ],
    it: [
      "Kanso ha bisogno di un browser più recente",
      "Questo è più vecchio di Safari 16.4, Firefox 115 o Chrome 110. Niente è stato eliminato: ciò che è sul dispositivo ci sarà di nuovo dopo un aggiornamento.",
      "Aggiorna questo browser, o il sistema con cui è arrivato, oppure apri Kanso in un altro.",
    ],
  };
  const wanted = String(navigator.language).slice(0, 2);
  const language = wanted in texts ? wanted : "en";
  const root = document.documentElement;
  root.setAttribute("data-too-old", "");
  document.addEventListener("DOMContentLoaded", () => {
    const [title, ...lines] = texts[language];
    const main = document.createElement("main");
    main.lang = language;
    main.className = "card";
    main.style.cssText = "margin: 3rem auto; max-width: 32rem; overflow-wrap: anywhere";
    const box = document.createElement("div");
    box.setAttribute("role", "alert");
    main.appendChild(box);
    for (const [index, text] of [title, ...lines].entries()) {
      const part = document.createElement(index === 0 ? "h1" : "p");
      part.textContent = text;
      box.appendChild(part);
    }
    const app = document.getElementById("app");
    app.textContent = "";
    app.appendChild(main);
  });
})();
