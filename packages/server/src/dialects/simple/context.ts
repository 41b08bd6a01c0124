// What every part of this dialect works with.

import type { SpaceAddress } from "@syncline/core";
import type { Principal } from "../../auth/principal.ts";
import type { Admitted } from "../../engine/contract.ts";
import type { DialectContext } from "../port.ts";
import type { Timeline } from "./timeline.ts";

/** Who signs in with name and password, in the older form. */
export interface LegacyUser {
  readonly userUuid: string;
  readonly isAdmin?: boolean;
}

export interface SimpleOptions {
  /** The app's name on the native protocol; `simple` where left out. */
  readonly app?: string;
  /** The space's name there; `main` where left out. */
  readonly space?: string;
  /** The older form: tokens for name and password. It is not served where left out. */
  readonly legacy?: {
    /** At least 32 characters. */
    readonly secret: string;
    /**
     * Who it is; undefined when name and password do not belong together. Where left out, those are let in whom the
     * server knows: `syncline users add`.
     */
    signIn?(username: string, password: string): Promise<LegacyUser | undefined>;
  };
  /** Told the key of `.root`, once: when this server meets a database without that user. */
  onRootKey?(key: string): void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface SimpleContext extends DialectContext {
  readonly options: SimpleOptions;
  readonly address: SpaceAddress;
  readonly timeline: Timeline;
  now(): number;
  /** The space, for a caller. */
  admit(principal: Principal, access: "read" | "write"): Promise<Admitted>;
}
