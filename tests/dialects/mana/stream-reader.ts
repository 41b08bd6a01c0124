// Reads a stream as the original's client does: only `event: ` and `data: ` lines, one of each, and an empty line.

import type { ManaServer, WireChange } from "./fixture.ts";

export interface Frame {
  readonly changes: readonly WireChange[];
  readonly hasMore: boolean;
  readonly syncedUntil: string;
  readonly table: string;
}

export interface StreamReader {
  readonly headers: { readonly [name: string]: string };
  readonly frames: readonly Frame[];
  changes(): readonly WireChange[];
  /** All that came, as text. */
  text(): string;
  readonly ended: Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface StreamOptions {
  readonly userId: string;
  readonly clientId?: string;
  readonly app?: string;
  readonly token?: string;
  readonly query: string;
}

export async function openStream(
  server: ManaServer,
  options: StreamOptions,
): Promise<StreamReader> {
  const abort = new AbortController();
  const { clientId = "", app = "todo" } = options;
  const token = options.token ?? (await server.token(options.userId));
  const answer = await fetch(`${server.url}/sync/${app}/stream?${options.query}`, {
    headers: { authorization: `Bearer ${token}`, "x-client-id": clientId },
    signal: abort.signal,
  });
  if (answer.status !== 200 || answer.body === null) throw new Error(`${answer.status}`);
  const frames: Frame[] = [];
  let text = "";
  let rest = "";
  const ended = (async () => {
    for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece;
      const parts = (rest + piece).split("\n\n");
      rest = parts.pop() ?? "";
      for (const part of parts) {
        const [event, data] = part.split("\n");
        if (event === "event: changes" && data?.startsWith("data: ") === true)
          frames.push(JSON.parse(data.slice(6)) as Frame);
      }
    }
  })().catch((thrown: unknown) => {
    if (!abort.signal.aborted) throw thrown;
  });
  return {
    headers: Object.fromEntries(answer.headers),
    frames,
    changes: () => frames.flatMap(({ changes }) => changes),
    text: () => text,
    ended,
    async [Symbol.asyncDispose]() {
      abort.abort();
      await ended;
    },
  };
}
