// API keys: who may call this server without a token of an identity provider.

export { allKeys } from "./all-keys.ts";
export type { ForeignUser } from "./foreign-keys.ts";
export {
  createKeyStore,
  type KeyInfo,
  type KeyStore,
  type NewKeyOptions,
} from "./key-store.ts";
export { hashOf } from "./secrets.ts";
export { uuid7 } from "./uuid7.ts";
export { withKeys } from "./verify-key.ts";
