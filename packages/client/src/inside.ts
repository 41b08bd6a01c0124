// What the client's other entries may use of an open client. An app that does not take them does not pay for them.

import type { ErrorBody } from "@syncline/core";
import type { Environment } from "./environment.ts";
import type { ClientEvent } from "./events.ts";
import type { SpaceClient } from "./space-client.ts";
import type { LocalStore } from "./store/port.ts";
import type { Transport } from "./transport/port.ts";

export interface Inside {
  readonly store: LocalStore;
  readonly transport: Transport;
  readonly environment: Environment;
  emit(event: ClientEvent): void;
  space(name: string): Promise<Pick<SpaceClient, "writer" | "sync">>;
  /** The user is no member of a space any more: it goes from the device, and what was not sent to its inbox. */
  left(space: string, error: ErrorBody): Promise<void>;
  /** Called once, when the client is closed. */
  onClose(close: () => void): void;
}

const insides = new WeakMap<object, Inside>();

export function setInside(client: object, inside: Inside): void {
  insides.set(client, inside);
}

export function insideOf(client: object): Inside | undefined {
  return insides.get(client);
}
