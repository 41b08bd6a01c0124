// The frame: tabs below on phones, beside on wide windows; how the device stands to the server, above.

import { type ReactNode, useEffect, useRef, useSyncExternalStore } from "react";
import { Link, useLocation } from "wouter";
import { usePathname } from "wouter/use-browser-location";
import { useMessages } from "../i18n/index.tsx";
import { IconButton } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import type { AppIconName } from "../ui/icons.ts";
import { ToastPlace } from "../ui/toast.tsx";
import { ClockWatch } from "./clock-watch.tsx";
import { ImportProgress } from "./import-progress.tsx";
import { openOverlay } from "./overlay.ts";
import { SessionWatch } from "./session-watch.tsx";
import { SyncStatus } from "./sync-status.tsx";
import "./shell.css";

const TABS = [
  { href: "/", name: "today", icon: "today" },
  { href: "/week", name: "week", icon: "week" },
  { href: "/statistics", name: "statistics", icon: "chart" },
  { href: "/archive", name: "archive", icon: "archive", wide: true },
  { href: "/settings", name: "settings", icon: "settings" },
] as const satisfies readonly {
  href: string;
  name: string;
  icon: AppIconName;
  wide?: boolean;
}[];

/** Pages without a tab of their own mark the one that leads to them. On phones the archive has none, either. */
const UNDER_SETTINGS = ["/account", "/import", "/conflicts", "/archive"];

function currentOf(href: string, chosen: string, isWide: boolean) {
  if (chosen === href) return { "aria-current": "page" as const };
  const isUnder = UNDER_SETTINGS.includes(chosen) && !(isWide && chosen === "/archive");
  return href === "/settings" && isUnder ? { "aria-current": "true" as const } : {};
}

const WIDE = matchMedia("(min-width: 900px)");

function watchWidth(listener: () => void): () => void {
  WIDE.addEventListener("change", listener);
  return () => WIDE.removeEventListener("change", listener);
}

export function Shell({ children }: { readonly children: ReactNode }) {
  const text = useMessages("shell");
  const [location] = useLocation();
  /** The tab that was chosen says so at once, whatever its page has to be made of. */
  const chosen = usePathname();
  const isWide = useSyncExternalStore(watchWidth, () => WIDE.matches);
  const main = useRef<HTMLElement>(null);
  const shown = useRef(location);

  // Who goes to another page by a link is to be there with the keyboard and the screen reader, too.
  useEffect(() => {
    if (shown.current === location) return;
    shown.current = location;
    // A page may have taken the focus to where one begins on it.
    const isTaken = main.current?.querySelector(":focus") != null;
    if (!isTaken) main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [location]);

  return (
    <div className="shell">
      <a className="skip-link unseen" href="#main">
        {text.skip}
      </a>
      <header className="shell-header">
        <Link href="/" className="brand">
          <img src="/icon.svg" alt="" width="28" height="28" />
          <span className="brand-name">Kanso</span>
        </Link>
        <ToastPlace />
        <ImportProgress />
        <SyncStatus />
        <IconButton
          icon="search"
          label={text.search}
          aria-keyshortcuts="/"
          onClick={() => openOverlay("search")}
        />
      </header>
      <nav className="tabs" aria-label={text.navigation}>
        {TABS.map(({ href, name, icon, ...tab }) => (
          <Link
            key={href}
            href={href}
            className={"wide" in tab ? "tab tab-wide" : "tab"}
            {...currentOf(href, chosen, isWide)}
          >
            <Icon name={icon} />
            <span>{text[name]}</span>
          </Link>
        ))}
        <Link
          href="/habits/new"
          className="tab tab-new"
          {...(chosen === "/habits/new" ? { "aria-current": "page" as const } : {})}
        >
          <Icon name="plus" />
          <span>{text.newHabit}</span>
        </Link>
      </nav>
      <main id="main" ref={main} tabIndex={-1}>
        <ClockWatch />
        <SessionWatch />
        {children}
      </main>
    </div>
  );
}
