// Around every page: where one can go, whose key this is, and the way out.

import { useEffect, useRef, useState } from "react";
import { useSession } from "../api/session.tsx";
import { Button } from "../ui/button.tsx";
import { Page } from "../ui/page.tsx";
import { Empty, NoScope } from "../ui/states.tsx";
import { linkTo, useAddress } from "./address.ts";
import { firstPage, PAGES } from "./pages.tsx";

export function Shell() {
  const session = useSession();
  const [at = firstPage(session), ...parts] = useAddress();
  const page = PAGES.find((one) => one.at === at);
  const main = useRef<HTMLElement>(null);
  const address = [at, ...parts].join("/");
  const before = useRef(address);
  /** On a phone the pages are behind a button. */
  const [isOpen, setOpen] = useState(false);

  useEffect(() => {
    if (before.current === address) return;
    before.current = address;
    setOpen(false);
    // As when a page is loaded: from the top, and read from its heading.
    scrollTo(0, 0);
    main.current?.querySelector<HTMLElement>("h1")?.focus();
  }, [address]);

  return (
    <div className="shell">
      <button
        type="button"
        className="skip"
        onClick={() => main.current?.querySelector<HTMLElement>("h1")?.focus()}
      >
        To the page
      </button>
      <header className="shell-header">
        <a className="shell-name" href={linkTo()}>
          Console
        </a>
        <button
          type="button"
          className="button button-quiet menu"
          aria-expanded={isOpen}
          aria-controls="pages"
          onClick={() => setOpen(!isOpen)}
        >
          Pages
        </button>
        <nav aria-label="Pages" id="pages" data-open={isOpen}>
          <ul>
            {PAGES.filter(({ area }) => area === undefined || session.mayRead(area)).map((one) => (
              <li key={one.at}>
                <a
                  href={linkTo(one.at)}
                  {...(one.at === at ? { "aria-current": "page" as const } : {})}
                >
                  {one.name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <Button onClick={session.signOut}>Sign out</Button>
      </header>
      <main ref={main}>
        {page?.area !== undefined && !session.mayRead(page.area) ? (
          <Page title={page.name}>
            <NoScope area={page.area} />
          </Page>
        ) : (
          (page?.show(parts) ?? <NotThere />)
        )}
      </main>
    </div>
  );
}

function NotThere() {
  return (
    <Page title="No such page">
      <Empty title="There is nothing at this address.">
        <a href={linkTo()}>To the first page</a>
      </Empty>
    </Page>
  );
}
