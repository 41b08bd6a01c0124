// The language of the app: what is written in it, and how numbers and days are.

import { createContext, type ReactNode, use, useContext, useEffect, useMemo } from "react";
import { LANGUAGES, type Language, preferences, usePreferences } from "../data/preferences.ts";
import { createFormat, type Format } from "./format.ts";
import type { Messages } from "./messages/en.ts";
import { currentLocale } from "./week.ts";

interface Language18n {
  readonly messages: Messages;
  readonly format: Format;
}

const Context = createContext<Language18n | undefined>(undefined);

/** Suspends until the language is there. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const preferred = usePreferences().language;
  const language = preferred ?? browserLanguage();
  const messages = use(load(language));
  const value = useMemo(
    () => ({ messages, format: createFormat(localeFor(language)) }),
    [messages, language],
  );
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = "ltr";
  }, [language]);
  return <Context value={value}>{children}</Context>;
}

/** The texts of one area, in the language of the person. */
export function useMessages<Area extends keyof Messages>(area: Area): Messages[Area] {
  return useLanguage().messages[area];
}

export function useFormat(): Format {
  return useLanguage().format;
}

function useLanguage(): Language18n {
  const language = useContext(Context);
  if (language === undefined) throw new Error("There is no language around this.");
  return language;
}

function localeFor(language: Language): string {
  const locale = currentLocale();
  return locale.split("-")[0] === language ? locale : language;
}

/** Reads the texts: what is shown before them stays until they are there. */
export async function readLanguage(): Promise<void> {
  await load(preferences.getSnapshot().language ?? browserLanguage());
}

/** What the browser is set to, as far as the app speaks it. */
export function browserLanguage(): Language {
  for (const tag of navigator.languages) {
    const found = LANGUAGES.find((name) => name === tag.split("-")[0]);
    if (found !== undefined) return found;
  }
  return "en";
}

const loaded = new Map<Language, Promise<Messages>>();

/** One promise for each language: React asks for it again and again. */
function load(language: Language): Promise<Messages> {
  let messages = loaded.get(language);
  if (messages === undefined) {
    messages = read(language);
    messages.catch(() => loaded.delete(language));
    loaded.set(language, messages);
  }
  return messages;
}

async function read(language: Language): Promise<Messages> {
  switch (language) {
    case "en":
      return (await import("./messages/en.ts")).en;
    case "de":
      return (await import("./messages/de.ts")).de;
    case "it":
      return (await import("./messages/it.ts")).it;
    default:
      return language satisfies never;
  }
}
