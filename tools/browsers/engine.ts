// What the tests ask of a browser, whichever it is: so little that WebDriver, WebDriver BiDi and Playwright all have it.

/** A browser that tests can run in. */
export interface Engine {
  readonly name: "Chromium" | "Firefox" | "WebKit";
  /** Starts it. It takes other devices than the first by itself. */
  start(): Promise<RunningEngine>;
  /** Starts it with what an earlier run has left in the folder; missing where the engine cannot. */
  startAt?(folder: string): Promise<Device>;
}

export interface RunningEngine {
  /** Storage of its own: what another person, or the same one elsewhere, has in front of them. */
  newDevice(): Promise<Device>;
  close(): Promise<void>;
}

export interface Device {
  newTab(): Promise<Tab>;
  close(): Promise<void>;
}

export interface Tab {
  /** Goes to an address, and waits until it is loaded. */
  open(url: string): Promise<void>;
  /**
   * Runs a function in the page. Nothing of what surrounds it is there; what goes in and out is JSON.
   * @returns what it returns, once that is settled
   */
  evaluate<Args extends readonly unknown[], Result>(
    run: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Result>;
  /** Presses the mouse's button there, in CSS pixels of the window. */
  tap(x: number, y: number): Promise<void>;
  /** Presses keys one after the other: each character is a key, `\uE007` is Enter as in WebDriver. */
  type(keys: string): Promise<void>;
  close(): Promise<void>;
}

/** As in WebDriver's table of keys. */
export const ENTER = "\uE007";

/** The text of a function that takes a JSON of arguments, and gives a JSON of what the function came to. */
export function inPage(run: (...args: never[]) => unknown): string {
  return `async (json) => JSON.stringify([await (${run})(...JSON.parse(json))])`;
}

/** Reads what `inPage` has given. */
export function fromPage<Result>(json: unknown): Result {
  if (typeof json !== "string") throw new Error(`The page gave no JSON: ${String(json)}`);
  const [result] = JSON.parse(json) as [Result]; // as inPage writes it
  return result;
}

/** A press of the mouse's button, as WebDriver and BiDi both take it. */
export function tapActions(x: number, y: number): object[] {
  const at = { type: "pointerMove", x: Math.round(x), y: Math.round(y), duration: 0 };
  const button = (type: string) => ({ type, button: 0 });
  return [
    {
      type: "pointer",
      id: "mouse",
      parameters: { pointerType: "mouse" },
      actions: [{ ...at, origin: "viewport" }, button("pointerDown"), button("pointerUp")],
    },
  ];
}

/** Presses of keys, as WebDriver and BiDi both take them. */
export function keyActions(keys: string): object[] {
  const actions = [...keys].flatMap((value) => [
    { type: "keyDown", value },
    { type: "keyUp", value },
  ]);
  return [{ type: "key", id: "keyboard", actions }];
}
