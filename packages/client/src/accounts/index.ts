// @syncline/client/accounts: the accounts that a Syncline server keeps, from the app: register, sign in, mails, devices.

export {
  type Account,
  type AccountClient,
  type AccountClientOptions,
  createAccountClient,
  type Device,
  type MailPurpose,
  type Registered,
  type Session,
  type SignInOptions,
} from "./account-client.ts";
