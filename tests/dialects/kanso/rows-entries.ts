// The rows of entries and of statistics.

import {
  AT,
  bytes,
  conflict,
  type Endpoint,
  entry,
  error,
  NEW,
  type Row,
  UNKNOWN,
  unread,
  ZONE,
} from "./row.ts";

const STALE_ENTRY = "data has been modified elsewhere, please sync";
const weekly = (query: string, text: string, headers = {}): Row => ({
  status: 400,
  path: `/stats/weekly?${query}`,
  headers,
  text: error(text),
});

export const ENTRY_ROWS: readonly Endpoint[] = [
  [
    "POST",
    "/entries",
    [
      {
        status: 201,
        path: "/entries",
        body: { ...NEW, value: 25, notes: "scales" },
        text: ({ ada }) => bytes(entry(ada.id, { id: "ID", value: 25 })),
      },
      {
        status: 201,
        path: "/entries",
        body: { ...NEW, id: "n" },
        text: ({ ada }) => bytes(entry(ada.id, { id: "n", value: 0, notes: "" })),
      },
      ...(
        [
          ["{", "the body is no JSON"],
          ["", "EOF"],
          [{ completion_date: AT }, "habit_id is required"],
          [{ habit_id: "h" }, "completion_date is required"],
          [
            { ...NEW, completion_date: "2026-03-02" },
            "completion_date must be an RFC 3339 time with its offset",
          ],
          [
            { ...NEW, completion_date: "2026-02-30T10:00:00Z" },
            "completion_date must be an RFC 3339 time with its offset",
          ],
          [{ ...NEW, completion_date: 5 }, "completion_date must be a string"],
          [{ ...NEW, value: "5" }, "value must be a whole number"],
          [{ ...NEW, notes: {} }, "notes must be a string"],
          [{ ...NEW, id: "a/b" }, "id is no id"],
        ] as const
      ).map(([body, text]) => ({ status: 400, path: "/entries", body, text: unread(text) })),
      ...(
        [
          [{ ...NEW, value: -1 }, "value cannot be negative"],
          [{ ...NEW, habit_id: " " }, "habit id cannot be empty"],
          [{ ...NEW, completion_date: "0001-01-01T00:00:00Z" }, "completion date is required"],
        ] as const
      ).map(([body, text]) => ({ status: 400, path: "/entries", body, text: error(text) })),
      ...[UNKNOWN, "gone", "\u0000", "\ud800"].map((habit_id) => ({
        status: 404,
        path: "/entries",
        body: { ...NEW, habit_id },
        text: error("resource not found"),
      })),
    ],
  ],
  [
    "GET",
    "/entries",
    [
      {
        status: 200,
        path: "/entries?habit_id=h&from=2026-03-01T00:00:00Z",
        text: ({ ada }) => bytes(`[${entry(ada.id)}]`),
      },
      { status: 200, path: "/entries?habit_id=h&from=2099-01-01T00:00:00Z", text: "[]" },
      { status: 200, path: "/entries?habit_id=h&from=2026-02-30T00:00:00Z&to=%00", text: "[]" },
      { status: 400, path: "/entries", text: error("habit_id is required") },
      {
        status: 403,
        path: ({ theirs }) => `/entries?habit_id=${theirs.habit}`,
        text: error("unauthorized access"),
      },
      ...[UNKNOWN, "gone", "%00", "%ff"].map((id) => ({
        status: 404,
        path: `/entries?habit_id=${id}`,
        text: error("resource not found"),
      })),
    ],
  ],
  [
    "GET",
    "/entries/sync",
    [
      {
        status: 200,
        path: "/entries/sync",
        text: ({ ada }) => bytes(`{"changes":[${entry(ada.id)}],"timestamp":"TIME"}`),
      },
      ...["0", "2026-03-02", "2026-13-01T00:00:00Z", "x".repeat(5_000)].map((since) => ({
        status: 400,
        path: `/entries/sync?since=${since}`,
        text: error("invalid date format"),
      })),
    ],
  ],
  [
    "PUT",
    "/entries/:id",
    [
      {
        status: 200,
        path: "/entries/e",
        body: { value: 35, version: 1 },
        text: ({ ada }) => bytes(entry(ada.id, { value: 35, notes: "", version: 2 })),
      },
      ...(
        [
          [{ value: 1 }, "version is required"],
          [{ value: 1, version: 0 }, "version is required"],
          [{ value: 1, version: -1 }, "version is required"],
          [{ value: true, version: 1 }, "value must be a whole number"],
          ["[1]", "the body is no JSON object"],
        ] as const
      ).map(([body, text]) => ({ status: 400, path: "/entries/e", body, text: unread(text) })),
      {
        status: 400,
        path: "/entries/e",
        body: { value: -1, version: 1 },
        text: error("value cannot be negative"),
      },
      {
        status: 403,
        path: ({ theirs }) => `/entries/${theirs.entry}`,
        body: { value: 1, version: 1 },
        text: error("unauthorized access"),
      },
      ...[UNKNOWN, "%00", "no%20id"].map((id) => ({
        status: 404,
        path: `/entries/${id}`,
        body: { value: 1, version: 1 },
        text: error("resource not found"),
      })),
      {
        status: 409,
        path: "/entries/e",
        body: { value: 1, version: 2 },
        text: ({ ada }) => bytes(conflict(STALE_ENTRY, entry(ada.id), 1)),
      },
    ],
  ],
  [
    "DELETE",
    "/entries/:id",
    [
      { status: 204, path: "/entries/e", text: "" },
      {
        status: 403,
        path: ({ theirs }) => `/entries/${theirs.entry}`,
        text: error("unauthorized access"),
      },
      ...[UNKNOWN, "%00"].map((id) => ({
        status: 404,
        path: `/entries/${id}`,
        text: error("resource not found"),
      })),
    ],
  ],
  [
    "GET",
    "/stats/weekly",
    [
      {
        status: 200,
        path: "/stats/weekly?start_date=2026-03-01&end_date=2026-03-02",
        headers: { "x-timezone": "Europe/Rome" },
        text: '{"start_date":"2026-03-01","end_date":"2026-03-02","total_habits":1,"overall_completion_rate":50,"habits":[{"habit_id":"h","habit_title":"Cello","color":"","icon":"default_icon","target_value":1,"unit":"","total_value":2,"completion_rate":50,"days_completed":1,"daily_progress":[0,2]}]}',
      },
      weekly("end_date=x", ZONE, { "x-timezone": "Etc/Unknown" }),
      weekly("end_date=2026-02-30&start_date=x", "invalid end_date format, expected YYYY-MM-DD"),
      weekly("start_date=26-03-01", "invalid start_date format, expected YYYY-MM-DD"),
      weekly("start_date=2026-03-02&end_date=2026-03-01", "start_date cannot be after end_date"),
      weekly(
        "start_date=2024-01-01&end_date=2025-01-02",
        "date range too large, max 1 year allowed",
      ),
    ],
  ],
];
