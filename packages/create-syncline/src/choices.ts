// What can be chosen, and what each choice brings with it.

/** What a new app can be made with. */
export const FRAMEWORKS = {
  react: { label: "React", app: "app.tsx", extension: "tsx" },
  svelte: { label: "Svelte", app: "app.svelte", extension: "ts" },
  vue: { label: "Vue", app: "app.vue", extension: "ts" },
  plain: { label: "Plain TypeScript", app: "app.ts", extension: "ts" },
} as const;
export type Framework = keyof typeof FRAMEWORKS;

/** How people of a new app sign in. */
export const SIGN_INS = {
  accounts: {
    label: "Accounts on this server",
    hint: "people register with an address and a password",
  },
  token: { label: "A token of your own", hint: "you have a sign-in already, which gives JWTs" },
} as const;
export type SignIn = keyof typeof SIGN_INS;

export interface Choices {
  /** Of the folder, the package and the app: small letters, digits and dashes. */
  readonly name: string;
  readonly framework: Framework;
  readonly signIn: SignIn;
}

/** @returns why it is no name for an app; undefined: it is one */
export function nameProblem(name: string): string | undefined {
  if (/^[a-z][a-z0-9-]{0,62}$/.test(name)) return undefined;
  return `"${name}" is no name for an app: take small letters, digits and dashes, and a letter first.`;
}

/** Versions that are tested together, in this repository. */
export const VERSIONS = {
  "@sveltejs/vite-plugin-svelte": "7.3.1",
  "@types/react": "19.3.0",
  "@types/react-dom": "19.3.0",
  "@vitejs/plugin-react": "6.3.0",
  "@vitejs/plugin-vue": "6.0.11",
  react: "19.3.1",
  "react-dom": "19.3.1",
  svelte: "5.57.3",
  typescript: "7.0.2",
  vite: "8.3.8",
  vitest: "5.1.0",
  vue: "3.5.45",
} as const;
type Dependency = keyof typeof VERSIONS;

const USED: Readonly<Record<Framework, readonly Dependency[]>> = {
  react: ["react", "react-dom"],
  svelte: ["svelte"],
  vue: ["vue"],
  plain: [],
};
const BUILT_WITH: Readonly<Record<Framework, readonly Dependency[]>> = {
  react: ["@types/react", "@types/react-dom", "@vitejs/plugin-react"],
  svelte: ["@sveltejs/vite-plugin-svelte"],
  vue: ["@vitejs/plugin-vue"],
  plain: [],
};

/** @param version of the Syncline packages: this package's own */
export function manifestOf({ name, framework, signIn }: Choices, version: string): object {
  const pick = (names: readonly Dependency[]) =>
    Object.fromEntries([...names].sort().map((one) => [one, VERSIONS[one]]));
  const accounts = signIn === "accounts" ? " --accounts" : "";
  const checksTypes = framework === "react" || framework === "plain";
  return {
    name,
    version: "0.1.0",
    private: true,
    type: "module",
    engines: { node: ">=22.18" },
    scripts: {
      dev: "node dev.js",
      build: checksTypes ? "tsc && vite build" : "vite build",
      start: `syncline serve --apps ./apps.js${accounts} --site ./dist`,
      test: "vitest run",
    },
    dependencies: {
      "@syncline/client": version,
      "@syncline/server": version,
      ...pick(USED[framework]),
    },
    devDependencies: pick([...BUILT_WITH[framework], "typescript", "vite", "vitest"]),
  };
}
