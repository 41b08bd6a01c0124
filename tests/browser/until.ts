// Waiting for something to become true, where nothing tells when it does.

const PATIENCE_MS = 180_000;

/** Waits until something is true, and fails with its name when it does not come to be. */
export async function until(what: () => Promise<boolean>, name: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`It did not come to be: ${name}`);
}
