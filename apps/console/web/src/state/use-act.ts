// Something that is done from a page: it goes on, was done and is said, or was refused.

import { useCallback, useState } from "react";
import type { ApiError } from "../api/client.ts";
import { problemOf } from "./use-answer.ts";

export interface Acts {
  readonly isBusy: boolean;
  readonly problem: ApiError | undefined;
  /** What was done last. */
  readonly said: string;
  /** Runs it; what it gives is said. */
  act(work: () => Promise<string>): Promise<void>;
  say(text: string): void;
}

export function useAct(): Acts {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiError>();
  const [said, setSaid] = useState("");
  const say = useCallback((text: string) => {
    setSaid(text);
    setProblem(undefined);
  }, []);
  const act = useCallback(
    async (work: () => Promise<string>) => {
      setBusy(true);
      try {
        say(await work());
      } catch (thrown) {
        setSaid("");
        setProblem(problemOf(thrown));
      }
      setBusy(false);
    },
    [say],
  );
  return { isBusy, problem, said, act, say };
}
