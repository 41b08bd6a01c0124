// Scheduled backups: made when the newest is old enough, verified, and only as many kept as are wanted.

import { mkdtemp, readdir, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openCommandLine, pushTo } from "../cli/cli-fixture.ts";
import { put } from "../store/sample-commits.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { type BackupOptions, makeBackup } from "./backups.ts";
import { createBackupSchedule } from "./schedule.ts";
import { verifyAside } from "./verify-aside.ts";

const HOUR = 3_600_000;
const PATIENCE = { timeout: 20_000 };
let home: string;
let folder: string;
let store: Awaited<ReturnType<typeof openSqliteStore>>;
let nowMs: number;
let options: BackupOptions;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "syncline-backups-"));
  folder = join(home, "backups");
  store = await openSqliteStore({ path: join(home, "syncline.db") });
  await put(store, "a");
  nowMs = Date.UTC(2026, 10, 30, 2);
  options = { folder, keep: 3, copy: store.backup, verify: verifyAside, now: () => nowMs };
});
afterEach(async () => {
  await store.close();
  await rm(home, { recursive: true, force: true });
});

test("keeps the newest ones, and leaves files that are none of its own", async () => {
  await makeBackup(options);
  await writeFile(join(folder, "mine.db"), "");
  for (let i = 1; i < 5; i++) {
    nowMs += HOUR;
    expect(await makeBackup(options)).toMatchObject({ spaces: 1, records: 1 });
  }
  expect((await readdir(folder)).sort()).toEqual([
    "mine.db",
    "syncline-2026-11-30T04-00-00Z.db",
    "syncline-2026-11-30T05-00-00Z.db",
    "syncline-2026-11-30T06-00-00Z.db",
  ]);
});

test("one that is not sound is no backup: it goes, and the ones before stay", async () => {
  await makeBackup({ ...options, keep: 1 });
  nowMs += HOUR;
  const copy = async (path: string) => {
    await store.backup(path);
    await truncate(path, 8_192);
  };
  await expect(makeBackup({ ...options, keep: 1, copy })).rejects.toMatchObject({
    code: "database_corrupt",
  });
  expect(await readdir(folder)).toEqual(["syncline-2026-11-30T02-00-00Z.db"]);
});

test("of servers with one folder one makes it", async () => {
  const settled = await Promise.allSettled([makeBackup(options), makeBackup(options)]);
  expect(settled.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await readdir(folder)).toHaveLength(1);
});

test("the schedule makes one when the newest is old enough, be it another's, and goes on after a failure", async () => {
  const said: string[] = [];
  let broken = false;
  const schedule = createBackupSchedule({
    ...options,
    copy: async (path) => {
      if (broken) throw new Error("the disk is full");
      await store.backup(path);
    },
    everyMs: 24 * HOUR,
    lookMs: 5,
    made: ({ file }) => void said.push(file.slice(-"00-00-00Z.db".length - 3)),
    failed: () => void said.push("failed"),
    newest: () => undefined,
  });
  schedule.start();
  await expect.poll(() => said.length, PATIENCE).toBe(1);
  nowMs += 23 * HOUR;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(said).toHaveLength(1);
  broken = true;
  nowMs += HOUR;
  await expect.poll(() => said.at(-1), PATIENCE).toBe("failed");
  broken = false;
  await expect.poll(() => said.at(-1), PATIENCE).not.toBe("failed");
  await schedule.close();
  expect(await readdir(folder)).toHaveLength(2);
});

test("a server makes them, tells of their age, and what it made can be restored; the command makes one, too", async () => {
  const line = await openCommandLine();
  try {
    const server = await line.serve(["--backup-folder", "kept", "--backup-hours", "1"]);
    expect(await pushTo(server, "a")).toBe(200);
    const kept = join(line.cwd, "kept");
    const backups = async () =>
      (await readdir(kept).catch(() => [])).filter((name) => name.endsWith("Z.db"));
    await expect.poll(backups, PATIENCE).toHaveLength(1);
    const figure = async () =>
      /^syncline_backup_timestamp_seconds (\d+)/m.exec(
        await (await fetch(`${server.url}/metrics`)).text(),
      )?.[1];
    await expect.poll(async () => Number(await figure()) > 1_700_000_000, PATIENCE).toBe(true);
    await server.stop();
    const [file = ""] = await backups();
    expect((await line.run(["backup", "verify", join(kept, file)])).code).toBe(0);
    const made = await line.run(["backup", "--backup-folder", "kept", "--backup-keep", "1"]);
    expect([made.code, made.out]).toEqual([0, expect.stringContaining("1 older one removed")]);
    const [newer = ""] = await backups();
    expect(
      (await line.run(["restore", "--devices", "offer", join(kept, newer), "--force"])).code,
    ).toBe(0);
    expect((await line.run(["spaces", "list"])).out).toContain("todos 1");
    const doctor = ["doctor", "--backup-folder", "kept"];
    expect((await line.run(doctor)).out).toMatch(/ok +backups +the newest is 0 hours old/);
    await rename(join(kept, newer), join(kept, "syncline-2026-01-01T00-00-00Z.db"));
    const old = await line.run(doctor);
    expect([old.code, old.out]).toEqual([1, expect.stringMatching(/fail +backups .*hours old/)]);
    expect((await line.run(["backup"])).err).toContain("--backup-folder");
  } finally {
    await line.close();
  }
});
