// Erasing people on a server that runs, for dialects whose own services ask for it.

import { type Audit, erasedName } from "../audit/audit.ts";
import type { TokenOptions } from "../auth/token-options.ts";
import { type EraseOptions, erasePerson } from "./erase-person.ts";
import { receiptKey, type SignedReceipt, signReceipt } from "./receipt.ts";

export interface EraserOptions extends Omit<EraseOptions, "keepName"> {
  readonly auth: TokenOptions;
  readonly audit: Audit;
  /** Says on all nodes that something about the user changed. */
  readonly tell: (userId: string) => void;
}

export function createEraser({
  auth,
  audit,
  tell,
  ...options
}: EraserOptions): (userId: string) => Promise<SignedReceipt> {
  return async (userId) => {
    const actor = { kind: "service", id: "erasure" } as const;
    const receipt = await audit.during({ actor, action: "erase", target: erasedName(userId) }, () =>
      erasePerson(userId, options),
    );
    tell(userId);
    return signReceipt(receipt, await receiptKey(auth, async () => options.store));
  };
}
