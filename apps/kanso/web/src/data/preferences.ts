// What is chosen for this device only: its language, its looks, and its keys.

import { createSource, useSource } from "./source.ts";

export const LANGUAGES = ["en", "de", "it"] as const;
export type Language = (typeof LANGUAGES)[number];
export const THEMES = ["light", "dark", "contrast"] as const;
export type Theme = (typeof THEMES)[number];

export interface Preferences {
  /** Null: as the browser is set. */
  readonly language: Language | null;
  readonly theme: Theme | null;
  /** Whether letters and signs alone are shortcuts: who speaks to his device, or slips, may not want them. */
  readonly singleKeys: boolean;
}

export const preferencesKey = "kanso.preferences";

const source = createSource<Preferences>(read());

export const preferences = {
  subscribe: source.subscribe,
  getSnapshot: source.getSnapshot,
  change(changes: Partial<Preferences>): void {
    source.set({ ...source.getSnapshot(), ...changes });
    localStorage.setItem(preferencesKey, JSON.stringify(source.getSnapshot()));
  },
};

export function usePreferences(): Preferences {
  return useSource(preferences);
}

addEventListener("storage", ({ key }) => {
  if (key === preferencesKey) source.set(read());
});

function read(): Preferences {
  try {
    const kept: Partial<Preferences> | null = JSON.parse(
      localStorage.getItem(preferencesKey) ?? "null",
    );
    return {
      language: LANGUAGES.find((name) => name === kept?.language) ?? null,
      theme: THEMES.find((name) => name === kept?.theme) ?? null,
      singleKeys: kept?.singleKeys !== false,
    };
  } catch {
    return { language: null, theme: null, singleKeys: true }; // what cannot be read was never chosen
  }
}
