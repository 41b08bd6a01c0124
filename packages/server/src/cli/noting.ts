// What an operator does by commands, in the audit: under the name that the operating system knows.

import { userInfo } from "node:os";
import { isSynclineError } from "@syncline/core";
import { type Act, type Actor, type Audit, createAudit } from "../audit/audit.ts";
import type { Store } from "../store/port.ts";
import { OlderSchema } from "../store/schema.ts";
import type { CommandInput } from "./command.ts";
import { openStore } from "./open.ts";

/** Who runs this command. */
export function operator(): Actor {
  try {
    return { kind: "operator", id: userInfo().username };
  } catch {
    // A container's user need not have a name.
    return { kind: "operator", id: `uid ${process.getuid?.() ?? "unknown"}` };
  }
}

/** The audit of a store that a command has open for writing. */
export function auditOf(store: Pick<Store, "audit">): Audit {
  return createAudit(store.audit, () => Date.now());
}

/** Notes that an operator begins with something. */
export async function note(store: Pick<Store, "audit">, act: Omit<Act, "actor">): Promise<void> {
  await auditOf(store).note({ ...act, actor: operator() });
}

/** Does what an operator asks for, once it is noted. */
export async function noted<Result>(
  store: Pick<Store, "audit">,
  act: Omit<Act, "actor">,
  work: () => Promise<Result>,
): Promise<Result> {
  return await auditOf(store).during({ ...act, actor: operator() }, work);
}

/** The audit of a command that only reads otherwise. */
export function readingAudit(input: CommandInput): Audit {
  return {
    note: ({ actor: _actor, ...act }) => noteReading(input, act),
    async during({ actor: _actor, ...act }, work) {
      await noteReading(input, act);
      return await work();
    },
  };
}

/**
 * Notes that an operator reads. A database that cannot be written now is read nevertheless, to save what there is, and the
 * command says that nobody took note; one from before there was an audit has no place for it.
 */
export async function noteReading(input: CommandInput, act: Omit<Act, "actor">): Promise<void> {
  try {
    await using store = await openStore(input, "write");
    await note(store, act);
  } catch (thrown) {
    if (thrown instanceof OlderSchema) return;
    if (!isSynclineError(thrown)) throw thrown;
    input.terminal.stderr.write(`Not noted in the audit: ${thrown.code}: ${thrown.message}\n`);
  }
}
