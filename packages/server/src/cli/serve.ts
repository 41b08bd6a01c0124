// syncline serve: starts the server.

import { resolve } from "node:path";
import { createTokenIssuer } from "../auth/token-issuer.ts";
import { dialectOptions } from "../config/dialect-options.ts";
import { formerVariables, unread } from "../config/former-variables.ts";
import { limitsOf } from "../config/limit-options.ts";
import { loadApps } from "../config/load-apps.ts";
import { mailOptions } from "../config/mail-options.ts";
import { oidcOptions } from "../config/oidc-options.ts";
import { type Config, OPTION_NAMES } from "../config/options.ts";
import { passkeyOptions } from "../config/passkey-options.ts";
import { serverLimitsOf } from "../config/server-limit-options.ts";
import { rateLimits, tokenOptions } from "../config/server-options.ts";
import { createServer, type MetricsAccess } from "../create-server.ts";
import { busKeyOf } from "../store/bus-key.ts";
import {
  COMMAND,
  type Command,
  type CommandInput,
  printJson,
  printLine,
  takeArgs,
} from "./command.ts";
import { logLine } from "./log-line.ts";
import { databaseName, openBus, openStore } from "./open.ts";

const TOKEN_SECONDS = 30 * 86_400;

export const serve: Command = {
  summary: "Start the server.",
  usage: "[flags]",
  examples: [
    "syncline serve",
    "syncline serve --port 8080 --data /var/lib/syncline",
    "syncline serve --mode production --apps ./apps.ts",
    "syncline serve --apps ./apps.ts --accounts --site ./web/dist",
  ],
  options: OPTION_NAMES.filter((name) => name !== "retentionDays" && name !== "auditDays"),
  async run(input) {
    const { args, config, loaded, terminal, json } = input;
    takeArgs(args, []);
    const auth = tokenOptions(config, terminal.cwd);
    const providers = oidcOptions(config, terminal.cwd);
    const passkeys = passkeyOptions(config);
    const mails = mailOptions(config, (text) => terminal.stderr.write(text));
    const { apps, consumers, dialects, imports } = await loadApps(config, terminal.cwd);
    const configured = dialectOptions(config, (line) => terminal.stderr.write(`${line}\n`));
    const spoken = [...(configured.dialects ?? []), ...dialects];
    const path = databaseName(input);
    const store = await openStore(input, "serve", (step) =>
      terminal.stderr.write(logLine("migrated", { ...step, ms: Math.round(step.ms) })),
    );
    const bus = await openBus(config, () => busKeyOf(store)).catch(async (thrown: unknown) => {
      await store.close();
      throw thrown;
    });
    const server = await createServer({
      store,
      bus,
      apps,
      consumers,
      auth,
      ...configured,
      dialects: spoken,
      ...(config.accounts
        ? {
            accounts: {
              tokenSeconds: config.tokenSeconds,
              idleDays: config.idleDays,
              accountsPerAddress: config.accountsPerAddress,
              ...mails,
              ...providers,
              ...passkeys,
            },
          }
        : {}),
      spacesPerUser: config.spacesPerUser,
      ...(config.site === undefined ? {} : { site: resolve(terminal.cwd, config.site) }),
      ...{ console: config.console === "on", host: config.host, port: config.port },
      ...serverLimitsOf(config),
      corsOrigins: config.corsOrigins,
      limits: limitsOf(config),
      ...(config.tracesUrl === undefined ? {} : { tracesUrl: config.tracesUrl }),
      rateLimits: rateLimits(config),
      ...(config.redisUrl === undefined ? {} : { rateLimitsUrl: config.redisUrl }),
      ...(config.trustProxy.length === 0 ? {} : { trustProxy: config.trustProxy }),
      logLevel: config.logLevel,
      logUsers: config.logUsers,
      ...(config.backupFolder === undefined
        ? {}
        : {
            backups: {
              folder: resolve(terminal.cwd, config.backupFolder),
              everyMs: config.backupHours * 3_600_000,
              keep: config.backupKeep,
            },
          }),
      metrics: metricsOf(config),
      ...(config.metricsPort === 0 ? {} : { metricsPort: config.metricsPort }),
    }).catch(async (thrown: unknown) => {
      await store.close();
      await bus.close();
      throw thrown;
    });
    try {
      await server.listen();
    } catch (thrown) {
      await server.close();
      throw thrown;
    }
    const issue =
      config.mode === "production" || config.accounts ? undefined : await createTokenIssuer(auth);
    const token = (await issue?.({ userId: "demo", expiresInSeconds: TOKEN_SECONDS })) ?? null;
    const served = apps === "open" ? "any app" : apps.map(({ name }) => name).join(", ");
    const { url } = server;
    const bases = Object.fromEntries(
      spoken.flatMap(({ base }) => (base === undefined ? [] : [[base.name, `${url}${base.path}`]])),
    );
    const running = { url, database: path, apps: served, token, bases };
    if (json)
      printJson(terminal, {
        ...running,
        pid: process.pid,
        docs: `${url}/docs`,
        site: config.site === undefined ? null : `${url}/`,
        console: config.console === "on" ? `${url}/console` : null,
      });
    else if (config.mode === "production")
      // Every line is for programs there; nobody gets a token.
      terminal.stdout.write(logLine("listening", { url, database: path, apps: served }));
    else announce(input, running);
    const former = formerVariables(config.dialects, imports);
    for (const line of [...warningsOf(config), ...unread(terminal.env, former, loaded)])
      terminal.stderr.write(`${line}\n`);
    terminal.isUp?.();
    await stopped(terminal.signal);
    if (!json && config.mode !== "production")
      printLine(terminal, "Stopping: what runs is finished first. Press again to end at once.");
    await server.close();
    return 0;
  },
};

