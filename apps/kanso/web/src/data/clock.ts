// How far the device's clock is off, as the server sees it: who is a day ahead enters everything for tomorrow.

import { useEffect, useState } from "react";

/** A clock that is less off than this is right enough: which day it is, one sees. */
const TOLERATED_MS = 6 * 3_600_000;

/** In milliseconds, ahead or behind; null where it is right, or nobody is there to ask. */
export function useClockError(): number | null {
  const [errorMs, setErrorMs] = useState<number | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const look = () => {
      readError(stop.signal).then(
        (error) => setErrorMs(error !== null && Math.abs(error) > TOLERATED_MS ? error : null),
        () => undefined, // without a network nobody knows
      );
    };
    look();
    addEventListener("online", look, { signal: stop.signal });
    document.addEventListener(
      "visibilitychange",
      () => {
        if (!document.hidden) look();
      },
      { signal: stop.signal },
    );
    return () => stop.abort();
  }, []);
  return errorMs;
}

async function readError(signal: AbortSignal): Promise<number | null> {
  const answer = await fetch("/app.webmanifest", { method: "HEAD", cache: "no-store", signal });
  const told = Date.parse(answer.headers.get("date") ?? "");
  return Number.isNaN(told) ? null : Date.now() - told;
}
