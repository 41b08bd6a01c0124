// The shell of npm does not pass signals on: who ends npm alone would leave the server behind, on its port.

const LOOK_EVERY_MS = 250;

/** Stops this process, as SIGTERM does, once the process that started it is gone. */
export function endWithParent(): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, LOOK_EVERY_MS);
  timer.unref();
}
