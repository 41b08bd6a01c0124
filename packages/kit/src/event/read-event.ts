// An event that was read: it keeps its texts for as long as nobody looked at its data, and so could have changed it. Most
// events are only passed on, and need neither be parsed nor written again.

import type { Event } from "../ports.ts";
import type { EventTexts } from "./check-event.ts";
import { readJson } from "./read-json.ts";

export class ReadEvent implements Event {
  readonly id: string;
  readonly type: string;
  readonly aggregateId: string;
  declare readonly data: unknown;
  declare readonly metadata: Event["metadata"];
  readonly #texts: EventTexts;
  #looked = false;
  #data: unknown;
  #metadata: Event["metadata"] | undefined;

  constructor(texts: EventTexts) {
    this.id = texts.id;
    this.type = texts.type;
    this.aggregateId = texts.aggregateId;
    this.#texts = texts;
    // Members of its own, as of any event: copies have them. What is private stays behind.
    Object.defineProperty(this, "data", ReadEvent.#DATA);
    Object.defineProperty(this, "metadata", ReadEvent.#METADATA);
  }

  /** The texts of an event whose data nobody has looked at. */
  static textsOf(event: Event): EventTexts | undefined {
    return #texts in event && !event.#looked ? event.#texts : undefined;
  }

  /** One description for all events: with functions of their own, each would be of another shape. */
  static readonly #DATA = {
    enumerable: true,
    get(this: ReadEvent): unknown {
      if (!this.#looked) {
        this.#data = readJson(this.#texts.data);
        this.#looked = true;
      }
      return this.#data;
    },
  };

  static readonly #METADATA = {
    enumerable: true,
    get(this: ReadEvent): Event["metadata"] {
      // Written from an object or null.
      this.#metadata ??= frozen(readJson(this.#texts.metadata)) as Event["metadata"];
      return this.#metadata;
    },
  };
}

function frozen(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}
