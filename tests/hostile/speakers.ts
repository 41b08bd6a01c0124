// Every protocol as one thing: it writes a value that is sent as it is, letter by letter, and reads what is there.

import { type Everything, openSocket, type SignedIn } from "./fixture.ts";

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** Somebody on a server that speaks everything. */
export interface Somebody extends SignedIn {
  /** Of simple-sync, where people have keys. */
  readonly key: string;
}

export interface Speaker {
  readonly name: string;
  /** Half a character is read as the original's language does: as U+FFFD. */
  readonly mends?: true;
  /** One history that everybody with a key reads; rules are about writing. */
  readonly shared?: true;
  /** Sends a new record with a value, which is JSON or what somebody takes for it, and with more members beside it. */
  write(who: Somebody, id: string, value: string, more?: string): Promise<Answer>;
  /** All that they see. */
  read(who: Somebody): Promise<Answer>;
  /** The value of a record in what was read. */
  valueIn(text: string, id: string): unknown;
  /** Reads on after a cursor that somebody has made up. */
  after(who: Somebody, cursor: string): Promise<Answer>;
  /** What the record is called in addresses. */
  addressIn(text: string, id: string): string;
  /** What asks for, changes or removes what is another's: a record with such an address, or none. */
  foreign(of: { readonly userId: string }, address: string): readonly Foreign[];
}

export interface Foreign {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  /** Who asks learns whether the name is taken, since a free one would be theirs. */
  readonly tells?: true;
}

interface Row {
  readonly id: string;
  readonly fields?: { readonly v?: unknown };
  readonly data?: { readonly v?: unknown };
  readonly event?: { readonly id: string; readonly data?: unknown };
}

const sameName = (_text: string, id: string) => id;
const TIME = "2026-11-20T10:05:00.000Z-0000-";
const mutation = (id: string, value: string, more = "") =>
  `{"id":1,"seen":null,"changes":[{"collection":"todos","id":"${id}","op":"put","time":"${TIME}${id}","fields":{"v":${value}${more}}}]}`;
const nativeBody = (id: string, value: string, more?: string) =>
  `{"clientId":"${id}","now":"${TIME}${id}","cursor":null,"mutations":[${mutation(id, value, more)}]}`;

