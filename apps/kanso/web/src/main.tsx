// The page: opens what is on the device, and shows the app around it.

import "./theme/colors.css";
import "./theme/base.css";
import { StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { SynclineProvider } from "./data/collections.ts";
import { DeviceProvider } from "./data/device-context.ts";
import { watchLastSync } from "./data/last-sync.ts";
import { openData } from "./data/open.ts";
import { openSession } from "./data/session.ts";
import { keepInbox } from "./decisions/keep-inbox.ts";
import { LanguageProvider, readLanguage } from "./i18n/index.tsx";
import { AddressProvider } from "./shell/address.tsx";
import { CannotOpen } from "./shell/cannot-open.tsx";
import { NeedsHttps } from "./shell/needs-https.tsx";
import { resumeImport } from "./transfer/resume-import.ts";

const root = createRoot(document.getElementById("app") ?? document.body);
// oldest.js has said so, and what to do.
const isTooOld = document.documentElement.hasAttribute("data-too-old");
if (!isTooOld) {
  if (isSecureContext) await openApp();
  else root.render(<NeedsHttps address={new URL(location.href)} />);
}

async function openApp(): Promise<void> {
  // Its code is read while the database opens.
  if (location.pathname === "/") void import("./pages/today/today-page.tsx").catch(() => undefined);
  const session = openSession();
  try {
    // Until both are there, the frame of the page is that of the document.
    const [client] = await Promise.all([openData(session), readLanguage()]);
    keepInbox(client);
    resumeImport(client);
    root.render(
      <StrictMode>
        <SynclineProvider client={client}>
          <DeviceProvider value={{ session, client, lastSync: watchLastSync(client, session) }}>
            <Suspense>
              <LanguageProvider>
                <AddressProvider>
                  <App />
                </AddressProvider>
              </LanguageProvider>
            </Suspense>
          </DeviceProvider>
        </SynclineProvider>
      </StrictMode>,
    );
  } catch (thrown) {
    root.render(<CannotOpen thrown={thrown} />);
  }
}
