// Packs a body: by Node's own threads where there are any, else by the platform's streams.

import type * as Zlib from "node:zlib";

/** What Node gives those who may also run elsewhere; browsers have no such thing. */
interface Host {
  readonly process?: { getBuiltinModule?(name: "node:zlib"): typeof Zlib | undefined };
}

/** Little effort: lines are faster than what a greater one would save. */
const LEVEL = 2;

export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const host: Host = globalThis;
  const zlib = host.process?.getBuiltinModule?.("node:zlib");
  if (zlib === undefined) {
    const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }
  return await new Promise((resolve, reject) => {
    zlib.gzip(bytes, { level: LEVEL }, (error, packed) =>
      error === null ? resolve(new Uint8Array(packed)) : reject(error),
    );
  });
}
