// Who may do how much: the server's limits of users and addresses, over a rate limiter.

import { isIPv6 } from "node:net";
import { SynclineError } from "@syncline/core";
import type { Rate, RateLimiter, Verdict } from "./port.ts";

export interface RateLimits {
  /** Units of a user: a request is one, and a push as many as it has mutations. */
  readonly user?: Rate;
  /** Requests and sockets of an address, before anybody knows whose they are. */
  readonly address?: Rate;
}

/** What a caller is told of his budget. */
export interface Budget extends Verdict {
  readonly burst: number;
}

/** Takes from the caller's budgets; what has no limit gives undefined. */
export interface Throttle {
  /** @throws {SynclineError} `rate_limited` with `retryAfter` */
  user(userId: string, units: number): Promise<Budget | undefined>;
  /** @throws {SynclineError} `rate_limited` with `retryAfter` */
  address(address: string): Promise<Budget | undefined>;
}

/** The budget that a refusal was about, for the headers of its answer. */
export class RateLimited extends SynclineError {
  readonly budget: Budget;
  constructor(message: string, budget: Budget) {
    super("rate_limited", message, {
      retryAfter: Math.max(1, Math.ceil(budget.retryAfterMs / 1000)),
    });
    this.budget = budget;
  }
}

export function createThrottle(
  limiter: RateLimiter,
  limits: RateLimits,
  limited: (kind: "user" | "address") => void = () => {},
): Throttle {
  async function take(
    kind: "user" | "address",
    subject: string,
    units: number,
    message: string,
  ): Promise<Budget | undefined> {
    const rate = limits[kind];
    if (rate === undefined) return undefined;
    const verdict = await limiter.take(`${kind}.${subject}`, units, rate);
    const budget = { ...verdict, burst: rate.burst };
    if (verdict.allowed) return budget;
    limited(kind);
    throw new RateLimited(message, budget);
  }
  return {
    user: (userId, units) => take("user", userId, units, "You send too much at once."),
    address: (address) =>
      take("address", networkOf(address), 1, "Too many requests come from this address."),
  };
}

/** What is counted as one: an IPv4 address, or the /64 that a subscriber of IPv6 has. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = (plain.split("%")[0] ?? "").toLowerCase().split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...Array<string>(Math.max(0, zeros)).fill("0"), ...back];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
