// What a device calls itself in the list of an account's devices: "Firefox on Android".

const SYSTEMS: readonly (readonly [name: string, mark: RegExp])[] = [
  ["iPhone", /iPhone/],
  ["iPad", /iPad/],
  ["Android", /Android/],
  ["Windows", /Windows/],
  ["ChromeOS", /CrOS/],
  ["Mac", /Mac OS X/],
  ["Linux", /Linux/],
];

/** In this order: browsers name the others, too. */
const BROWSERS: readonly (readonly [name: string, mark: RegExp])[] = [
  ["Edge", /Edg/],
  ["Opera", /OPR/],
  ["Samsung Internet", /SamsungBrowser/],
  ["Firefox", /Firefox|FxiOS/],
  ["Chrome", /Chrome|CriOS/],
  ["Safari", /Safari/],
];

export function nameOfDevice({ userAgent }: { readonly userAgent: string }): string {
  const names = [BROWSERS, SYSTEMS].map((list) => list.find(([, mark]) => mark.test(userAgent)));
  const [browser, system] = names.map((found) => found?.[0]);
  return [browser, system].filter((name) => name !== undefined).join(" · ") || "Browser";
}
