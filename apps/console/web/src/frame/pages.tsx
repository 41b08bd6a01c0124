// Every page of the console: its name, what a key needs for it, and what shows it.

import type { ReactNode } from "react";
import type { Session } from "../api/session.tsx";
import type { AreaName } from "../api/wire.ts";
import { AuditPage } from "../pages/audit-page.tsx";
import { BackgroundPage } from "../pages/background-page.tsx";
import { BackupsPage } from "../pages/backups-page.tsx";
import { KeyPage } from "../pages/key-page.tsx";
import { KeysPage } from "../pages/keys-page.tsx";
import { OverviewPage } from "../pages/overview-page.tsx";
import { PeoplePage } from "../pages/people-page.tsx";
import { PersonPage } from "../pages/person-page.tsx";
import { SpacePage } from "../pages/space-page.tsx";
import { SpacesPage } from "../pages/spaces-page.tsx";

export interface PageDefinition {
  /** The first part of its address. */
  readonly at: string;
  readonly name: string;
  /** What the key needs a scope for; nothing where every key may. */
  readonly area?: AreaName;
  /** @param parts what follows in the address; nothing where no page has that */
  show(parts: readonly string[]): ReactNode;
}

/** In the order of the navigation. */
export const PAGES: readonly PageDefinition[] = [
  {
    at: "overview",
    name: "Overview",
    area: "overview",
    show: (parts) => (parts.length === 0 ? <OverviewPage /> : undefined),
  },
  {
    at: "spaces",
    name: "Spaces",
    area: "spaces",
    show: ([app, space, ...rest]) => {
      if (app === undefined) return <SpacesPage />;
      return space === undefined || rest.length > 0 ? undefined : (
        <SpacePage key={`${app}/${space}`} app={app} space={space} />
      );
    },
  },
  {
    at: "people",
    name: "People",
    area: "users",
    show: ([userId, ...rest]) => {
      if (userId === undefined) return <PeoplePage />;
      return rest.length > 0 ? undefined : <PersonPage key={userId} userId={userId} />;
    },
  },
  {
    at: "keys",
    name: "API keys",
    area: "keys",
    show: ([user, ...rest]) => {
      if (user === undefined) return <KeysPage key="all" />;
      return rest.length > 0 ? undefined : <KeysPage key={user} user={user} />;
    },
  },
  {
    at: "background",
    name: "Background work",
    area: "consumers",
    show: (parts) => (parts.length === 0 ? <BackgroundPage /> : undefined),
  },
  {
    at: "backups",
    name: "Backups",
    area: "backups",
    show: (parts) => (parts.length === 0 ? <BackupsPage /> : undefined),
  },
  {
    at: "audit",
    name: "Audit",
    area: "audit",
    show: (parts) => (parts.length === 0 ? <AuditPage /> : undefined),
  },
  { at: "key", name: "This key", show: (parts) => (parts.length === 0 ? <KeyPage /> : undefined) },
];

/** Where one lands: the first page that the key may see. */
export function firstPage({ mayRead }: Pick<Session, "mayRead">): string {
  return PAGES.find(({ area }) => area === undefined || mayRead(area))?.at ?? "key";
}
