// Why a file cannot be read, in each language.

import { expect, test } from "vitest";
import { imports as de } from "../i18n/messages/de/import.ts";
import { imports as en } from "../i18n/messages/en/import.ts";
import { imports as it } from "../i18n/messages/it/import.ts";
import { damageText } from "./damage-text.ts";

const title = { kind: "field", file: "habits.csv", row: 3, name: "title" } as const;
const zip = { kind: "broken", file: null, row: null, name: "" } as const;

test.each([
  [
    en,
    "This file cannot be read: habits.csv, row 3: there is no valid value in “title”.",
    "damaged",
  ],
  [
    de,
    "Diese Datei ist nicht lesbar: habits.csv, Zeile 3: In „title“ steht kein gültiger Wert.",
    "beschädigt",
  ],
  [
    it,
    "Questo file non è leggibile: habits.csv, riga 3: in «title» non c’è un valore valido.",
    "danneggiato",
  ],
] as const)("%#: with its place, in the person's words", (text, field, word) => {
  expect(damageText(title, text)).toBe(field);
  expect(damageText(zip, text)).toMatch(word);
  expect(damageText(null, text)).not.toContain(":");
});
