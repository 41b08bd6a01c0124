// What to do about each error. For people who read a page or a terminal: a file of its own, so that apps do not carry it.

import type { ErrorCode } from "./catalogue.ts";

/** What to do about each error code, in a sentence. */
export const ERROR_REMEDIES: Readonly<Record<ErrorCode, string>> = {
  invalid: "Mend what `path` names; the same request fails again.",
  gap: "Send the mutations in order, beginning with the id that the message names.",
  unauthenticated: "Send `Authorization: Bearer <token>` with a token that has not expired.",
  payment_required: "Renew the plan; what is pending stays on the device.",
  forbidden: "Ask an owner of the space for the role that this needs.",
  account_locked: "Ask whoever runs the server; what is pending stays on the device.",
  quota_exceeded:
    "Remove what is not needed, or ask for a larger quota; the write waits in the inbox.",
  not_found: "Check the address; a record may have been removed for good.",
  conflict: "Merge with `current` and send a new mutation with its version as `baseVersion`.",
  duplicate_event: "Give every event an id of its own; what was stored first stays.",
  reset: "Read the space anew without a cursor, keep what is pending, and send it then.",
  client_forked: "Take a new client id, number the pending mutations anew, and send them again.",
  too_large: "Send less at once; the message names the limit.",
  unsupported_media_type: "Send `application/json`, plain or as gzip, br or deflate.",
  schema: "Mend what `path` names, or update the app's definition on the server.",
  incompatible: "Update the older of the two; what is pending stays on the device.",
  rate_limited: "Wait for `retryAfter` seconds.",
  internal: "Look for the request id in the server's log and report it.",
  unavailable: "Wait for `retryAfter` seconds and send the same request again.",
  database_newer: "Start the version that wrote it, or restore a backup made before the upgrade.",
  database_corrupt: "Restore the last backup with `syncline restore`.",
  database_readonly: "Give the process write access to the file and its folder.",
  config: "Mend what the message names; `syncline config` shows every value with its source.",
  offline: "Nothing to do: what is pending is sent when the network is back.",
  storage_full: "Free some space; the write was not made and can be tried again.",
  storage_unavailable: "Reload; if it stays, the device's storage is blocked or damaged.",
  superseded: "Nothing to do: what was under way is found out by the tab that took over.",
  aborted: "Nothing to do; a write that was made stays made.",
  closed: "Open a new one.",
};
