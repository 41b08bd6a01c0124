// What is to be decided now, with what is needed to decide it.

import { useEffect, useState } from "react";
import { useInbox, useQuery } from "../data/collections.ts";
import { useDevice } from "../data/device-context.ts";
import { type Decision, decisionsOf, type Look } from "./decision.ts";
import { lookUp } from "./look-up.ts";

interface Open {
  readonly decisions: readonly Decision[];
  readonly look: Look;
}

/** Undefined until the device was asked. */
export function useDecisions(): Open | undefined {
  const { client } = useDevice();
  const inbox = useInbox();
  // What is there now may change while the person thinks about it.
  const habits = useQuery("habits").rows;
  const [open, setOpen] = useState<Open>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: habits that changed are looked up anew
  useEffect(() => {
    let isCurrent = true;
    lookUp(client, inbox).then(
      (look) => {
        const decisions = decisionsOf(inbox, look).filter(
          ({ kind, differences }) => kind === "refused" || differences.length > 0,
        );
        if (isCurrent) setOpen({ decisions, look });
      },
      () => undefined, // the client is being closed
    );
    return () => {
      isCurrent = false;
    };
  }, [client, inbox, habits]);
  return open;
}
