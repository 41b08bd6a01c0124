// A logger with levels: lines of text or of JSON, with the names that log collectors know.

import { isSynclineError, SynclineError } from "@syncline/core";
import { systemEnvironment } from "../environment.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LEVELS)[number];

export interface LoggerOptions {
  /** What is less is left out; `info` where left out. */
  readonly level?: LogLevel;
  /** `text` (`time=… level=INFO msg=…`) where left out. */
  readonly format?: "text" | "json";
  /** Takes each line, without its end; the console's own function of the level where left out. */
  write?(line: string, level: LogLevel): void;
  /** Milliseconds since 1970. */
  now?(): number;
}

/** A function for each level; a sync's logger is one. */
export type Logger = { readonly [Level in LogLevel]: (message: string, details?: unknown) => void };

/**
 * A logger that leaves out what is below its level, and writes lines as text or as JSON.
 * @throws {SynclineError} `config` for a level or a format that is none, as environment variables may bring it
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = "info", format = "text", now = systemEnvironment().now } = options;
  const { write = (line, of) => console[of](line) } = options;
  const least = LEVELS.indexOf(level);
  if (least < 0) throw new SynclineError("config", `A level is one of ${LEVELS.join(", ")}.`);
  if (format !== "text" && format !== "json")
    throw new SynclineError("config", "A log's format is text or json.");
  const at = (of: LogLevel) => {
    if (LEVELS.indexOf(of) < least) return () => undefined;
    return (message: string, details?: unknown) => {
      const line = {
        time: new Date(now()).toISOString(),
        level: of.toUpperCase(),
        msg: message,
        ...membersOf(details),
      };
      write(format === "json" ? JSON.stringify(line, replaced) : textOf(line), of);
    };
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** An error by its code and its message, never by what it has for nobody's eyes; anything else that is no object as it is. */
function membersOf(details: unknown): object {
  if (details === undefined) return {};
  if (details instanceof Error) {
    const code = isSynclineError(details) ? { code: details.code } : {};
    return { ...code, error: details.message };
  }
  return typeof details === "object" && details !== null ? details : { details };
}

function textOf(line: object): string {
  const pairs = Object.entries(line).filter(([, value]) => value !== undefined);
  return pairs.map(([name, value]) => `${name}=${worded(value)}`).join(" ");
}

/** One word as it is, everything else quoted: a line stays one line. */
function worded(value: unknown): string {
  const plain = typeof value === "object" ? undefined : String(value);
  if (plain !== undefined && /^[\w.:/+-]+$/.test(plain)) return plain;
  return JSON.stringify(plain ?? JSON.stringify(value, replaced));
}

function replaced(_name: string, value: unknown): unknown {
  if (value instanceof Error) return membersOf(value);
  return typeof value === "bigint" ? value.toString() : value;
}
