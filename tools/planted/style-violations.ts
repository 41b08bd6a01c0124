// Violations of layers, purity and style: where each is planted, what is written there, which rule must find it.

export interface Planted {
  /** Several may be in one file, one below the other. */
  readonly path: string;
  readonly text: string;
  /** The rule of Biome that must speak; nothing where all of them must be silent. */
  readonly rule?: string;
}

const PLUGIN = "plugin";
const GLOBALS = "lint/style/noRestrictedGlobals";
const IMPORTS = "lint/style/noRestrictedImports";

const CORE = "packages/core/src";
const CLIENT = "packages/client/src";
const KIT = "packages/kit/src";
const SERVER = "packages/server/src";
const DOMAIN = "apps/kanso/domain/src";

/** What pure code may not write, wherever it is pure. */
const AMBIENT = [
  "new Date()",
  "new Date",
  "Date()",
  "Date.now()",
  "Date.now",
  "Math.random()",
  "Math.random",
  "performance.now()",
  "crypto.randomUUID()",
  "crypto.getRandomValues(new Uint8Array(4))",
  'process.env["HOME"]',
  "process.hrtime()",
  "setTimeout(() => 1)",
  "setTimeout(() => 1, 2)",
  "setTimeout(() => 1, 2, 3)",
  "setInterval(() => 1)",
  "setInterval(() => 1, 2, 3)",
  "setImmediate(() => 1, 2)",
  "queueMicrotask(() => 1)",
  'fetch("http://127.0.0.1")',
  "AbortSignal.timeout(1)",
  "globalThis.setTimeout(() => 1)",
  "globalThis.crypto.randomUUID()",
  "globalThis.process.pid",
];
const PURE = [CORE, `${SERVER}/engine`, KIT, CLIENT, DOMAIN];

/** What code may not even name where it is given everything. */
const NAMES = [
  "setTimeout",
  "crypto",
  "process",
  "performance",
  "fetch",
  "globalThis",
  "navigator",
];
const GIVEN = [CORE, `${SERVER}/engine`, DOMAIN];

/** Who may not import what. */
const LAYERS: readonly (readonly [folder: string, file: string, ...modules: string[]])[] = [
  [CORE, "x.ts", "node:fs", "node:fs/promises", "@syncline/kit", "@syncline/server/testing"],
  [CLIENT, "x.ts", "@syncline/server", "@syncline/server/testing"],
  [`${CLIENT}/sync`, "machine.ts", "@syncline/server", "@syncline/server/testing", "node:fs"],
  [`${CLIENT}/sync`, "machine.ts", "../store/port.ts", "../environment.ts", "../session.ts"],
  [`${CLIENT}/sync`, "machine.ts", "./loop.ts"],
  [`${CLIENT}/store/sqlite`, "x.ts", "../indexeddb/open.ts", "../memory.ts", "@syncline/server"],
  [`${CLIENT}/store/indexeddb`, "x.ts", "../sqlite/open.ts", "../memory.ts"],
  [`${CLIENT}/store`, "memory.ts", "./sqlite/open.ts", "./indexeddb/open.ts"],
  [KIT, "x.ts", "@syncline/client", "@syncline/server"],
  [`${KIT}/stores/sqlite`, "x.ts", "../postgres/tables.ts", "../memory.ts", "@syncline/server"],
  [`${KIT}/stores/postgres`, "x.ts", "../sqlite/open.ts", "../level/level-store.ts"],
  [`${KIT}/stores/level`, "x.ts", "../sqlite/open.ts"],
  [`${KIT}/stores/indexeddb`, "x.ts", "../level/level-store.ts"],
  [`${KIT}/stores`, "memory.ts", "./sqlite/open.ts"],
  [SERVER, "x.ts", "@syncline/client", "@syncline/client/react"],
  [`${SERVER}/engine`, "x.ts", "node:fs", "node:timers/promises", "fastify", "@syncline/client"],
  [`${SERVER}/engine`, "x.ts", "../store/memory.ts", "../store/postgres/commit.ts"],
  [`${SERVER}/engine`, "x.ts", "../store/sqlite/open.ts", "../bus/redis.ts", "../bus/index.ts"],
  [`${SERVER}/engine`, "x.ts", "../http/errors.ts", "../live/hub.ts", "../cli/main.ts"],
  [`${SERVER}/engine`, "x.ts", "../dialects/port.ts", "../consumers/worker.ts"],
  [`${SERVER}/engine`, "x.ts", "../front/ends.ts", "../protocol/port.ts"],
  [`${SERVER}/http`, "x.ts", "../store/port.ts", "../bus/port.ts", "../cli/main.ts"],
  [
    `${SERVER}/http`,
    "x.ts",
    "fastify",
    "../front/ends.ts",
    "../live/hub.ts",
    "../dialects/port.ts",
  ],
  [`${SERVER}/live`, "x.ts", "fastify", "ws", "../front/ends.ts", "../dialects/port.ts"],
  [`${SERVER}/dialects`, "x.ts", "fastify", "ws", "node:http", "node:net"],
  [
    `${SERVER}/dialects/mana`,
    "x.ts",
    "../../front/ends.ts",
    "../../live/hub.ts",
    "../../http/v1.ts",
  ],
  [`${SERVER}/protocol`, "x.ts", "node:http", "fastify", "../engine/contract.ts"],
  [`${SERVER}/front`, "x.ts", "../dialects/port.ts", "../live/hub.ts", "../engine/contract.ts"],
  [`${SERVER}/store/sqlite`, "x.ts", "../postgres/commit.ts", "../memory.ts"],
  [`${SERVER}/store/sqlite`, "x.ts", "../../engine/contract.ts", "../../http/errors.ts"],
  [`${SERVER}/store/postgres`, "x.ts", "../sqlite/open.ts", "../memory.ts", "@syncline/client"],
  [`${SERVER}/store`, "memory.ts", "./sqlite/open.ts", "./postgres/commit.ts"],
  [`${SERVER}/bus`, "redis.ts", "./nats.ts", "./memory.ts", "../live/hub.ts"],
  [`${SERVER}/bus`, "memory.ts", "./postgres.ts", "../engine/contract.ts"],
  ["apps/kanso/server/src", "x.ts", "fastify", "ws", "node:http"],
  ["tests", "x.test.ts", "../packages/core/src/index.ts"],
  ["apps/kanso/web/src", "x.ts", "../../../../packages/client/src/index.ts"],
  [DOMAIN, "x.ts", "node:fs/promises", "@syncline/server", "@syncline/client/react"],
];

