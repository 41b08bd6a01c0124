// Answers of providers that belong to another session, at two nodes on one database: its state, its nonce, its code, its flow; used once,
// in time.

import { startTestProvider, type TestProvider, type TestServer } from "@syncline/server/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startTwoNodes, type TwoNodes } from "./two-nodes.ts";

const EVE = { sub: "eve-1", email: "eve@example.org", email_verified: true };
const ANA = { sub: "ana-1", email: "ana@example.org", email_verified: true };

let provider: TestProvider;
let two: TwoNodes;
beforeEach(async () => {
  provider = await startTestProvider();
  const { issuer, clientId, clientSecret } = provider;
  const redirectUrl = "https://app.example.com/account";
  const one = { name: "example", issuer, clientId, clientSecret, redirectUrl };
  two = await startTwoNodes({ accounts: { oidcProviders: [one] } });
});
afterEach(async () => {
  vi.useRealTimers();
  await two[Symbol.asyncDispose]();
  await provider.close();
});

async function post(node: TestServer, path: string, body: object) {
  const answer = await fetch(`${node.url}/accounts/providers/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as { [name: string]: unknown } };
}

interface Departure {
  readonly url: string;
  readonly flow: string;
}
/** Begins at the first node. */
async function depart(): Promise<Departure> {
  const { body } = await post(two.nodes[0], "start", { provider: "example" });
  return { url: String(body["url"]), flow: String(body["flow"]) };
}
/** Ends at the second one. */
const finish = (flow: string, search: string) => post(two.nodes[1], "finish", { flow, search });
const asked = ({ url }: Departure, name: string) => new URL(url).searchParams.get(name) ?? "";

const REFUSED = { status: 401, body: { error: { code: "unauthenticated" } } };

test("[G10] what one node sent away the other takes in, once, of ten at once at both", async () => {
  const ana = await depart();
  // Each with a code of its own: that a code is good once is the provider's doing.
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, at) =>
      post(two.nodes[at % 2] ?? two.nodes[0], "finish", {
        flow: ana.flow,
        search: provider.signIn(ana.url, ANA),
      }),
    ),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const node of two.nodes) {
    const again = { flow: ana.flow, search: provider.signIn(ana.url, ANA) };
    expect(await post(node, "finish", again)).toMatchObject(REFUSED);
  }
});

test("[G10] somebody is not signed in as who lured him: the answer belongs to another flow", async () => {
  const [ana, eve] = [await depart(), await depart()];
  // Eve sends Ana's browser to the app's page with an answer of her own.
  const eves = provider.signIn(eve.url, EVE);
  expect(await finish(ana.flow, eves)).toMatchObject(REFUSED);
  // And with Ana's state, which she cannot know, her code is not of that departure: PKCE says so.
  const [again, other] = [await depart(), await depart()];
  const forged = new URLSearchParams(provider.signIn(other.url, EVE));
  forged.set("state", asked(again, "state"));
  expect(await finish(again.flow, `${forged}`)).toMatchObject(REFUSED);
  // The right code with another session's state is none either.
  const [mine, hers] = [await depart(), await depart()];
  const mixed = new URLSearchParams(provider.signIn(mine.url, EVE));
  mixed.set("state", asked(hers, "state"));
  expect(await finish(mine.flow, `${mixed}`)).toMatchObject(REFUSED);
  for (const node of two.nodes)
    expect(await node.store.accounts.byEmail(EVE.email)).toBeUndefined();
});

test("[G10] a token with another session's nonce is taken in none", async () => {
  const [ana, eve] = [await depart(), await depart()];
  provider.lie({ nonce: asked(eve, "nonce") });
  expect(await finish(ana.flow, provider.signIn(ana.url, ANA))).toMatchObject(REFUSED);
  // In the session that asked for it, it is.
  expect((await finish(eve.flow, provider.signIn(eve.url, EVE))).status).toBe(200);
});

test("[G10] a flow is good for nobody who has only what went over the provider", async () => {
  const ana = await depart();
  const search = provider.signIn(ana.url, ANA);
  const known = ["state", "nonce", "code_challenge"].map((name) => asked(ana, name));
  for (const guess of [...known, "", ana.flow.slice(1), `${ana.flow}A`, ana.flow.toLowerCase()])
    expect(await finish(guess, search)).toMatchObject(REFUSED);
  // The guesses used nothing up.
  expect((await finish(ana.flow, search)).status).toBe(200);
});

test("[G10] an answer that comes after ten minutes is none", async () => {
  const ana = await depart();
  const search = provider.signIn(ana.url, ANA);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10 * 60_000 + 1_000 });
  expect(await finish(ana.flow, search)).toMatchObject(REFUSED);
  expect(await two.nodes[0].store.accounts.byEmail(ANA.email)).toBeUndefined();
});