export function createSpeakers(server: Everything): readonly Speaker[] {
  async function ask(
    who: { readonly headers: { readonly [name: string]: string } },
    method: string,
    path: string,
    body?: string,
  ): Promise<Answer> {
    const answer = await fetch(server.url + path, {
      method,
      headers: {
        ...who.headers,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body }),
    });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  }
  const byKey = ({ key }: Somebody) => ({ headers: { "x-api-key": key } });
  const readNative = (who: Somebody, query = "") => ask(who, "GET", `/v1/todo/~/changes${query}`);
  const kitSpace = ({ userId }: { readonly userId: string }) => `/kit/of-${userId}`;
  const uuidOf = (id: string) =>
    `0199c82c-c07b-7c88-a7a2-${Buffer.from(id).toString("hex").padStart(12, "0").slice(-12)}`;

  const native: Speaker = {
    name: "native",
    write: (who, id, value, more) =>
      ask(who, "POST", "/v1/todo/~/sync", nativeBody(id, value, more)),
    read: readNative,
    valueIn: (text, id) => {
      const { changes } = JSON.parse(text) as { changes: Row[] };
      return changes.find((change) => change.id === id)?.fields?.v;
    },
    addressIn: sameName,
    after: (who, cursor) => readNative(who, `?cursor=${encodeURIComponent(cursor)}`),
    foreign: ({ userId }, id) => [
      { method: "GET", path: `/v1/todo/~${userId}/changes` },
      { method: "GET", path: `/v1/todo/~${userId}/records/todos/${id}/explain` },
      { method: "GET", path: `/v1/todo/~${userId}/live` },
      { method: "GET", path: `/v1/todo/~${userId}/members` },
      { method: "POST", path: `/v1/todo/~${userId}/sync`, body: nativeBody(id, '"stolen"') },
    ],
  };
  return [
    native,
    {
      ...native,
      name: "native socket",
      async write(who, id, value, more) {
        const socket = await openSocket(server, "/v1/live", who.token);
        const space = `"space":"todo/~${who.userId}"`;
        const { length } = nativeBody(id, value, more);
        socket.socket.send(
          `{"type":"push","ref":1,${space},${nativeBody(id, value, more).slice(1, length)}`,
        );
        await Promise.race([socket.until("pushed"), socket.until("error"), socket.closed]);
        socket.socket.terminate();
        const said = socket.heard.find(({ type }) => type === "pushed" || type === "error");
        const isWell = said?.["type"] === "pushed";
        return { status: isWell ? 200 : 400, text: JSON.stringify(said), headers: new Headers() };
      },
      foreign: () => [],
    },
    {
      name: "mana",
      mends: true,
      write: (who, id, value, more = "") =>
        ask(
          who,
          "POST",
          "/sync/todo",
          `{"clientId":"c-${id}","since":"","changes":[{"table":"tasks","id":"${id}","op":"insert","data":{"id":"${id}","v":${value}${more}}}]}`,
        ),
      read: (who) => ask(who, "GET", "/sync/todo/pull?collection=tasks&since=1970-01-01T00:00:00Z"),
      valueIn: (text, id) => {
        const { serverChanges } = JSON.parse(text) as { serverChanges: Row[] };
        return serverChanges.find((change) => change.id === id)?.data?.v;
      },
      after: (who, cursor) =>
        ask(who, "GET", `/sync/todo/pull?collection=tasks&since=${encodeURIComponent(cursor)}`),
      addressIn: sameName,
      // Nobody can say whose record it is.
      foreign: () => [],
    },
    {
      name: "simple",
      shared: true,
      mends: true,
      write: (who, id, value, more = "") =>
        ask(
          byKey(who),
          "POST",
          "/api/v1/events",
          `[{"uuid":"${uuidOf(id)}","timestamp":1760000000,"user":"${who.userId}","item":"of.${who.userId}","action":"add","payload":${value}${more}}]`,
        ),
      read: (who) => ask(byKey(who), "GET", "/api/v1/events"),
      valueIn: (text, id) =>
        (JSON.parse(text) as { uuid: string; payload: unknown }[]).find(
          ({ uuid }) => uuid === uuidOf(id),
        )?.payload,
      after: (who, cursor) =>
        ask(byKey(who), "GET", `/api/v1/events?fromTimestamp=${encodeURIComponent(cursor)}`),
      addressIn: sameName,
      foreign: ({ userId }, id) => [
        {
          method: "POST",
          path: "/api/v1/events",
          body: `[{"uuid":"${uuidOf(id)}","timestamp":1760000000,"user":"${userId}","item":"of.${userId}","action":"add","payload":"stolen"}]`,
        },
      ],
    },
    {
      name: "kit",
      mends: true,
      write: (who, id, value, more = "") =>
        ask(
          who,
          "POST",
          `${kitSpace(who)}/push`,
          `[{"event":{"id":"${id}","type":"T","aggregate_id":"a","data":${value},"metadata":null${more}},"version":""}]`,
        ),
      read: (who) => ask(who, "GET", `${kitSpace(who)}/pull?since=0`),
      valueIn: (text, id) =>
        (JSON.parse(text) as Row[]).find(({ event }) => event?.id === id)?.event?.data,
      after: (who, cursor) =>
        ask(who, "GET", `${kitSpace(who)}/pull?since=${encodeURIComponent(cursor)}`),
      addressIn: sameName,
      foreign: (of) => [
        { method: "GET", path: `${kitSpace(of)}/pull?since=0`, tells: true },
        { method: "GET", path: `${kitSpace(of)}/sse`, tells: true },
        {
          method: "POST",
          path: `${kitSpace(of)}/push`,
          body: `[{"event":{"id":"theirs","type":"T","aggregate_id":"a","data":"stolen","metadata":null},"version":""}]`,
          tells: true,
        },
      ],
    },
    {
      name: "Kanso",
      mends: true,
      write: (who, id, value, more = "") =>
        ask(who, "POST", "/api/v1/habits", `{"title":"${id}","description":${value}${more}}`),
      read: (who) => ask(who, "GET", "/api/v1/habits"),
      valueIn: (text, id) =>
        (JSON.parse(text) as { title: string; description?: unknown }[]).find(
          ({ title }) => title === id,
        )?.description,
      after: (who, cursor) =>
        ask(who, "GET", `/api/v1/habits/sync?last_sync=${encodeURIComponent(cursor)}`),
      addressIn: (text, id) =>
        (JSON.parse(text) as { id: string; title: string }[]).find(({ title }) => title === id)
          ?.id ?? "none",
      foreign: (_of, address) => [
        { method: "GET", path: `/api/v1/habits/${address}` },
        { method: "DELETE", path: `/api/v1/habits/${address}` },
        {
          method: "PUT",
          path: `/api/v1/habits/${address}`,
          body: '{"title":"stolen","version":1}',
          tells: true,
        },
        {
          method: "POST",
          path: "/api/v1/entries",
          body: `{"habit_id":"${address}","completion_date":"2026-03-02T19:10:00Z","value":1}`,
          tells: true,
        },
        { method: "GET", path: `/api/v1/entries?habit_id=${address}`, tells: true },
      ],
    },
  ];
}

/** Registers somebody who can speak every protocol. */
export async function meet(server: Everything, name: string): Promise<Somebody> {
  const person = await server.person(name);
  const root = { "x-api-key": server.rootKey };
  const rule = { user: person.userId, item: `of.${person.userId}`, action: "*", type: "allow" };
  const expectOk = async (answer: Promise<Response>): Promise<unknown> => {
    const { ok, status } = await answer;
    if (!ok) throw new Error(`${status} ${await (await answer).text()}`);
    return await (await answer).json();
  };
  await expectOk(server.post("/api/v1/acl", [rule], root));
  await server.server.keys.createUser(person.userId);
  const { key } = await server.server.keys.createKey(person.userId);
  return { ...person, key };
}
