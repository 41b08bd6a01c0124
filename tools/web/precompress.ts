// Built files as small as they get, once: the server sends what lies beside a file precompressed.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

/** What is compressed already gets no smaller. */
const TEXT = /\.(?:html|js|css|svg|json|webmanifest|txt|map)$/;
/** Of a file that fits one packet nothing is saved. */
const MIN_BYTES = 1_024;

/** Writes `.br` and `.gz` beside every text of a folder that gets smaller by it. */
export function precompress(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !TEXT.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    if (bytes.length < MIN_BYTES) continue;
    const gzip = gzipSync(bytes, { level: 9 });
    if (gzip.length >= bytes.length) continue;
    writeFileSync(`${path}.gz`, gzip);
    writeFileSync(`${path}.br`, brotliCompressSync(bytes));
  }
}
