// The bus port: tells other nodes what happens in a space. Nothing on it is the truth: that is the store.

/** A space has a new last stamp. */
export interface CommitMessage {
  readonly type: "commit";
  readonly space: string;
  readonly stamp: number;
  /** The client that pushed, and its last mutation that is committed now. */
  readonly clientId: string;
  readonly lastMutation: number;
  /** Whose client it is; programs of before do not say it, and the server's own commits are nobody's. */
  readonly userId?: string;
  /** The span that it was made in, where traces are made: a `traceparent` of W3C's form. */
  readonly trace?: string;
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

/**
 * A user was signed out somewhere, a key or an account is gone: whoever keeps something open for that user asks the
 * store. It says no more, so that who can send one can do nothing with it.
 */
export interface UserMessage {
  readonly type: "user";
  /** Of no space: all of them are said in one place. */
  readonly space: typeof USERS_CHANNEL;
  readonly userId: string;
}

export const USERS_CHANNEL = ".syncline/users";

/** Messages may have been missed: whoever needs to know asks the store. Made by the bus itself. */
export interface GapMessage {
  readonly type: "gap";
  readonly space: string;
}

export type BusMessage =
  | CommitMessage
  | MembersMessage
  | PresenceMessage
  | PresenceRequest
  | UserMessage
  | GapMessage;

/**
 * Promises:
 * - [BU1] A message reaches every subscriber of its space at most once or a few times, never one of another space.
 * - [BU2] Nothing is promised about loss: whoever needs certainty asks the store.
 * - [BU3] A subscriber that throws disturbs neither the publisher nor the others.
 * - [BU4] A subscriber hears `gap` when the connection was lost and is there again.
 * - [BU5] `publish` neither throws nor waits, whether or not there is a connection; what it holds is bounded.
 * - [BU6] What is no message of ours is passed over.
 * - [BU8] Of what crosses a network, only what a node of the installation has sealed counts, and once.
 * - [BU7] `isConnected` turns false when the connection is lost, and true again when it is back.
 * - [BU8] Who watches is told of each loss, with its reason where it is known, and of each return.
 */
export interface Bus {
  /** True: messages cross a network, and some may be lost without a word. */
  readonly remote?: true;
  publish(message: BusMessage): void;
  /** @returns a function that ends the subscription */
  subscribe(space: string, listener: (message: BusMessage) => void): () => void;
  /** Whether other nodes are heard; true where there can be none. */
  isConnected(): boolean;
  /** @returns a function that ends the watching */
  watch(changed: (connected: boolean, reason?: unknown) => void): () => void;
  close(): Promise<void>;
}
