// Codes of invitations: nobody can guess one, and who reads the database cannot use one. Their hashes, and those of
// e-mail addresses, are sealed with a secret of the installation, so that a list of addresses cannot be tried on them.

import type { SettingStore } from "../store/port.ts";
import type { EngineEnvironment } from "./environment.ts";

export interface InvitationCodesOptions {
  readonly settings: SettingStore;
  readonly environment: EngineEnvironment;
}

export interface InvitationCodes {
  fresh(): string;
  hash(text: string): Promise<string>;
}

const SETTING = "invitation-key";
/** Of a secret, beside the 96 bits of an id. */
const SECRET_DIGITS = 32;

export function createInvitationCodes({
  settings,
  environment,
}: InvitationCodesOptions): InvitationCodes {
  let key: Promise<string> | undefined;

  async function read(): Promise<string> {
    const held = await settings.read(SETTING);
    if (held !== undefined) return held;
    const fresh = environment.secret();
    if (await settings.replace(SETTING, undefined, fresh)) return fresh;
    return (await settings.read(SETTING)) ?? fresh;
  }

  return {
    fresh: () => environment.randomId() + environment.secret().slice(0, SECRET_DIGITS),
    async hash(text) {
      key ??= read();
      try {
        const [high, low] = environment.mac(await key, text);
        return `${high.toString(16)}-${low.toString(16)}`;
      } catch (thrown) {
        key = undefined; // the store was away: the next one asks again
        throw thrown;
      }
    },
  };
}
