// A map from patterns to values that is asked for all patterns that match a text, the most specific first.

/** Beginnings are found by their length, of which there are few; exact texts by themselves. */
export class PatternMap<Value> {
  readonly #exact = new Map<string, Value>();
  readonly #beginnings = new Map<string, Value>();
  /** The lengths of the beginnings that are there, the longest first. */
  readonly #lengths: number[] = [];

  get(pattern: string): Value | undefined {
    return pattern.endsWith("*")
      ? this.#beginnings.get(pattern.slice(0, -1))
      : this.#exact.get(pattern);
  }

  set(pattern: string, value: Value): void {
    if (!pattern.endsWith("*")) {
      this.#exact.set(pattern, value);
      return;
    }
    const beginning = pattern.slice(0, -1);
    this.#beginnings.set(beginning, value);
    const { length } = beginning;
    if (this.#lengths.includes(length)) return;
    this.#lengths.push(length);
    this.#lengths.sort((a, b) => b - a);
  }

  /**
   * The first answer that is not undefined, of the patterns that match, the most specific first.
   * A beginning that is the whole text is more specific than the text itself: it is one character longer.
   */
  first<Answer>(text: string, ask: (value: Value) => Answer | undefined): Answer | undefined {
    let exactAsked = false;
    for (const length of this.#lengths) {
      if (length > text.length) continue;
      if (length < text.length && !exactAsked) {
        exactAsked = true;
        const answer = askFor(this.#exact.get(text), ask);
        if (answer !== undefined) return answer;
      }
      const answer = askFor(this.#beginnings.get(text.slice(0, length)), ask);
      if (answer !== undefined) return answer;
    }
    return exactAsked ? undefined : askFor(this.#exact.get(text), ask);
  }
}

function askFor<Value, Answer>(
  value: Value | undefined,
  ask: (value: Value) => Answer | undefined,
): Answer | undefined {
  return value === undefined ? undefined : ask(value);
}
