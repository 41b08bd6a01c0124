// Who is signed in sees the pages; everybody else is asked for a key.

import { useEffect, useState } from "react";
import { ApiError } from "./api/client.ts";
import { keptKey, SessionProvider, useDoor } from "./api/session.tsx";
import { Shell } from "./frame/shell.tsx";
import { SignIn } from "./frame/sign-in.tsx";
import { Loading } from "./ui/states.tsx";

export function App() {
  const door = useDoor();
  const [isOpening, setOpening] = useState(keptKey() !== undefined);
  const [problem, setProblem] = useState<ApiError>();

  // The key of this tab is looked for once.
  useEffect(() => {
    const text = keptKey();
    if (text === undefined) return;
    door
      .signIn(text)
      .catch((thrown: unknown) => {
        if (thrown instanceof ApiError) setProblem(thrown);
        else throw thrown;
      })
      .finally(() => setOpening(false));
  }, []);

  if (door.session !== undefined)
    return (
      <SessionProvider value={door.session}>
        <Shell />
      </SessionProvider>
    );
  if (isOpening)
    return (
      <main className="door">
        <h1>Console</h1>
        <Loading what="what your key may do" />
      </main>
    );
  return <SignIn door={door} refused={problem} />;
}
