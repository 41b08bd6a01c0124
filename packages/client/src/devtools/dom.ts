// Building the panel's elements.

export type Child = Node | string | null | undefined | false;

type Attributes = {
  readonly [name: string]: string | number | boolean | undefined | ((event: Event) => void);
};

/** An element: attributes by name, listeners by `on…`, properties that are no attributes as they are. */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: (Child | readonly Child[])[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== undefined && value !== false) element.setAttribute(key, String(value));
  }
  for (const child of children.flat())
    if (child !== null && child !== undefined && child !== false) element.append(child);
  return element;
}

export function button(
  label: string,
  press: () => unknown,
  more: Attributes = {},
): HTMLButtonElement {
  return h("button", { type: "button", onclick: press, ...more }, label);
}

/** A list of names and values. */
export function facts(...pairs: readonly (readonly [string, Child])[]): HTMLElement {
  return h(
    "dl",
    {},
    pairs.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value ?? "–"))),
  );
}

export function json(value: unknown): HTMLElement {
  return h("pre", { tabindex: 0 }, JSON.stringify(value, null, 2) ?? "undefined");
}

export function clock(ms: number): string {
  return new Date(ms).toLocaleTimeString(undefined, { hour12: false });
}

export function size(bytes: number | null): string {
  if (bytes === null) return "unknown";
  if (bytes < 1_024) return `${bytes} B`;
  if (bytes < 1_048_576) return `${(bytes / 1_024).toFixed(1)} KiB`;
  if (bytes < 1_073_741_824) return `${(bytes / 1_048_576).toFixed(1)} MiB`;
  return `${(bytes / 1_073_741_824).toFixed(1)} GiB`;
}

export function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3_600 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
