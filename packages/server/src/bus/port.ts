// The bus port: tells other nodes that a space has moved. Hints only: the store is the truth.

/** A space has a new last stamp. */
export interface Hint {
  readonly space: string;
  readonly stamp: number;
}

/**
 * Promises:
 * - [BU1] A hint reaches every subscriber of its space at most once or a few times, never one of another space.
 * - [BU2] Nothing is promised about loss: whoever needs certainty asks the store.
 * - [BU3] A subscriber that throws disturbs neither the publisher nor the others.
 */
export interface Bus {
  publish(hint: Hint): void;
  /** @returns a function that ends the subscription */
  subscribe(space: string, listener: (hint: Hint) => void): () => void;
  close(): Promise<void>;
}
