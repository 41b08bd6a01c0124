// Reads a body as text. What is too large is read to its end and thrown away, so that the sender sees the answer.

import { Refusal } from "./refusal.ts";

export interface BodyLimits {
  readonly maxBytes: number;
  /** Asks for room before bytes are kept; it throws where there is none. */
  take(bytes: number): void;
}

/** @throws {Refusal} 400, in the words of the original, which answers so what is too large, too */
export async function readBody(
  source: NodeJS.ReadableStream,
  { maxBytes, take }: BodyLimits,
): Promise<string> {
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let ended = false;
    let isRefused = false;
    const broken = () => reject(new Refusal(400, "invalid JSON: unexpected EOF"));
    source.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (isRefused) return;
      try {
        if (bytes > maxBytes) throw new Refusal(400, "invalid JSON: http: request body too large");
        take(chunk.length);
        chunks.push(chunk);
      } catch (thrown) {
        isRefused = true;
        chunks.length = 0;
        reject(thrown);
      }
    });
    source.once("end", () => {
      ended = true;
      resolve(Buffer.concat(chunks).toString("utf8"));
    });
    source.once("error", broken);
    source.once("close", () => {
      if (!ended) broken();
    });
  });
}
