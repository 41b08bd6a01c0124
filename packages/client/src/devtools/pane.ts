// What a pane of the panel is.

import type { Client, Definitions, LocalStore } from "../index.ts";
import type { Child } from "./dom.ts";
import type { Devtools } from "./instrument.ts";

export interface PaneContext {
  readonly client: Client<Definitions>;
  readonly devtools: Devtools;
  readonly store: LocalStore;
  /** What a pane remembers between renderings. */
  readonly memory: Map<string, string>;
  render(): void;
}

export interface Pane {
  readonly name: string;
  /** What changes by itself is shown anew; panes that are read or typed in wait for a button. */
  readonly live: boolean;
  render(context: PaneContext): Promise<readonly (Child | readonly Child[])[]>;
}
