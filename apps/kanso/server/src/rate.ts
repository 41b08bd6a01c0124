// What callers are told of their budget, in the original's headers.

import type { Budget } from "@syncline/server";
import type { FastifyReply } from "fastify";

export const RATE_HEADERS = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];

export function sendBudget(reply: FastifyReply, budget: Budget | undefined, nowMs: number): void {
  if (budget === undefined) return;
  const { burst, remaining, resetMs } = budget;
  const values = [burst, Math.max(0, Math.floor(remaining)), Math.ceil((nowMs + resetMs) / 1000)];
  for (const [index, name] of RATE_HEADERS.entries()) reply.header(name, String(values[index]));
}
