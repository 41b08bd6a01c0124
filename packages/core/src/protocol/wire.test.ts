// The wire is locked: a change of the schemas must be meant, and a breaking one needs another version.

import { expect, it } from "vitest";
import { hash64 } from "../digest/hash.ts";
import * as protocol from "./index.ts";

it("has not changed since version 1 was fixed", () => {
  const schemas = Object.entries(protocol).filter(([name]) => name.endsWith("Schema"));
  const text = JSON.stringify(schemas.sort(([a], [b]) => (a < b ? -1 : 1)));
  const hash = hash64(text);
  // If you meant it: a change that old clients or servers do not understand needs a new version in
  // version.ts. Then put the new hash here, and say in CHANGELOG.md what changed.
  expect(hash).toMatchInlineSnapshot(`"844a8f43af8d51c5"`);
  expect(protocol.PROTOCOL_VERSIONS).toEqual([1]);
});
