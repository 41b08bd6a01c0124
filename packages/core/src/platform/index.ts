// What browsers that we support do not all have: Safari 16.4, Firefox 115 and Chrome 110 are the oldest ones.

/** A promise and what settles it. */
export function withResolvers<Value>(): PromiseWithResolvers<Value> {
  let resolve: PromiseWithResolvers<Value>["resolve"] = () => {};
  let reject: PromiseWithResolvers<Value>["reject"] = () => {};
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** The part of the platform's `AbortSignal` that is used; this package knows no platform's types. */
interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", run: () => void, options: { readonly signal: never }): void;
}
declare const AbortSignal: { any?(signals: readonly Signal[]): Signal };
declare const AbortController: new () => { readonly signal: Signal; abort(reason: unknown): void };

/** A signal that aborts with the first of several. */
export function anySignal<Given extends Signal>(signals: readonly Given[]): Given {
  // Where the platform has it, signals that are let go of leave nothing behind. It gives what it takes.
  if (AbortSignal.any !== undefined) return AbortSignal.any(signals) as Given;
  const either = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) either.abort(signal.reason);
    else
      signal.addEventListener("abort", () => either.abort(signal.reason), {
        signal: either.signal as never, // the platform's own
      });
  }
  return either.signal as Given; // the platform's own, as what was given
}

/** Whether a text has no half of a surrogate pair without the other one. */
export function isWellFormed(text: string): boolean {
  return text.isWellFormed?.() ?? !/\p{Surrogate}/u.test(text);
}

/** The text with U+FFFD in the place of halves of surrogate pairs. */
export function toWellFormed(text: string): string {
  return text.toWellFormed?.() ?? text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** What has a key in common, in the order of the items: `Map.groupBy` is younger. */
export function groupBy<Item, Key>(
  items: Iterable<Item>,
  keyOf: (item: Item) => Key,
): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

declare const URL: new (text: string) => object;

/** Whether a text is an address: `URL.canParse` is younger. */
export function isAddress(text: string): boolean {
  try {
    return new URL(text) instanceof URL;
  } catch {
    return false;
  }
}

/** The key of what `await using` calls. Compiled code looks for it on `Symbol`: it is put there where it is missing. */
export const asyncDispose: typeof Symbol.asyncDispose = /* @__PURE__ */ asyncDisposeOf(Symbol);

/**
 * What was compiled by some tools uses the symbol of the same name where there is none: this is the same one.
 * @param symbols the platform's `Symbol`
 */
export function asyncDisposeOf(symbols: object): typeof Symbol.asyncDispose {
  if (!("asyncDispose" in symbols))
    Object.defineProperty(symbols, "asyncDispose", { value: Symbol.for("Symbol.asyncDispose") });
  return (symbols as SymbolConstructor).asyncDispose; // it is there now
}
