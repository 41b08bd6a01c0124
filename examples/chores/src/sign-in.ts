// Who somebody is: chosen once, and then known by a key of this device.

import { type ExchangedKey, exchangeSetupCode } from "@syncline/client/simple";
import { button, element } from "./dom.ts";
import { PEOPLE, type Person } from "./household.ts";

const KEPT = "chores";

export type Member = Pick<ExchangedKey, "user" | "apiKey">;

/** Who this device belongs to; undefined before anybody has said so. */
export function keptMember(): Member | undefined {
  try {
    const { user, apiKey } = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Member>;
    return typeof user === "string" && typeof apiKey === "string" ? { user, apiKey } : undefined;
  } catch {
    return undefined; // somebody else wrote it: they are asked again
  }
}

/** The key is forgotten; what was made here stays on the device, for when they come back. */
export function signOut(): void {
  localStorage.removeItem(KEPT);
  location.reload();
}

/** Asks who is there, until somebody is. */
export function askWho(app: HTMLElement): Promise<Member> {
  let resolve: (member: Member) => void = () => undefined;
  const promise = new Promise<Member>((found) => {
    resolve = found;
  });
  const problem = element("p", { role: "alert" });
  const choose = (person: Person) => {
    problem.textContent = "";
    signIn(person).then(resolve, () => {
      problem.textContent = "Signing in needs the network, this once. Try again.";
    });
  };
  app.replaceChildren(
    element("h1", {}, "Chores"),
    element("p", {}, "Who are you?"),
    element(
      "p",
      { className: "people" },
      ...PEOPLE.map((person) => button(`${person.name}, a ${person.role}`, () => choose(person))),
    ),
    problem,
  );
  return promise;
}

/** This login believes everybody: a real one would hand the code over some other way. */
async function signIn({ user, name }: Person): Promise<Member> {
  const answer = await fetch(`/setup?user=${encodeURIComponent(user)}`);
  if (!answer.ok) throw new Error(`No code for ${name}.`);
  const { apiKey } = await exchangeSetupCode(
    location.origin,
    await answer.text(),
    `${name}'s browser`,
  );
  const member = { user, apiKey };
  localStorage.setItem(KEPT, JSON.stringify(member));
  return member;
}
