// The tabs of one device: they tell each other what changed, and one of them leads. Leadership only saves
// traffic: that two lead at once, or none for a while, costs requests, never data.

import type { Environment } from "../environment.ts";
import { isTabMessage, type TabMessage } from "./messages.ts";

export interface Tabs {
  /** Whether there may be others. */
  readonly shared: boolean;
  /** Whether this tab is the one that syncs. */
  leads(): boolean;
  post(message: TabMessage): void;
  close(): void;
}

export interface TabsOptions {
  /** What all tabs on the same data call it; undefined: nobody shares it. */
  readonly name: string | undefined;
  readonly environment: Environment;
  onMessage(message: TabMessage): void;
  /** This tab leads from now on, or does not any more. */
  onLead(leads: boolean): void;
}

const BEAT_MS = 2_000;
/** A leader that is not heard for so long is frozen, or its timers are throttled: another takes over. */
const SILENT_MS = 6_000;

const SOLO: Tabs = {
  shared: false,
  leads: () => true,
  post: () => undefined,
  close: () => undefined,
};

export function createTabs({ name, environment, onMessage, onLead }: TabsOptions): Tabs {
  if (name === undefined || environment.channel === undefined) return SOLO;
  const channel = environment.channel(`syncline ${name}`, (message) => {
    if (closed || !isTabMessage(message)) return;
    if (message.type === "leading") heardAtMs = environment.now();
    onMessage(message);
  });
  if (channel === undefined) return SOLO;
  let closed = false;
  let leading = false;
  let heardAtMs = environment.now();
  let checkedAtMs = heardAtMs;
  let patienceMs = SILENT_MS;
  let request = 0;
  let release: (() => void) | undefined;
  let cancelTimer = () => {};

  const post = (message: TabMessage) => {
    if (!closed) channel.post(message);
  };

  function lead(leads: boolean): void {
    if (leading === leads) return;
    leading = leads;
    if (leads) post({ type: "leading" });
    onLead(leads);
  }

  /** Asks for the lock. Each request replaces the one before it. */
  function ask(steal: boolean): void {
    request += 1;
    const own = request;
    release?.();
    release = environment.lock?.(`syncline ${name} sync`, {
      steal,
      held: () => own === request && !closed && lead(true),
      lost() {
        if (own !== request || closed) return;
        lead(false);
        heardAtMs = environment.now();
        ask(false);
      },
    });
    // Without locks every tab syncs for itself.
    if (release === undefined) lead(true);
  }

  function check(): void {
    const now = environment.now();
    // Timers that come late say that this very tab slept: what it did not hear says nothing.
    if (now - checkedAtMs > 2 * BEAT_MS) heardAtMs = now;
    checkedAtMs = now;
    if (leading) {
      post({ type: "leading" });
    } else if (now - heardAtMs > patienceMs) {
      heardAtMs = now;
      // Several may lose patience: not all in the same moment.
      patienceMs = SILENT_MS * (1 + environment.random() / 2);
      ask(true);
    }
    cancelTimer = environment.setTimer(check, BEAT_MS);
  }

  /** A page that is put to sleep holds nothing that others wait for. */
  const stopSleeping = environment.onSleep?.(() => {
    if (closed) return;
    request += 1;
    release?.();
    release = undefined;
    lead(false);
  });
  const stopWaking = environment.onWake(() => {
    heardAtMs = environment.now();
    if (release === undefined && !closed) ask(false);
  });
  ask(false);
  cancelTimer = environment.setTimer(check, BEAT_MS);

  return {
    shared: true,
    leads: () => leading,
    post,
    close() {
      if (closed) return;
      closed = true;
      cancelTimer();
      stopSleeping?.();
      stopWaking();
      release?.();
      channel.close();
    },
  };
}
