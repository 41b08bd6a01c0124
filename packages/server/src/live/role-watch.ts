// Looks whether those who follow shared spaces are still members: one question to the store for all of them.

import type { Engine } from "../engine/contract.ts";

export interface RoleWatchOptions {
  readonly engine: Pick<Engine, "roles">;
  failed(what: string, thrown: unknown): void;
}

export interface Watched {
  /** The same object for the same follower. */
  readonly key: object;
  readonly space: string;
  readonly userId: string;
  /** The role is another one than when it was last looked at, or it was not looked at before. */
  changed(): Promise<void>;
}

/** Makes the function that looks; while it does, it is not done again. */
export function createRoleWatch({
  engine,
  failed,
}: RoleWatchOptions): (watched: readonly Watched[]) => void {
  const seen = new WeakMap<object, string>();
  let looking = false;

  async function look(watched: readonly Watched[]): Promise<void> {
    const roles = await engine.roles(watched.map(({ space, userId }) => ({ space, userId })));
    for (const [index, { key, changed }] of watched.entries()) {
      const role = roles[index] ?? "none";
      if (seen.get(key) === role) continue;
      await changed();
      seen.set(key, role);
    }
  }

  return (watched) => {
    if (looking || watched.length === 0) return;
    looking = true;
    look(watched)
      .catch((thrown: unknown) => failed("checking who may follow", thrown))
      .finally(() => {
        looking = false;
      });
  };
}
