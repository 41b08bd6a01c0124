// The bus port: tells other nodes what happens in a space. Nothing on it is the truth: that is the store.

/** A space has a new last stamp. */
export interface CommitMessage {
  readonly type: "commit";
  readonly space: string;
  readonly stamp: number;
  /** The client that pushed, and its last mutation that is committed now. */
  readonly clientId: string;
  readonly lastMutation: number;
}

/** Who may use a space has changed: whoever follows it asks again. */
export interface MembersMessage {
  readonly type: "members";
  readonly space: string;
}

/** What somebody shows of himself in a space; null: nothing more. Never stored. */
export interface PresenceMessage {
  readonly type: "presence";
  readonly space: string;
  readonly clientId: string;
  readonly userId: string;
  /** JSON text, as it goes to the sockets. */
  readonly state: string | null;
}

/** Somebody has come: whoever is present says so once more. */
export interface PresenceRequest {
  readonly type: "who";
  readonly space: string;
}

export type BusMessage = CommitMessage | MembersMessage | PresenceMessage | PresenceRequest;

/**
 * Promises:
 * - [BU1] A message reaches every subscriber of its space at most once or a few times, never one of another space.
 * - [BU2] Nothing is promised about loss: whoever needs certainty asks the store.
 * - [BU3] A subscriber that throws disturbs neither the publisher nor the others.
 */
export interface Bus {
  publish(message: BusMessage): void;
  /** @returns a function that ends the subscription */
  subscribe(space: string, listener: (message: BusMessage) => void): () => void;
  close(): Promise<void>;
}
