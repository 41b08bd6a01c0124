// The receipt of an erasure: what was taken and what backups still hold, signed with a key of the server's.

import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { newestBackup } from "../backups/backups.ts";
import { keptSecret } from "../store/kept-secret.ts";
import type { SettingStore } from "../store/port.ts";

/** What was done. */
export interface Receipt {
  readonly user: string;
  readonly erasedAt: string;
  readonly account: boolean;
  readonly apiKeys: number;
  readonly personalSpaces: readonly string[];
  readonly sharedSpaces: readonly string[];
  /** Entries of shared histories that named the person; `null` where they were kept. */
  readonly entriesRenamed: number | null;
  /** When the newest backup that may hold the person was made, and when the last of them is gone. */
  readonly backups: { readonly newest: string | null; readonly goneBy: string | null };
}

/** Whoever has the server's key can tell that it is true. */
export interface SignedReceipt extends Receipt {
  readonly signature: string;
}

/** Where backups are made by themselves, how often, and how many are kept. */
export interface BackupPlan {
  readonly folder: string;
  readonly everyMs: number;
  readonly keep: number;
}

/**
 * What receipts are signed with: what the server signs tokens with, and where others sign them all, a secret of the
 * installation's own.
 */
export async function receiptKey(
  {
    privateKey,
    secret,
  }: {
    readonly privateKey?: { readonly key: string };
    readonly secret?: string;
  },
  store: () => Promise<{ readonly settings: SettingStore }>,
): Promise<Uint8Array> {
  const signing =
    privateKey?.key ?? secret ?? (await keptSecret((await store()).settings, "receipt-key"));
  return new Uint8Array(hkdfSync("sha256", signing, "", "syncline receipts", 32));
}

export function signReceipt(receipt: Receipt, key: Uint8Array): SignedReceipt {
  return { ...receipt, signature: signatureOf(receipt, key) };
}

/** Whether a receipt was signed with this key, and is as it was then. */
export function isSigned(receipt: SignedReceipt, key: Uint8Array): boolean {
  const { signature, ...said } = receipt;
  const expected = Buffer.from(signatureOf(said, key));
  const given = Buffer.from(String(signature));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function signatureOf(receipt: Receipt, key: Uint8Array): string {
  return createHmac("sha256", key).update(JSON.stringify(receipt)).digest("base64url");
}

/** What backups may still hold of who is erased now. */
export async function backupsHolding(plan: BackupPlan | undefined): Promise<Receipt["backups"]> {
  const newest = plan === undefined ? undefined : await newestBackup(plan.folder);
  if (plan === undefined || newest === undefined) return { newest: null, goneBy: null };
  const goneMs = newest + plan.keep * plan.everyMs;
  return { newest: new Date(newest).toISOString(), goneBy: new Date(goneMs).toISOString() };
}
