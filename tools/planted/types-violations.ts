// What tsconfig.base.json has to refuse: a violation of each of its flags, and what is right beside it.

export interface PlantedType {
  /** The option of tsconfig.base.json that finds it. */
  readonly option: string;
  /** TypeScript's number of the error. */
  readonly code: number;
  /** A module of its own. */
  readonly text: string;
}

/** What a module that uses others has beside it. */
export const NEIGHBOUR =
  "export interface Shape { readonly size: number }\nexport const one = 1;\n";

export const VIOLATIONS: readonly PlantedType[] = [
  { option: "strict", code: 2322, text: "export const name: string = null;" },
  { option: "strict", code: 7006, text: "export const twice = (n) => n + n;" },
  { option: "strict", code: 2564, text: "export class Box { inside: string; }" },
  {
    option: "noUncheckedIndexedAccess",
    code: 2322,
    text: "export const first = (all: string[]): string => all[0];",
  },
  {
    option: "exactOptionalPropertyTypes",
    code: 2375,
    text: "export const shape: { size?: number } = { size: undefined };",
  },
  {
    option: "noImplicitOverride",
    code: 4114,
    text: "class A { run() {} }\nexport class B extends A { run() {} }",
  },
  {
    option: "noImplicitReturns",
    code: 7030,
    text: "export function sign(n: number) { if (n > 0) return 1; }",
  },
  {
    option: "noFallthroughCasesInSwitch",
    code: 7029,
    text: "export let n = 0;\nswitch (n as number) { case 1: n = 2; case 3: n = 4; }",
  },
  {
    option: "noPropertyAccessFromIndexSignature",
    code: 4111,
    text: "export const port = (env: Record<string, string>) => env.PORT;",
  },
  { option: "noUnusedLocals", code: 6133, text: "const unused = 1;\nexport {};" },
  { option: "noUnusedParameters", code: 6133, text: "export const zero = (n: number) => 0;" },
  {
    option: "verbatimModuleSyntax",
    code: 1484,
    text: 'import { Shape } from "./neighbour.ts";\nexport const shape: Shape = { size: 1 };',
  },
  { option: "erasableSyntaxOnly", code: 1294, text: "export enum Colour { Red }" },
  {
    option: "erasableSyntaxOnly",
    code: 1294,
    text: "export class Box { constructor(readonly inside: string) {} }",
  },
  { option: "module", code: 2835, text: 'export { one } from "./neighbour";' },
  // Nothing of Node and nothing of a browser, unless a package says that it runs there.
  { option: "types", code: 2591, text: "export const env = process.env;" },
  { option: "lib", code: 2584, text: "export const title = document.title;" },
];

/** Right under every flag. */
export const RIGHT =
  'import { one, type Shape } from "./neighbour.ts";\nexport const shape: Shape = { size: one };\n';

/** Options that refuse nothing, or nothing of their own. */
export const REFUSE_NOTHING = [
  ...["target", "moduleResolution", "skipLibCheck", "customConditions"],
  ...["composite", "declaration", "declarationMap", "sourceMap", "rewriteRelativeImportExtensions"],
  // All of it is in verbatimModuleSyntax.
  "isolatedModules",
];