/** The rules of style that the house relies on. */
const STYLE: readonly (readonly [rule: string, text: string])[] = [
  ["lint/suspicious/noExplicitAny", "export const planted = (value: any) => value;"],
  ["lint/style/noNonNullAssertion", "export const planted = (value?: number) => value!;"],
  ["lint/correctness/noUndeclaredDependencies", 'import "left-pad";'],
  ["lint/correctness/useImportExtensions", 'import "./cycle-a";'],
  ["lint/style/noExcessiveLinesPerFile", "export {};\n".repeat(401)],
  [
    "lint/nursery/noFloatingPromises",
    "async function planted(): Promise<void> {}\nexport function start(): void {\n  planted();\n}",
  ],
  [
    "lint/nursery/noMisusedPromises",
    "export const planted = [1].filter(async (one: number): Promise<boolean> => one > 1);",
  ],
];

/** What is right, and must stay so: a rule that speaks always is as bad as one that never does. */
const RIGHT: readonly (readonly [path: string, text: string])[] = [
  [`${CORE}/right.ts`, "export const planted = new Date(5).toISOString();"],
  [`${CORE}/right.test.ts`, "export const planted = Date.now();"],
  [`${CLIENT}/environment.ts`, "export const planted = () => Date.now();"],
  [`${SERVER}/engine/right.ts`, 'export { hash } from "node:crypto";'],
  [`${SERVER}/engine/right-port.ts`, 'import "../store/port.ts";'],
  [
    `${SERVER}/http/right.ts`,
    'import "../engine/contract.ts";\nexport const planted = Date.now();',
  ],
];

const named = (expression: string, i = 0) => `export const planted${i} = ${expression};`;

export const PLANTED: readonly Planted[] = [
  ...PURE.flatMap((folder) =>
    AMBIENT.map((use, i) => ({ path: `${folder}/use.ts`, text: named(use, i), rule: PLUGIN })),
  ),
  ...GIVEN.flatMap((folder) =>
    NAMES.map((name, i) => ({ path: `${folder}/name.ts`, text: named(name, i), rule: GLOBALS })),
  ),
  { path: `${CLIENT}/sync/machine.ts`, text: named("globalThis"), rule: GLOBALS },
  ...LAYERS.flatMap(([folder, file, ...modules]) =>
    modules.map((module) => ({
      path: `${folder}/${file}`,
      text: `import ${JSON.stringify(module)};`,
      rule: IMPORTS,
    })),
  ),
  {
    path: `${SERVER}/engine/random.ts`,
    text: 'export { randomUUID } from "node:crypto";',
    rule: IMPORTS,
  },
  ...["a", "b"].map((one, i) => ({
    path: `${SERVER}/cycle-${one}.ts`,
    text: `import "./cycle-${["b", "a"][i]}.ts";`,
    rule: "lint/suspicious/noImportCycles",
  })),
  ...STYLE.map(([rule, text], i) => ({ path: `${SERVER}/style-${i}.ts`, text, rule })),
  ...RIGHT.map(([path, text]) => ({ path, text })),
];
