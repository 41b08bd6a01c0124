// Sizes as the server counts them: bytes of UTF-8.

const encoder = new TextEncoder();

export function utf8Bytes(text: string): number {
  return encoder.encode(text).length;
}
