// What the client's other entries may use of an open client. An app that does not take them does not pay for them.

import type { ErrorBody } from "@syncline/core";
import type { Table } from "./collections/table.ts";
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

/** Of a collection: how it is shown, made when it is first asked for. */
type TableOfCollection = () => Table;

const insides = new WeakMap<object, Inside | TableOfCollection>();

export function setInside(of: object, inside: Inside | TableOfCollection): void {
  insides.set(of, inside);
}

/** Undefined for what is no client of ours. */
export function insideOf(client: object): Inside | undefined {
  return insides.get(client) as Inside | undefined; // a client's
}

/** Undefined for what is no collection of ours. */
export function tableOf(collection: object): Table | undefined {
  return (insides.get(collection) as TableOfCollection | undefined)?.(); // a collection's
}
