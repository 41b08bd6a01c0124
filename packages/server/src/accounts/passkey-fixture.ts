// What tests of passkeys share: the calls of an app that uses them, over HTTP.

import type { Lies, TestAuthenticator } from "../testing/authenticator.ts";
import type { CreationOptions, RequestOptions } from "./passkeys.ts";

export const PASSWORD = "orange-kite-42";

export interface Session {
  readonly userId: string;
  readonly email: string;
  readonly token: string;
  readonly password?: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: { readonly [name: string]: unknown };
}

/** The calls that an app makes of a server. */
export function passkeyCalls(url: string) {
  async function ask(method: string, path: string, body?: object, token?: string): Promise<Answer> {
    const answer = await fetch(`${url}/accounts/${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: (text === "" ? {} : JSON.parse(text)) as Answer["body"],
    };
  }
  async function startAdding({ token, password }: Session): Promise<CreationOptions> {
    const body = password === undefined ? {} : { password };
    const answer = await ask("POST", "passkeys/start", body, token);
    if (answer.status !== 200) throw Object.assign(new Error("not begun"), { answer });
    return answer.body["options"] as CreationOptions; // as the library made them
  }
  async function startSignIn(): Promise<RequestOptions> {
    const { body } = await ask("POST", "passkeys/sign-in/start");
    return body["options"] as RequestOptions; // as the library made them
  }
  return {
    ask,
    startAdding,
    startSignIn,
    /** Registers somebody, and signs in. */
    async person(name: string): Promise<Session> {
      const email = `${name}@example.org`;
      await ask("POST", "register", { email, password: PASSWORD });
      const { body } = await ask("POST", "login", { email, password: PASSWORD });
      const { userId } = body["account"] as Session;
      return { userId, email, token: String(body["token"]), password: PASSWORD };
    },
    /** Adds a passkey of a device. @returns the last answer */
    async add(
      person: Session,
      device: TestAuthenticator,
      more: object = {},
      lies: Lies = {},
    ): Promise<Answer> {
      const body = person.password === undefined ? {} : { password: person.password };
      const begun = await ask("POST", "passkeys/start", body, person.token);
      if (begun.status !== 200) return begun;
      const credential = device.create(begun.body["options"] as CreationOptions, lies);
      return await ask("POST", "passkeys", { credential, ...more }, person.token);
    },
    /** Signs in with a device. @returns the last answer */
    async signIn(device: TestAuthenticator, more: object = {}, lies: Lies = {}): Promise<Answer> {
      const credential = device.get(await startSignIn(), lies);
      return await ask("POST", "passkeys/sign-in", { credential, ...more });
    },
  };
}
