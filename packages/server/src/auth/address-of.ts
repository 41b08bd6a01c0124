// Which e-mail address a caller has, for what is meant for an address.

import type { Principal } from "./principal.ts";

/** The e-mail address of a caller's account; undefined: none is known. */
export type AddressOf = (principal: Principal) => Promise<string | undefined>;
