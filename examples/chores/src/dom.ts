// Elements in a line.

type Part = Node | string;

/** Makes an element: its properties, then what is in it. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...parts: readonly Part[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...parts);
  return made;
}

/** A button that does something. */
export function button(text: string, press: () => void, label = text): HTMLButtonElement {
  const made = element("button", { type: "button", onclick: press }, text);
  if (label !== text) made.setAttribute("aria-label", label);
  return made;
}
