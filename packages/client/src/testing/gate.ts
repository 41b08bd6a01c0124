// A gate before a port: every call passes it, and may be delayed, refused, or never answered.

/**
 * Puts something around every method of a port whose methods all give promises.
 * @param pass called with the method's name and the call itself; what it gives is what the caller gets
 */
export function gate<Port extends object>(
  port: Port,
  pass: (method: string, call: () => Promise<unknown>) => Promise<unknown>,
): Port {
  return new Proxy(port, {
    get(target, name) {
      const held: unknown = Reflect.get(target, name);
      if (typeof held !== "function") return held;
      return (...args: unknown[]) =>
        pass(String(name), async () => await Reflect.apply(held, target, args));
    },
  });
}

/** What a caller waits for that whom it asked did not live to answer. */
export function never(): Promise<never> {
  return new Promise(() => {});
}
