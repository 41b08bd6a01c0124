// A database as a server of simple-sync v0.4.0 leaves one behind: its tables, filled with as many events as wanted.

import { DatabaseSync } from "node:sqlite";

const SCHEMA = `
  CREATE TABLE user (id TEXT PRIMARY KEY, created_at DATETIME NOT NULL);
  CREATE TABLE event (uuid TEXT PRIMARY KEY, timestamp INTEGER NOT NULL, user TEXT NOT NULL, item TEXT NOT NULL,
    action TEXT NOT NULL, payload TEXT);
  CREATE TABLE api_key (uuid TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES user(id) ON DELETE CASCADE,
    key_hash TEXT NOT NULL UNIQUE, created_at DATETIME NOT NULL, last_used_at DATETIME, description TEXT);
  CREATE TABLE setup_token (token TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES user(id) ON DELETE CASCADE,
    expires_at DATETIME NOT NULL, used_at DATETIME NOT NULL);
  CREATE TABLE acl_rule (user TEXT, item TEXT, action TEXT, type TEXT, PRIMARY KEY (user, item, action, type));
  PRAGMA user_version = 1`;
const BEGUN_S = Date.UTC(2026, 0, 1) / 1000;
const AT = "2026-01-01 00:00:00.123456789+00:00";
/** 60 characters, as a hash of bcrypt has; each user's is another. */
const HASH = "$2b$12$abcdefghijklmnopqrstuuflpnusoFVMD4mon4hu.3dp3";

/**
 * Fills a new file: one event a second, one in a hundred of which was accepted up to an hour late.
 * @returns how many rows there are in all tables
 */
export function fillSimpleOriginal(
  path: string,
  { events, users }: { readonly events: number; readonly users: number },
): number {
  const db = new DatabaseSync(path);
  try {
    db.exec(`PRAGMA synchronous = OFF; ${SCHEMA}`);
    db.exec("BEGIN");
    const user = db.prepare("INSERT INTO user VALUES (?, ?)");
    const key = db.prepare("INSERT INTO api_key VALUES (?, ?, ?, ?, ?, ?)");
    const rule = db.prepare("INSERT INTO acl_rule VALUES (?, ?, ?, ?)");
    for (let n = 0; n < users; n++) {
      const id = `member.${n}`;
      user.run(id, AT);
      const hash = HASH + String(n).padStart(60 - HASH.length, "0");
      key.run(uuidOf(BEGUN_S, n), id, hash, AT, AT, `phone of ${n}`);
      rule.run(id, `list.${n}.*`, "*", "allow");
    }
    const event = db.prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)");
    for (let n = 0; n < events; n++) {
      const at = BEGUN_S + n - (n % 100 === 99 ? (n * 7_919) % 3_600 : 0);
      const who = n % users;
      const payload = n % 10 === 0 ? null : `{"what":"thing ${n}","count":${n % 7}}`;
      event.run(uuidOf(at, n), at, `member.${who}`, `list.${who}.shop`, "add", payload);
    }
    db.exec("COMMIT");
  } finally {
    db.close();
  }
  return events + 3 * users;
}

/** A UUID of version 7. */
function uuidOf(seconds: number, n: number): string {
  const hex = (seconds * 1000).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${n.toString(16).padStart(12, "0")}`;
}
