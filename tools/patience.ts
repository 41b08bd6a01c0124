// Before each file of tests: a wait for what is to come has no deadline but "never", whatever it says itself. A busy machine
// takes many times as long, and how long something takes is no test's matter.

import { expect, vi } from "vitest";

const NEVER_MS = 180_000;

interface Patience {
  readonly timeout?: number;
  readonly interval?: number;
}

const patient = (options: number | Patience = {}): Patience => {
  const { timeout = 0, ...rest } = typeof options === "number" ? { timeout: options } : options;
  return { ...rest, timeout: Math.max(timeout, NEVER_MS) };
};

const PATIENT = Symbol.for("syncline.patient");

// Files that share a process share these, too.
if (!(PATIENT in vi)) {
  const { poll } = expect;
  const { waitFor, waitUntil } = vi;
  Object.assign(expect, {
    poll: ((actual, options) => poll(actual, { ...options, ...patient(options) })) as typeof poll,
  });
  Object.assign(vi, {
    [PATIENT]: true,
    waitFor: ((callback, options) => waitFor(callback, patient(options))) as typeof waitFor,
    waitUntil: ((callback, options) => waitUntil(callback, patient(options))) as typeof waitUntil,
  });
}
