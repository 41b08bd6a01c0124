// What became of something that was done from a page.

import type { Acts } from "../state/use-act.ts";
import { Problem } from "./states.tsx";

export function Outcome({ acts }: { readonly acts: Pick<Acts, "said" | "problem"> }) {
  return (
    <>
      <p role="status" className={acts.said === "" ? "unseen" : "note note-done"}>
        {acts.said}
      </p>
      {acts.problem === undefined ? null : <Problem problem={acts.problem} />}
    </>
  );
}
