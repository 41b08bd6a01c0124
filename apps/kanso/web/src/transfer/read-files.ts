// The texts of the files that somebody has picked: as they are, or out of a ZIP archive.

import {
  DomainError,
  decodeText,
  type Files,
  type Inflate,
  isSqlite,
  loopFilesOf,
  readZip,
} from "@syncline/kanso-domain";
import type { PickedFile } from "./messages.ts";

/** As much as an archive may hold: five years of a hundred habits are a tenth of it. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** @throws {DomainError} `files` where there is too much; what `readZip` throws */
export async function readFiles(picked: readonly PickedFile[]): Promise<Files> {
  const readable = picked.filter(({ path }) => /\.(zip|csv|json|db)$/i.test(path));
  const bytes = readable.reduce((sum, { file }) => sum + file.size, 0);
  if (bytes > MAX_FILE_BYTES) throw new DomainError("too_large", "the files hold too much");
  const files = new Map<string, string>();
  for (const { path, file } of readable) {
    const content = new Uint8Array(await file.arrayBuffer());
    if (isSqlite(content))
      for (const [inside, text] of loopFilesOf(content, path)) files.set(inside, text);
    else if (!isZip(content)) files.set(path, decodeText(content));
    else for (const [inside, text] of await readZip(content, inflate)) files.set(inside, text);
  }
  return files;
}

function isZip(content: Uint8Array): boolean {
  return content[0] === 0x50 && content[1] === 0x4b;
}

/** Stops as soon as there is more than was said: a small archive can hold a very large nothing. */
const inflate: Inflate = async (packed, maxBytes) => {
  const source = new Blob([new Uint8Array(packed)]).stream();
  const reader = source.pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const whole = new Uint8Array(maxBytes + 1);
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return whole.slice(0, length);
    if (length + value.length > maxBytes) {
      await reader.cancel();
      throw new DomainError("zip", "the archive holds more than it says");
    }
    whole.set(value, length);
    length += value.length;
  }
};
