// Results that are kept as long as what they were computed from is the same.

export interface Kept<Result> {
  /**
   * @param id whose result
   * @param state what it depends on, as a text
   * @param compute is given the result that it takes the place of
   */
  get(id: string, state: string, compute: (before: Result | undefined) => Result): Result;
  clear(): void;
}

export function createKept<Result>(): Kept<Result> {
  const results = new Map<string, { readonly state: string; readonly result: Result }>();
  return {
    get(id, state, compute) {
      const known = results.get(id);
      if (known?.state === state) return known.result;
      const result = compute(known?.result);
      results.set(id, { state, result });
      return result;
    },
    clear: () => results.clear(),
  };
}
