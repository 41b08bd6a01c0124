// One instant, written in several ways, is counted on one day; and the answer says on which.

import { expect, test } from "vitest";
import { onEveryStore, type Person } from "./fixture.ts";

const QUERY = "?start_date=2026-03-28&end_date=2026-03-29";
const SAME = [
  "2026-03-28T23:30:00Z",
  "2026-03-28T23:30:00+00:00",
  "2026-03-28T23:30:00-00:00",
  "2026-03-28T23:30:00.000Z",
  "2026-03-28T23:30:00.000+00:00",
];

onEveryStore(({ kanso }) => {
  async function progress(person: Person, zone: string): Promise<unknown> {
    const { body } = await person.call("GET", `/stats/weekly${QUERY}`, undefined, {
      "X-Timezone": zone,
    });
    return body.habits[0].daily_progress;
  }
  async function logged(at: string, headers: HeadersInit = {}) {
    const person = await kanso().person();
    await person.call("POST", "/habits", { id: "h", title: "Stretch" });
    const entry = { id: "e", habit_id: "h", completion_date: at, value: 1 };
    const answer = await person.call("POST", "/entries", entry, headers);
    expect(answer.status).toBe(201);
    const understood = [answer.headers.get("x-local-date"), answer.headers.get("x-timezone")];
    return { person, understood, at: answer.body.completion_date };
  }

  test.each(SAME)("%s is 23:30 in UTC, and the day of whoever reads", async (text) => {
    const { person, understood, at } = await logged(text);
    expect(at).toBe(SAME[0]);
    expect(understood).toEqual([null, null]);
    expect(await progress(person, "UTC")).toEqual([1, 0]);
    expect(await progress(person, "Europe/Rome")).toEqual([0, 1]);
    expect(await progress(person, "America/New_York")).toEqual([1, 0]);
  });

  test.each([...SAME, "2026-03-28T18:30:00-05:00"])(
    "%s with a zone is the day there, whoever reads",
    async (text) => {
      const { person, understood, at } = await logged(text, { "X-Timezone": "Europe/Rome" });
      expect(at).toBe(SAME[0]);
      expect(understood).toEqual(["2026-03-29", "Europe/Rome"]);
      expect(await progress(person, "UTC")).toEqual([0, 1]);
    },
  );

  test.each([
    ["2026-03-29T00:30:00+01:00", "2026-03-29", [0, 1]],
    ["2026-03-28T18:30:00-05:00", "2026-03-28", [1, 0]],
  ])("an offset says where it was: %s is of %s", async (text, day, counted) => {
    const { person, understood, at } = await logged(text);
    expect(at).toBe(SAME[0]);
    expect(understood).toEqual([day, text.slice(-6)]);
    for (const zone of ["UTC", "Europe/Rome"])
      expect(await progress(person, zone)).toEqual(counted);
  });

  test("an edit's answer says it too, and statistics in which zone they counted", async () => {
    const { person } = await logged("2026-03-28T23:30:00Z", { "X-Timezone": "Europe/Rome" });
    const edited = await person.call("PUT", "/entries/e", { value: 2, version: 1 });
    expect(edited.headers.get("x-local-date")).toBe("2026-03-29");
    const asked = await person.call("GET", `/stats/weekly${QUERY}`, undefined, {
      "X-Timezone": "Asia/Tokyo",
    });
    expect(asked.headers.get("x-timezone")).toBe("Asia/Tokyo");
    const plain = await person.call("GET", `/stats/weekly${QUERY}`);
    expect(plain.headers.get("x-timezone")).toBe("UTC");
  });
});
