// Cuts a character from the end of a text, as often as it stands there: in one pass, however long the text is.

/**
 * ```ts
 * import { withoutEnd } from "@syncline/core";
 *
 * console.log(withoutEnd("https://example.com//", "/")); // https://example.com
 * ```
 */
export function withoutEnd(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end -= 1;
  return text.slice(0, end);
}
