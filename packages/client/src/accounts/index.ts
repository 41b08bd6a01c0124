// @syncline/client/accounts: the accounts that a Syncline server keeps, from the app: register, sign in, mails, devices,
// passkeys.

export {
  type AccountClient,
  createAccountClient,
  type Device,
  type MailPurpose,
  type Registered,
} from "./account-client.ts";
export type { Account, AccountClientOptions, Session, SignInOptions } from "./calls.ts";
export {
  createPasskeyClient,
  type Passkey,
  type PasskeyClient,
  PasskeyError,
} from "./passkey-client.ts";
