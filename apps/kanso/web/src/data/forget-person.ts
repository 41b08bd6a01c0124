// Takes everything of a person off this device, beside the client's own database, which the client wipes.

import { forgetMail } from "../reminders/worker-mail.ts";
import { forgetImport } from "./import-state.ts";
import { forgetLogs } from "./log-cache.ts";
import { preferencesKey } from "./preferences.ts";
import type { Session } from "./session.ts";

/** Language and looks are the device's, and stay. */
export async function forgetPerson(session: Session): Promise<void> {
  session.disown();
  forgetLogs();
  forgetImport();
  await forgetMail();
  for (const key of Object.keys(localStorage))
    if (key.startsWith("kanso.") && key !== preferencesKey) localStorage.removeItem(key);
}
