// Publish: tells the bus and the app what was committed. Nothing that fails here changes what the client is told.

import type { AppDefinition, Commit } from "../apps/app.ts";
import type { Bus } from "../bus/port.ts";
import type { EngineEvents } from "./environment.ts";

export interface PublishOptions {
  readonly bus: Bus;
  readonly app: AppDefinition | undefined;
  readonly events: EngineEvents;
}

/** @param by the client that pushed, and its last mutation that is committed now */
export function publish(
  commit: Commit,
  by: { readonly userId: string; readonly clientId: string; readonly lastMutation: number },
  { bus, app, events }: PublishOptions,
): void {
  try {
    const { space, stamp } = commit;
    bus.publish({ type: "commit", space, stamp, ...by });
  } catch (thrown) {
    // A hint: whoever needs certainty asks the store.
    events.failed("the bus", thrown);
  }
  if (app?.afterCommit === undefined) return;
  const failed = (thrown: unknown) => events.failed("afterCommit hook", thrown);
  try {
    Promise.resolve(app.afterCommit(commit)).catch(failed);
  } catch (thrown) {
    failed(thrown);
  }
}
