// Moments and the day that each is in a zone: held against the Temporal of Node and that of a browser.

export const ZONE_CASES: readonly (readonly [
  zone: string,
  dayStartHour: number,
  at: string,
  date: string,
])[] = [
  // Rome: forward at 02:00 on 29 March 2026, back at 03:00 on 25 October.
  ["Europe/Rome", 0, "2026-03-28T22:59:59Z", "2026-03-28"],
  ["Europe/Rome", 0, "2026-03-28T23:00:00Z", "2026-03-29"],
  ["Europe/Rome", 0, "2026-03-29T21:59:59Z", "2026-03-29"],
  ["Europe/Rome", 0, "2026-03-29T22:00:00Z", "2026-03-30"],
  ["Europe/Rome", 3, "2026-03-29T00:59:59Z", "2026-03-28"],
  ["Europe/Rome", 3, "2026-03-29T01:00:00Z", "2026-03-29"],
  ["Europe/Rome", 3, "2026-10-25T01:59:59Z", "2026-10-24"],
  ["Europe/Rome", 3, "2026-10-25T02:00:00Z", "2026-10-25"],
  // Sao Paulo: 4 November 2018 began at 01:00.
  ["America/Sao_Paulo", 0, "2018-11-04T02:59:59Z", "2018-11-03"],
  ["America/Sao_Paulo", 0, "2018-11-04T03:00:00Z", "2018-11-04"],
  // Sao Paulo: 17 February 2018 had its last hour twice.
  ["America/Sao_Paulo", 0, "2018-02-18T01:59:59Z", "2018-02-17"],
  ["America/Sao_Paulo", 0, "2018-02-18T02:30:00Z", "2018-02-17"],
  ["America/Sao_Paulo", 0, "2018-02-18T03:00:00Z", "2018-02-18"],
  // Santiago: 7 September 2025 began at 01:00.
  ["America/Santiago", 0, "2025-09-07T03:59:59Z", "2025-09-06"],
  ["America/Santiago", 0, "2025-09-07T04:00:00Z", "2025-09-07"],
  // Cairo and Beirut: the same, resolved the other way by some libraries.
  ["Africa/Cairo", 0, "2024-04-25T22:00:00Z", "2024-04-26"],
  ["Asia/Beirut", 0, "2025-03-29T22:00:00Z", "2025-03-30"],
  // Lord Howe: half an hour of summer time.
  ["Australia/Lord_Howe", 0, "2026-04-04T14:59:59Z", "2026-04-05"],
  ["Australia/Lord_Howe", 0, "2026-04-05T13:29:59Z", "2026-04-05"],
  ["Australia/Lord_Howe", 0, "2026-04-05T13:30:00Z", "2026-04-06"],
  // Kathmandu: 5:45. Chatham: 12:45 and 13:45.
  ["Asia/Kathmandu", 0, "2026-01-01T18:14:59Z", "2026-01-01"],
  ["Asia/Kathmandu", 0, "2026-01-01T18:15:00Z", "2026-01-02"],
  ["Pacific/Chatham", 0, "2026-01-01T10:15:00Z", "2026-01-02"],
  // Apia: 30 December 2011 never was.
  ["Pacific/Apia", 0, "2011-12-30T09:59:59Z", "2011-12-29"],
  ["Pacific/Apia", 0, "2011-12-30T10:00:00Z", "2011-12-31"],
  ["Pacific/Apia", 3, "2011-12-30T10:00:00Z", "2011-12-29"],
  ["Pacific/Apia", 3, "2011-12-30T13:00:00Z", "2011-12-31"],
  ["Pacific/Kiritimati", 0, "2026-01-01T10:00:00Z", "2026-01-02"],
  ["Pacific/Honolulu", 0, "2026-01-01T09:59:59Z", "2025-12-31"],
  ["+05:30", 0, "2026-01-01T18:30:00Z", "2026-01-02"],
  ["UTC", 12, "2026-01-01T11:59:59Z", "2025-12-31"],
];
