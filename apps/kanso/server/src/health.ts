// What /health says: the original's words for the state of the parts, and ours beside them.

import type { Health, Parts } from "@syncline/server";

const REDIS = { shared: "connected", alone: "unreachable", own: "not used" } as const;

/** With the database or a Redis away it is degraded, and answered with 503: the original's clients expect that. */
export function healthOf(parts: Parts): Health {
  const { database, bus, rateLimits, consumers, uptimeMs } = parts;
  const isWhole = database === "connected" && rateLimits !== "alone";
  return {
    status: isWhole ? "ok" : "degraded",
    database,
    redis: REDIS[rateLimits],
    uptime: durationText(uptimeMs),
    bus,
    consumers: consumers.map(({ consumer, behind, deadLetters }) => ({
      name: consumer,
      behind,
      dead_letters: deadLetters,
    })),
  };
}

/** A length of time as Go writes it: `1h2m3.5s`. */
export function durationText(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole > 0 && whole < 1_000) return `${whole}ms`;
  const seconds = `${(whole % 60_000) / 1_000}s`;
  const minutes = Math.floor(whole / 60_000);
  if (minutes === 0) return seconds;
  return minutes < 60
    ? `${minutes}m${seconds}`
    : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}
