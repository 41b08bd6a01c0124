// Routes about the installation as a whole: how it is, its backups, its audit.

import { SynclineError } from "@syncline/core";
import Type from "typebox";
import { type Audit, auditIdAt, namesOf, toAuditEntry } from "../audit/audit.ts";
import { listBackups } from "../backups/backups.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { Parts } from "../observability/parts.ts";
import { jsonAnswer } from "../protocol/define-route.ts";
import type { Route } from "../protocol/port.ts";
import { MIGRATIONS } from "../store/migrations/index.ts";
import type { Store } from "../store/port.ts";
import { VERSION } from "../version.ts";
import type { DefineAdminRoute } from "./admin-route.ts";
import { LIMIT, limitOf, Nullable, plainText, TimeSchema } from "./schemas.ts";

export interface InstallationOptions {
  readonly store: Store;
  readonly audit: Audit;
  readonly parts: () => Promise<Parts>;
  readonly metrics: Pick<Metrics, "traffic">;
  /** Where backups are made; undefined where none are. */
  readonly backups: { readonly folder: string } | undefined;
}

const CountSchema = Type.Integer({ minimum: 0 });
const OverviewSchema = Type.Object({
  version: Type.String(),
  schema: Type.Integer({ description: "The schema of the database." }),
  node: Type.String(),
  uptimeSeconds: Type.Integer(),
  database: Type.String({ description: "`connected` or `unreachable`." }),
  bus: Type.String({ description: "`connected` or `unreachable`." }),
  rateLimits: Type.String({ description: "`shared`, `alone` or `own`." }),
  storage: Type.Object(
    { bytes: CountSchema, spaces: CountSchema, records: CountSchema, tombstones: CountSchema },
    { description: "Of large databases counted about." },
  ),
  connections: Type.Object(
    { open: CountSchema, idle: CountSchema, waiting: CountSchema },
    { description: "To the database; waiting: who has none." },
  ),
  traffic: Type.Object(
    {
      ...{ requests: CountSchema, failed: CountSchema, pushes: CountSchema },
      mutations: Type.Object({
        ...{ applied: CountSchema, duplicate: CountSchema },
        ...{ conflict: CountSchema, rejected: CountSchema },
      }),
      ...{ refused: CountSchema, connections: CountSchema, sockets: CountSchema },
    },
    {
      description:
        "Of the node that answers, since it started; failed: answered with a 5xx; refused: by a rate limit, or for having too much to do.",
    },
  ),
  memoryBytes: CountSchema,
  backups: Type.Boolean({ description: "Whether this server makes backups by itself." }),
  consumers: Type.Array(
    Type.Object({ consumer: Type.String(), behind: CountSchema, deadLetters: CountSchema }),
  ),
  locked: Type.Integer({ description: "Users that are locked." }),
  lastBackup: Nullable(TimeSchema),
});
const EntrySchema = Type.Object({
  id: Type.String(),
  at: TimeSchema,
  actor: Type.Object({ kind: Type.String(), id: Type.String() }),
  action: Type.String(),
  target: Type.String({ description: "A user's id or a space; empty: the installation." }),
  details: Type.Object({}, { additionalProperties: true }),
});
const BackupSchema = Type.Object({ name: Type.String(), at: TimeSchema, bytes: CountSchema });
/** Behind every id. */
const LAST = "~";

export function installationRoutes(
  define: DefineAdminRoute,
  { store, parts, metrics, backups }: InstallationOptions,
): Route[] {
  const backupsThere = async () => (backups === undefined ? [] : await listBackups(backups.folder));
  return [
    define({
      method: "GET",
      path: "/v1/admin/overview",
      area: "overview",
      access: "read",
      operationId: "adminOverview",
      summary: "How this server and its database are",
      answer: OverviewSchema,
      async handle() {
        const { uptimeMs, consumers: _own, ...states } = await parts();
        const { connections, idle, waiting } = store.load();
        const [newest] = await backupsThere();
        const progress = await store.consumers.progress();
        return jsonAnswer({
          version: VERSION,
          schema: MIGRATIONS.length,
          node: process.versions.node,
          uptimeSeconds: Math.round(uptimeMs / 1_000),
          ...states,
          storage: await store.figures(),
          connections: { open: connections, idle, waiting },
          traffic: await metrics.traffic(),
          memoryBytes: process.memoryUsage.rss(),
          backups: backups !== undefined,
          consumers: progress.map(({ consumer, behind, deadLetters }) => ({
            ...{ consumer, behind, deadLetters },
          })),
          locked: (await store.locks.all()).length,
          lastBackup: newest === undefined ? null : new Date(newest.atMs).toISOString(),
        });
      },
    }),
    define({
      method: "GET",
      path: "/v1/admin/backups",
      area: "backups",
      access: "read",
      operationId: "adminBackups",
      summary: "The backups in the server's folder, the newest first",
      answer: Type.Object({ backups: Type.Array(BackupSchema) }),
      async handle() {
        const all = await backupsThere();
        return jsonAnswer({
          backups: all.map(({ name, atMs, bytes }) => ({
            ...{ name, at: new Date(atMs).toISOString(), bytes },
          })),
        });
      },
    }),
    define({
      method: "GET",
      path: "/v1/admin/audit",
      area: "audit",
      access: "read",
      operationId: "adminAudit",
      summary: "Who did what with rights over others, the newest first",
      querystring: Type.Object(
        {
          since: Type.Optional(plainText(40, "An ISO date and time.")),
          about: Type.Optional(plainText(300, "A user's id, or a space.")),
          action: Type.Optional(plainText(64, "Of this action alone: `user.lock`.")),
          without: Type.Optional(plainText(64, "Of all actions but this one: `admin.call`.")),
          before: Type.Optional(plainText(64, "`next` of the page before.")),
          limit: LIMIT,
        },
        { additionalProperties: false },
      ),
      answer: Type.Object({ entries: Type.Array(EntrySchema), next: Nullable(Type.String()) }),
      async handle({ query: { since, about, action, without, before = LAST, limit } }) {
        const from = since === undefined ? "" : auditIdAt(msOf(since));
        const wanted = limitOf(limit);
        const rows = await store.audit.list({
          from: before,
          newest: true,
          limit: wanted,
          ...(about === undefined ? {} : { about: namesOf(about) }),
          ...(action === undefined ? {} : { action }),
          ...(without === undefined ? {} : { without }),
        });
        const entries = rows.filter(({ id }) => id >= from).map(toAuditEntry);
        const last = entries.at(-1);
        const next = entries.length === wanted && last !== undefined ? last.id : null;
        return jsonAnswer({ entries, next });
      },
    }),
  ];
}

function msOf(since: string): number {
  const ms = Date.parse(since);
  if (Number.isFinite(ms) && /^\d{4}-\d\d-\d\d/.test(since)) return ms;
  throw new SynclineError("invalid", "This is no moment such as 2026-11-20T10:00:00Z.", {
    path: "since",
  });
}
