// How the device stands to the server, in words for people; a link to where something can be done about it.

import type { ConnectionState } from "@syncline/client";
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
  readonly href: string;
}

export function SyncStatus() {
  const text = useMessages("shell");
  const status = useSyncStatus();
  const isGuest = useAccount() === null;
  const shown = isGuest ? guest(text) : member(status, text);
  return (
    <Link
      href={shown.href}
      className="sync-status"
      data-mood={shown.mood}
      data-phase={status.phase}
    >
      <output>{shown.text}</output>
      {isGuest ? <span className="sync-action">{text.signInToSync}</span> : null}
    </Link>
  );
}

function guest(text: Messages["shell"]): Shown {
  return { mood: "well", text: text.savedHere, href: "/sign-in" };
}

function member(status: ConnectionState, text: Messages["shell"]): Shown {
  const { phase, pending, rejected } = status;
  if (rejected > 0) return { mood: "acts", text: text.conflicts(rejected), href: "/conflicts" };
  switch (phase) {
    case "idle":
    case "connecting":
      return { mood: "well", text: text.syncing, href: "/account" };
    case "live":
    case "polling":
      return { mood: "well", text: pending > 0 ? text.syncing : text.synced, href: "/account" };
    case "offline":
    case "closed":
      return {
        mood: "waits",
        text: pending > 0 ? text.offlineWaiting(pending) : text.offline,
        href: "/account",
      };
    case "needs-auth":
      return { mood: "acts", text: text.signInToSync, href: "/sign-in" };
    case "blocked":
      return { mood: "acts", text: text.blocked, href: "/account" };
    case "incompatible":
      return { mood: "acts", text: text.outdated, href: "/account" };
    default:
      return phase satisfies never;
  }
}
