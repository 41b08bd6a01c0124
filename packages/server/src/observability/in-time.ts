// Asking, but not too often, and waiting, but not for ever.

export async function inTime<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("it did not answer in time")), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** For as long an answer is good: whoever asks more often costs nothing more. */
const KEEP_MS = 1_000;

/** Asks once for many, and again after a second, or after `rest` times as long as asking took. */
export function kept<Result>(
  now: () => number,
  rest: number,
  ask: () => Promise<Result>,
): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  let againMs = 0;
  return () => {
    if (result !== undefined && now() < againMs) return result;
    const askedMs = now();
    againMs = Number.POSITIVE_INFINITY; // one question at a time
    result = ask().finally(() => {
      againMs = now() + Math.max(KEEP_MS, rest * (now() - askedMs));
    });
    return result;
  };
}
