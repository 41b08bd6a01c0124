// What a caller is told of his budget with every answer: the RateLimit-* headers.

import type { FastifyReply } from "fastify";
import type { Budget } from "../rate/throttle.ts";

export const RATE_HEADERS = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"] as const;

/** Sets the headers of the budget that was asked last: the user's, once it is known whose it is. */
export function sendBudget(reply: FastifyReply, budget: Budget | undefined): void {
  if (budget === undefined) return;
  const values = [budget.burst, budget.remaining, Math.ceil(budget.resetMs / 1000)];
  for (const [i, name] of RATE_HEADERS.entries()) reply.header(name, String(values[i]));
}
