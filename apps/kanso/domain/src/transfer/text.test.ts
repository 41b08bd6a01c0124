// Files as they are written by apps and spreadsheets of all kinds.

import { expect, test } from "vitest";
import { decodeText } from "./text.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

test.each([
  ["UTF-8", new TextEncoder().encode("Läuft ✓"), "Läuft ✓"],
  ["UTF-8 with a mark", bytes(0xef, 0xbb, 0xbf, 0x61), "a"],
  ["UTF-16, low byte first", bytes(0xff, 0xfe, 0xe4, 0x00, 0x61, 0x00), "äa"],
  ["UTF-16, high byte first", bytes(0xfe, 0xff, 0x00, 0xe4), "ä"],
  ["Windows", bytes(0x4c, 0xe4, 0x75, 0x66, 0x74), "Läuft"],
  ["nothing", bytes(), ""],
])("%s", (_name, given, text) => expect(decodeText(given)).toBe(text));
