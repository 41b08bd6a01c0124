// Fingerprints: whether a mutation that comes again is the same one.

import { hash } from "node:crypto";
import { canonicalJson, type Json, type Mutation } from "@syncline/core";

/** 16 hex digits of the SHA-256 of what the mutation says, whatever the order of its keys. */
export function fingerprint({ seen, changes }: Mutation): string {
  // A mutation came as JSON and was checked to be JSON.
  return hash("sha256", canonicalJson({ seen, changes } as unknown as Json), "hex").slice(0, 16);
}
