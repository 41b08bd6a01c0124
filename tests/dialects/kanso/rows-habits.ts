// The rows of habits.

import { bytes, conflict, type Endpoint, error, habit, NO_STREAK, UNKNOWN, ZONE } from "./row.ts";

const STALE_HABIT = "Data has been modified elsewhere. Please sync.";

export const HABIT_ROWS: readonly Endpoint[] = [
  [
    "POST",
    "/habits",
    [
      {
        status: 201,
        path: "/habits",
        body: { id: "h", title: "Another payload" },
        text: ({ ada }) => bytes(habit(ada.id)),
      },
      {
        status: 201,
        path: "/habits",
        body: {
          title: "  Play cello ",
          type: "timer",
          target_value: 30,
          unit: "min",
          weekdays: [5, 1, 1, 3],
          frequency_type: "specific_days",
          color: "#0A7",
          reminder_time: "18:45",
        },
        text: ({ ada }) =>
          bytes(
            `{"id":"ID","user_id":"${ada.id}","title":"Play cello","description":"","color":"#0A7","icon":"default_icon","sort_order":0,"type":"timer","frequency_type":"specific_days","weekdays":[1,3,5],"reminder_time":"18:45","interval":1,"target_value":30,"unit":"min","current_streak":0,"longest_streak":0,"start_date":"TIME","version":1,"created_at":"TIME","updated_at":"TIME"}`,
          ),
      },
      ...(
        [
          [{}, "habit title cannot be empty"],
          [{ title: " \t" }, "habit title cannot be empty"],
          [{ title: "ü".repeat(101) }, "habit title is too long (max 100 characters)"],
          [
            { title: "x", description: "x".repeat(501) },
            "habit description is too long (max 500 characters)",
          ],
          [{ title: "x", color: "#1234" }, "invalid color format (must be #RRGGBB)"],
          [{ title: "x", icon: "x".repeat(51) }, "icon is too long (max 50 characters)"],
          [{ title: "x", unit: "x".repeat(51) }, "unit is too long (max 50 characters)"],
          [{ title: "x", type: "mood" }, 'invalid habit type "mood"'],
          [
            { title: "x", frequency_type: "hourly" },
            "invalid frequency type (must be daily, weekly, specific_days or interval)",
          ],
          [{ title: "x", weekdays: [-1] }, "weekdays must be between 0 (Sunday) and 6 (Saturday)"],
          [{ title: "x", weekdays: [1.5] }, "weekdays must be a list of whole numbers"],
          [{ title: "x", reminder_time: "7:30" }, "invalid reminder time (must be HH:MM)"],
          [{ title: "x", target_value: "5" }, "target_value must be a whole number"],
          [{ title: "x", id: "a/b" }, "invalid habit id"],
          ["{", "the body is no JSON"],
          ["", "EOF"],
        ] as const
      ).map(([body, text]) => ({ status: 400, path: "/habits", body, text: error(text) })),
      {
        status: 400,
        path: "/habits",
        body: { title: "x" },
        headers: { "x-timezone": "Etc/Nowhere" },
        text: error(ZONE),
      },
    ],
  ],
  [
    "GET",
    "/habits",
    [
      { status: 200, path: "/habits", text: ({ ada }) => bytes(`[${habit(ada.id)}]`) },
      { status: 400, path: "/habits", headers: { "x-timezone": "x" }, text: error(ZONE) },
    ],
  ],
  [
    "GET",
    "/habits/sync",
    [
      {
        status: 200,
        path: "/habits/sync?last_sync=2099-01-01T00:00:00.123456789%2B02:00",
        text: bytes('{"changes":[],"timestamp":"TIME"}'),
      },
      ...[
        "yesterday",
        "2026-02-30T00:00:00Z",
        "2026-03-02",
        "0",
        "%00",
        "2026-03-02T10:00:00 02:00",
      ].map((cursor) => ({
        status: 400,
        path: `/habits/sync?last_sync=${cursor}`,
        text: error("invalid last_sync format, use RFC3339"),
      })),
    ],
  ],
  [
    "GET",
    "/habits/:id",
    [
      { status: 200, path: "/habits/h", text: ({ ada }) => bytes(habit(ada.id)) },
      ...[UNKNOWN, "gone", "%00", "x".repeat(250)].map((id) => ({
        status: 404,
        path: `/habits/${id}`,
        text: error("habit not found"),
      })),
      {
        status: 404,
        path: ({ theirs }) => `/habits/${theirs.habit}`,
        text: error("habit not found"),
      },
    ],
  ],
  [
    "PUT",
    "/habits/:id",
    [
      {
        status: 200,
        path: "/habits/h",
        body: { version: 1 },
        text: ({ ada }) => bytes(habit(ada.id, undefined, 2)),
      },
      {
        status: 200,
        path: `/habits/${UNKNOWN}`,
        body: { title: "Cello", version: 7 },
        text: ({ ada }) =>
          bytes(
            habit(ada.id, NO_STREAK)
              .replace('"id":"h"', `"id":"${UNKNOWN}"`)
              .replace('"color":""', '"color":"#000000"')
              .replace("default_icon", "default"),
          ),
      },
      ...(
        [
          [{ title: "x" }, "version is required"],
          [{ title: "x", version: 0 }, "version is required"],
          [{ title: "x", version: -1 }, "version is required"],
          [{ title: "x", version: 1.5 }, "version must be a whole number"],
          [{ title: "x", version: "1" }, "version must be a whole number"],
          [{ title: "", version: 1 }, "habit title cannot be empty"],
          [{ reminder_time: "24:00", version: 1 }, "invalid reminder time (must be HH:MM)"],
          ["{", "the body is no JSON"],
        ] as const
      ).map(([body, text]) => ({ status: 400, path: "/habits/h", body, text: error(text) })),
      {
        status: 404,
        path: `/habits/${UNKNOWN}`,
        body: { color: "#fff", version: 1 },
        text: error("habit not found"),
      },
      {
        status: 409,
        path: "/habits/h",
        body: { title: "x", version: 2 },
        text: ({ ada }) => bytes(conflict(STALE_HABIT, habit(ada.id), 1)),
      },
    ],
  ],
  [
    "DELETE",
    "/habits/:id",
    [
      { status: 204, path: "/habits/h", text: "" },
      ...["gone", UNKNOWN, "no%20id"].map((id) => ({
        status: 404,
        path: `/habits/${id}`,
        text: error("habit not found"),
      })),
      {
        status: 404,
        path: ({ theirs }) => `/habits/${theirs.habit}`,
        text: error("habit not found"),
      },
    ],
  ],
];
