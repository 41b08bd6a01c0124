// Follows who is signed in: syncs at once when somebody is, and says so where a session has ended.

import { useEffect } from "react";
import { useLocation } from "wouter";
import { useAccount, useDevice, useOwner } from "../data/device-context.ts";
import { wasEndedByServer } from "../data/kept-session.ts";
import { useMessages } from "../i18n/index.tsx";
import { ButtonLink } from "../ui/button-link.tsx";
import "./session-watch.css";

export function SessionWatch() {
  const text = useMessages("account");
  const { client } = useDevice();
  const account = useAccount();
  const owner = useOwner();
  const [location] = useLocation();

  // Also when it happened in another tab: what this one has waited with goes out now.
  useEffect(() => {
    if (account !== null) client.sync().catch(() => undefined); // the status says how it went
  }, [account, client]);

  if (account !== null || owner === null || location === "/sign-in") return null;
  const why = wasEndedByServer() ? text.endedByServerText : text.signedOutText;
  return (
    <aside className="session-over card" aria-label={text.signedOutTitle}>
      <div>
        <strong>{text.signedOutTitle}</strong>
        <p className="soft">{why(owner.email)}</p>
      </div>
      <ButtonLink href="/sign-in" look="strong">
        {text.signInAgain}
      </ButtonLink>
    </aside>
  );
}