interface Running {
  readonly url: string;
  readonly database: string;
  readonly apps: string;
  /** The base addresses of clients of other protocols, by the protocol's name. */
  readonly bases: { readonly [name: string]: string };
  /** For who tries it out; nobody gets one where people register. */
  readonly token: string | null;
}

function announce({ terminal, config }: CommandInput, running: Running): void {
  const { url, database, apps, token, bases } = running;
  const lines = [
    config.site === undefined ? `Syncline serves ${apps} at ${url}` : `${apps} is at ${url}`,
    `  API page   ${url}/docs`,
    ...(config.console === "on" ? [`  console    ${url}/console`] : []),
    `  database   ${database}`,
    `  metrics    ${metricsPlace(config, url)}`,
    ...Object.entries(bases).map(([name, base]) => `  ${name.padEnd(10)} ${base}`),
  ];
  if (token !== null) {
    lines.push(
      "",
      "A token for the user `demo`, good for 30 days:",
      "",
      `export TOKEN=${token}`,
      "",
      "Try it:",
      "",
      `curl -s ${url}/v1/todo/~/changes -H "Authorization: Bearer $TOKEN"`,
    );
  }
  if (config.mode === "development") lines.push("", `More: ${COMMAND} --help. Stop with Ctrl-C.`);
  printLine(terminal, lines.join("\n"));
}

function metricsPlace(config: Config, url: string): string {
  if (config.metricsPort !== 0) return `port ${config.metricsPort}, /metrics`;
  return metricsOf(config) === "off" ? "set metricsToken or metricsPort" : `${url}/metrics`;
}

/** In production the metrics are for who has their token, or for nobody. */
function metricsOf({ metricsToken, mode }: Pick<Config, "metricsToken" | "mode">): MetricsAccess {
  if (metricsToken !== undefined) return { token: metricsToken };
  return mode === "production" ? "off" : "open";
}

/** What an operator should know of how the server is open. */
function warningsOf({ host, mode }: Pick<Config, "host" | "mode">): string[] {
  if (mode === "production" || isLoopback(host)) return [];
  return [
    `Warning: in development mode this server listens on ${host}, where others can reach it. Whoever reads`,
    "the token above, or the key in the data folder, may do everything, and any app is served. For others",
    "to use it, start it with --mode production; for yourself, leave --host out.",
  ];
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
