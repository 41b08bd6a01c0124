// A wait holds on a machine that is slower than whoever wrote the test thought.

import { expect, test, vi } from "vitest";

/** What comes later than any of the waits below says that it would wait; and later than the runner's own second. */
const LATE_MS = 1_500;
const comes = () => {
  const from = performance.now();
  return () => performance.now() - from > LATE_MS;
};

test.each([undefined, 50, { timeout: 50 }])(
  "a wait that says %o waits for what comes late",
  async (options) => {
    const [poll, waitFor, waitUntil] = [comes(), comes(), comes()];
    await expect
      .poll(poll, typeof options === "number" ? { timeout: options } : options)
      .toBe(true);
    await vi.waitFor(() => expect(waitFor()).toBe(true), options);
    await vi.waitUntil(waitUntil, options);
  },
);
