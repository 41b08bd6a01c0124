// What a command says for programs while it runs: a line of JSON, as the server's own log lines are.

const INFO = 30;

/** @param fields what is said besides: names and figures, never contents */
export function logLine(msg: string, fields: { readonly [name: string]: unknown } = {}): string {
  const { pid } = process;
  return `${JSON.stringify({ level: INFO, time: Date.now(), pid, msg, ...fields })}\n`;
}
