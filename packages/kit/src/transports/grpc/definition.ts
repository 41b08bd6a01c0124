// The service of proto/sync.proto. Its messages have one text each, so that no generated code is needed.

import type { MethodDefinition } from "@grpc/grpc-js";

type Method = MethodDefinition<string, string>;

const NAME = "syncline.kit.v1.Sync";
/** Field 1, length-delimited. */
const TAG = 0x0a;

export const SERVICE = {
  push: unary("Push"),
  pull: unary("Pull"),
  latest: unary("Latest"),
  news: { ...unary("News"), responseStream: true },
} as const satisfies Record<string, Method>;

/** What one message may have; pages and pushes are cut to be well below it. */
export const MAX_MESSAGE_BYTES = 20 * 1024 * 1024;

function unary(method: string): Method {
  return {
    path: `/${NAME}/${method}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: writeMessage,
    requestDeserialize: readMessage,
    responseSerialize: writeMessage,
    responseDeserialize: readMessage,
  };
}

/** A message with a text in field 1; an empty text is no field at all. */
export function writeMessage(text: string): Buffer {
  if (text === "") return Buffer.alloc(0);
  const bytes = Buffer.from(text);
  const head = [TAG];
  for (let length = bytes.length; ; length = Math.floor(length / 128)) {
    head.push(length < 128 ? length : (length % 128) | 0x80);
    if (length < 128) break;
  }
  return Buffer.concat([Buffer.from(head), bytes]);
}

/** The text of field 1. @throws {RangeError} for bytes that are no such message */
export function readMessage(bytes: Buffer): string {
  if (bytes.length === 0) return "";
  let length = 0;
  let at = 1;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[at++];
    if (byte === undefined || factor > 2 ** 35) throw new RangeError("The message is damaged.");
    length += (byte & 0x7f) * factor;
    if (byte < 128) break;
  }
  if (bytes[0] !== TAG || at + length !== bytes.length) {
    throw new RangeError("The message is damaged.");
  }
  return bytes.toString("utf8", at);
}
