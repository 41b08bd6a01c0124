// What an option of the server is declared with.

export type OptionKind = "text" | "number" | "boolean" | "list" | "choice";

/** What a text, or each part of a list, must look like. */
export type OptionFormat =
  | "http"
  | "nats"
  | "network"
  | "origin"
  | "postgres"
  | "redis"
  | "schema"
  | "smtp";

export interface OptionSpec {
  readonly kind: OptionKind;
  readonly description: string;
  readonly default: string | number | boolean | readonly string[] | undefined;
  readonly env: string;
  readonly flag: string;
  /** Variables of other systems that say the same, by the dialect that must be spoken for them to count. */
  readonly dialectEnv?: { readonly [dialect: string]: string };
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly format?: OptionFormat;
  /** Never printed, and may be read from a file: the variable with `_FILE` behind it, the flag with `-file`. */
  readonly secret?: true;
}
