// A user by the id, which leads to the user's page where the key may see it.

import { useSession } from "../api/session.tsx";
import { linkTo } from "../frame/address.ts";

export function Person({ userId }: { readonly userId: string }) {
  const { mayRead } = useSession();
  if (!mayRead("users")) return <code>{userId}</code>;
  return (
    <a href={linkTo("people", userId)}>
      <code>{userId}</code>
    </a>
  );
}
