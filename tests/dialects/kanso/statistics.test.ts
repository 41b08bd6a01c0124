// Statistics and streaks in the caller's zone.

import { expect, test } from "vitest";
import { onEveryStore, type Person } from "./fixture.ts";

onEveryStore(({ kanso }) => {
  async function withHabits(...habits: readonly object[]): Promise<Person> {
    const person = await kanso().person();
    for (const habit of habits) await person.call("POST", "/habits", habit);
    return person;
  }
  const log = async (person: Person, habit_id: string, completion_date: string, value = 1) => {
    const answer = await person.call("POST", "/entries", { habit_id, completion_date, value });
    expect(answer.status).toBe(201);
  };
  const weekly = (person: Person, query: string, zone?: string) =>
    person.call(
      "GET",
      `/stats/weekly${query}`,
      undefined,
      zone === undefined ? {} : { "X-Timezone": zone },
    );

  test("H1: totals, days and rates", async () => {
    const person = await withHabits(
      { id: "w", title: "Water", type: "numeric", target_value: 2000, sort_order: 1 },
      { id: "k", title: "Walk", sort_order: 2 },
    );
    await log(person, "w", "2024-01-10T09:00:00Z", 2500);
    await log(person, "w", "2024-01-12T09:00:00Z", 500);
    await log(person, "k", "2024-01-12T10:00:00Z", 5);
    const answer = await weekly(person, "?start_date=2024-01-10&end_date=2024-01-12");
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      start_date: "2024-01-10",
      end_date: "2024-01-12",
      total_habits: 2,
      habits: [
        { total_value: 3000, days_completed: 1, daily_progress: [2500, 0, 500] },
        { daily_progress: [0, 0, 5] },
      ],
    });
    expect(answer.body.overall_completion_rate).toBeCloseTo(33.33, 2);
  });

  test("the worked example, to the last digit", async () => {
    const person = await withHabits(
      { id: "s", title: "Stretch", sort_order: 1 },
      { id: "r", title: "Read", type: "numeric", target_value: 20, unit: "pages", sort_order: 2 },
    );
    await log(person, "s", "2026-03-28T23:30:00Z");
    await log(person, "s", "2026-03-29T22:15:00Z");
    await log(person, "r", "2026-03-29T08:00:00Z", 12);
    await log(person, "r", "2026-03-29T20:00:00Z", 9);
    const answer = await weekly(
      person,
      "?start_date=2026-03-28&end_date=2026-03-30",
      "Europe/Rome",
    );
    expect(answer.text).toBe(
      '{"start_date":"2026-03-28","end_date":"2026-03-30","total_habits":2,"overall_completion_rate":50,"habits":[' +
        '{"habit_id":"s","habit_title":"Stretch","color":"","icon":"default_icon","target_value":1,"unit":"","total_value":2,"completion_rate":66.66666666666666,"days_completed":2,"daily_progress":[0,1,1]},' +
        '{"habit_id":"r","habit_title":"Read","color":"","icon":"default_icon","target_value":20,"unit":"pages","total_value":21,"completion_rate":33.33333333333333,"days_completed":1,"daily_progress":[0,21,0]}]}',
    );
  });

  test("H2: an entry of nowhere counts where the reader is; one with a zone where it was made", async () => {
    const person = await withHabits({ id: "h", title: "h" });
    await log(person, "h", "2024-01-11T04:00:00Z");
    const query = "?start_date=2024-01-10&end_date=2024-01-11";
    const days = async (zone: string) =>
      (await weekly(person, query, zone)).body.habits[0].daily_progress;
    expect(await days("America/Bogota")).toEqual([1, 0]);
    expect(await days("UTC")).toEqual([0, 1]);
    await person.call(
      "POST",
      "/entries",
      { habit_id: "h", completion_date: "2024-01-10T23:30:00Z", value: 7 },
      { "X-Timezone": "Europe/Rome" },
    );
    expect(await days("America/Bogota")).toEqual([1, 7]);
    expect(await days("UTC")).toEqual([0, 8]);
  });

  test("H3: nothing; and without dates, the last seven days", async () => {
    const person = await kanso().person();
    const answer = await weekly(person, "");
    const today = new Date().toISOString().slice(0, 10);
    const first = new Date(Date.parse(today) - 6 * 86_400_000).toISOString().slice(0, 10);
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        start_date: first,
        end_date: today,
        total_habits: 0,
        overall_completion_rate: 0,
        habits: [],
      },
    ]);
  });

  test.each([
    ["?start_date=2022-01-01&end_date=2024-01-01", "date range too large, max 1 year allowed"],
    ["?start_date=2024-01-02&end_date=2024-01-01", "start_date cannot be after end_date"],
    ["?start_date=not-a-date", "invalid start_date format, expected YYYY-MM-DD"],
    ["?end_date=2024-02-30&start_date=x", "invalid end_date format, expected YYYY-MM-DD"],
  ])("H5: %s is a 400", async (query, error) => {
    const person = await kanso().person();
    const answer = await weekly(person, query);
    expect([answer.status, answer.body]).toEqual([400, { error }]);
  });

  test.each(["Mars/Olympus", "europe/rome", "+02:00", "../etc"])(
    "zone %s is a 400",
    async (zone) => {
      const person = await kanso().person();
      const answer = await weekly(person, "?end_date=x", zone);
      expect([answer.status, answer.body]).toEqual([
        400,
        { error: "invalid timezone format (use IANA name like 'Europe/Rome')" },
      ]);
    },
  );

  test.each([
    ["Pacific/Apia", "2011-12-28", "2012-01-01", 5],
    ["America/Sao_Paulo", "2018-11-02", "2018-11-06", 5],
    ["America/Santiago", "2025-09-07", "2025-09-11", 5],
    ["UTC", "2023-01-01", "2024-01-02", 367],
  ])("%s from %s to %s is answered, with %i places", async (zone, start, end, places) => {
    const person = await withHabits({ id: "h", title: "h" });
    const answer = await weekly(person, `?start_date=${start}&end_date=${end}`, zone);
    expect(answer.status).toBe(200);
    expect(answer.body.start_date).toBe(start);
    expect(answer.body.habits[0].daily_progress).toHaveLength(places);
  });

  test.each([
    ["I1", [], 0, 0],
    ["I2", [0], 1, 1],
    ["I3", [1], 1, 1],
    ["I4", [2], 0, 1],
    ["I5", [0, 1, 2], 3, 3],
    ["I6", [0, 1, 4], 2, 2],
    ["I7", [0, 10, 11, 12], 1, 3],
    ["I8", [2, 0, 1], 3, 3],
    ["I9", [0, 0, 1], 2, 2],
  ])("%s: %j days ago is %i, at longest %i", async (_name, days, current, longest) => {
    const person = await withHabits({ id: "h", title: "h" });
    for (const count of days)
      await log(person, "h", new Date(Date.now() - count * 86_400_000).toISOString());
    expect((await person.call("GET", "/habits")).body).toMatchObject([
      { current_streak: current, longest_streak: longest, version: 1 },
    ]);
  });

  test("progress by weeks knows the schedule", async () => {
    const person = await withHabits({ id: "h", title: "h", weekdays: [1, 3, 5] });
    for (const day of ["02", "04", "06", "09"])
      await log(person, "h", `2026-03-${day}T12:00:00+01:00`);
    const answer = await person.call(
      "GET",
      "/stats/progress?period=week&start_date=2026-03-02&end_date=2026-03-15",
      undefined,
      { "X-Timezone": "Europe/Rome" },
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      timezone: "Europe/Rome",
      period: "week",
      habits: [
        {
          habit_id: "h",
          days_completed: 4,
          streak: { longest: 4, unit: "days" },
          periods: [
            { start_date: "2026-03-02", end_date: "2026-03-08", completion_rate: 100 },
            { start_date: "2026-03-09", end_date: "2026-03-15", days_completed: 1 },
          ],
        },
      ],
    });
    for (const query of ["period=era", "start_date=1900-01-01", "habit_id=none"])
      expect((await person.call("GET", `/stats/progress?${query}`)).status).toBeGreaterThanOrEqual(
        400,
      );
  });

  test("settings and vacations that a device stored count here, too", async () => {
    const person = await withHabits({ id: "h", title: "h" });
    const time = "2026-03-02T10:00:00.000Z-0000-phone";
    const put = (collection: string, id: string, fields: object) => ({
      collection,
      id,
      op: "put",
      time,
      fields,
    });
    const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    const changes = [
      put("settings", "settings", { zone: "UTC", dayStartHour: 0, weekStart: 0 }),
      put("vacations", "v", { from: ago(3).slice(0, 10), to: ago(1).slice(0, 10) }),
    ];
    await kanso().call(
      "POST",
      "/v1/kanso/~/sync",
      {
        clientId: "phone",
        now: time,
        cursor: null,
        policies: { habits: "versioned", entries: "versioned" },
        mutations: [{ id: 1, seen: null, changes }],
      },
      { authorization: `Bearer ${person.token}`, "content-type": "application/json" },
    );
    await log(person, "h", ago(4));
    await log(person, "h", ago(0));
    expect((await person.call("GET", "/habits/h")).body.current_streak).toBe(2);
  });
});
