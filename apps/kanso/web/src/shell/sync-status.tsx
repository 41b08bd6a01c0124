// How the device stands to the server, in words for people. Behind it a sheet says more, and what can be done.

import type { ConnectionState } from "@syncline/client";
import { lazy, Suspense, useState } from "react";
import { Link } from "wouter";
import { useSyncStatus } from "../data/collections.ts";
import { useAccount } from "../data/device-context.ts";
import { useMessages } from "../i18n/index.tsx";
import type { Messages } from "../i18n/messages/en.ts";
import "./sync-status.css";

type Mood = "well" | "waits" | "acts";

interface Shown {
  readonly mood: Mood;
  readonly text: string;
}

const SyncSheet = lazy(() =>
  import("./sync-sheet.tsx").then((module) => ({ default: module.SyncSheet })),
);

export function SyncStatus() {
  const status = useSyncStatus();
  return useAccount() === null ? <GuestStatus /> : <MemberStatus status={status} />;
}

function GuestStatus() {
  const text = useMessages("shell");
  return (
    <Link href="/sign-in" className="sync-status" data-mood="well">
      <output>{text.savedHere}</output>
      <span className="sync-action">{text.signInToSync}</span>
    </Link>
  );
}

function MemberStatus({ status }: { readonly status: ConnectionState }) {
  const shell = useMessages("shell");
  const [open, setOpen] = useState(false);
  const { mood, text } = shownOf(status, shell);
  return (
    <>
      <button
        type="button"
        className="sync-status"
        data-mood={mood}
        data-phase={status.phase}
        aria-haspopup="dialog"
        aria-label={text}
        onClick={() => setOpen(true)}
      >
        <output>{text}</output>
      </button>
      {open ? (
        <Suspense>
          <SyncSheet headline={text} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

function shownOf(status: ConnectionState, text: Messages["shell"]): Shown {
  const { phase, pending, rejected, syncing } = status;
  // In the middle of a sync some of them may still settle by themselves.
  if (rejected > 0 && !syncing) return { mood: "acts", text: text.conflicts(rejected) };
  switch (phase) {
    case "idle":
    case "connecting":
      return { mood: "well", text: text.syncing };
    case "live":
    case "polling":
      return { mood: "well", text: pending > 0 || rejected > 0 ? text.syncing : text.synced };
    case "offline":
    case "closed":
      return { mood: "waits", text: pending > 0 ? text.offlineWaiting(pending) : text.offline };
    case "needs-auth":
      return { mood: "acts", text: text.signInToSync };
    case "blocked":
      return { mood: "acts", text: text.blocked };
    case "incompatible":
      return { mood: "acts", text: text.outdated };
    default:
      return phase satisfies never;
  }
}
