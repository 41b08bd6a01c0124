// The apps that users were seen to use on this node, so that their sockets follow them.

const MAX_USERS = 20_000;
const MAX_APPS = 256;

export interface KnownApps {
  add(userId: string, appId: string): void;
  of(userId: string): readonly string[];
}

export function createKnownApps(): KnownApps {
  const users = new Map<string, Set<string>>();
  return {
    add(userId, appId) {
      const apps = users.get(userId) ?? new Set();
      users.delete(userId);
      users.set(userId, apps);
      if (apps.size < MAX_APPS) apps.add(appId);
      const [oldest] = users.keys();
      if (users.size > MAX_USERS && oldest !== undefined) users.delete(oldest);
    },
    of: (userId) => [...(users.get(userId) ?? [])],
  };
}
