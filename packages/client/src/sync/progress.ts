// How far a long sync has come: what was sent of what waits, or received of a first reading.

export interface Progress {
  readonly direction: "sending" | "receiving";
  /** Mutations that the server has answered, or records that it has sent. */
  readonly done: number;
  /** Null while it is not known. */
  readonly total: number | null;
  /** So many a second since it began. */
  readonly perSecond: number;
}

export interface ProgressMeter {
  /** Null while nothing goes on that takes long. */
  current(): Progress | null;
  /** The server has answered mutations, and so many are left. */
  sent(answered: number, left: number): void;
  received(received: number, total: number | null): void;
  /** A reading has come to its end. */
  read(): void;
  /** Whether anything was sent or received since this was asked last. */
  moved(): boolean;
}

/** @param now milliseconds since 1970 */
export function createProgressMeter(now: () => number): ProgressMeter {
  let progress: Progress | null = null;
  let beganAtMs = 0;
  let beganAt = 0;
  let hasMoved = false;

  function show(direction: Progress["direction"], done: number, total: number | null): void {
    hasMoved = true;
    if (progress?.direction !== direction) {
      beganAtMs = now();
      beganAt = direction === "sending" ? 0 : done;
    }
    const seconds = (now() - beganAtMs) / 1000;
    const perSecond = seconds > 0 ? (done - beganAt) / seconds : 0;
    progress = Object.freeze({ direction, done, total, perSecond });
  }

  return {
    current: () => progress,
    sent(answered, left) {
      if (answered === 0) return;
      const before = progress?.direction === "sending" ? progress.done : 0;
      show("sending", before + answered, before + answered + left);
      if (left === 0) progress = null;
    },
    received: (received, total) => show("receiving", received, total),
    read() {
      if (progress?.direction === "receiving") progress = null;
    },
    moved() {
      const moved = hasMoved;
      hasMoved = false;
      return moved;
    },
  };
}
