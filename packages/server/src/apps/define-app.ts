// defineApp: checks an app definition once, where it is written.

import { isId, POLICIES, policyByName, SynclineError } from "@syncline/core";
import type { AppDefinition, CollectionDefinition, RulesOfApp, SharingOfApp } from "./app.ts";

/**
 * Declares an app.
 * @throws {SynclineError} `config` with the path of what is wrong
 */
export function defineApp<const App extends AppDefinition>(app: App): App {
  checkApp(app);
  return app;
}

/** Says what is wrong with a value, whose place is `path`; does nothing where it is right. */
type Check = (value: unknown, path: string) => void;
type Checks<Of> = { readonly [name in keyof Required<Of>]: Check };

const RULES: Checks<RulesOfApp> = { always: boolean, reads: boolean, about: aFunction };

const COLLECTION: Checks<CollectionDefinition> = { schema, policy, numbered: boolean };

const SHARING: Checks<SharingOfApp> = {
  invite: (value, path) =>
    typeof value === "function" || oneOf("reader", "writer", "owner")(value, path),
  seeMembers: oneOf("members", "owners"),
};

const APP: Checks<AppDefinition> = {
  name(value, path) {
    if (typeof value !== "string" || !isId(value))
      refuse(path, "An app's name is 1–128 characters of A-Z a-z 0-9 _ . : -");
    if (value.startsWith(".")) refuse(path, "A name that begins with a dot is the server's own");
    if (value === "admin") refuse(path, "The name admin is the server's own: /v1/admin");
  },
  version: wholeNumber,
  minimumVersion: wholeNumber,
  collections(value, path) {
    for (const [name, collection] of Object.entries(object(value, path))) {
      const at = `${path}.${name}`;
      if (!isId(name)) refuse(at, "A collection's name is 1–128 characters of A-Z a-z 0-9 _ . : -");
      const { numbered, policy } = check(collection, at, COLLECTION);
      if (numbered === true && policy !== "log" && policy !== POLICIES.log)
        refuse(
          `${at}.numbered`,
          "Only records of the policy log are numbered: others are written more than once",
        );
    }
  },
  everyone: oneOf("reader", "writer", "owner"),
  rules: (value, path) => check(value, path, RULES),
  createSpaces: oneOf("anyone", "nobody"),
  sharing: (value, path) => check(value, path, SHARING),
  authorize: aFunction,
  validate: aFunction,
  afterCommit: aFunction,
};

function checkApp(app: unknown): void {
  const { name, collections, version, minimumVersion } = check(app, "", APP);
  APP.name(name, "name");
  APP.collections(collections, "collections");
  if (typeof minimumVersion === "number" && typeof version === "number" && minimumVersion > version)
    refuse("minimumVersion", "It is above the app's own version");
}

/** An object with no other members than those that have a check, each of which is right. */
function check<Of>(
  value: unknown,
  path: string,
  checks: Checks<Of>,
): { readonly [name: string]: unknown } {
  const members = object(value, path);
  for (const [name, member] of Object.entries(members)) {
    const at = path === "" ? name : `${path}.${name}`;
    if (!Object.hasOwn(checks, name))
      refuse(at, `There is no such member: these are ${Object.keys(checks).join(", ")}`);
    if (member !== undefined) (checks as { [name: string]: Check })[name]?.(member, at); // it has one
  }
  return members;
}

function object(value: unknown, path: string): { readonly [name: string]: unknown } {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as { readonly [name: string]: unknown }; // whose members are looked at one by one
  return refuse(path, "This is no object with members by name");
}

function policy(value: unknown, path: string): void {
  if (typeof value === "string") {
    if (policyByName(value) === undefined) refuse(path, `There is no merge policy "${value}"`);
    return;
  }
  const { name, merge } = object(value, path);
  if (typeof name !== "string" || typeof merge !== "function")
    refuse(path, "A policy has a name and a function `merge`");
  const own = policyByName(name);
  if (own !== undefined && own !== value) refuse(path, `"${name}" is a policy of Syncline's own`);
}

function schema(value: unknown, path: string): void {
  // A schema may be a function that has this member, as those of some libraries are.
  const standard =
    (typeof value === "object" || typeof value === "function") && value !== null
      ? (value as { readonly "~standard"?: { readonly validate?: unknown } })["~standard"] // looked at, whatever it is
      : undefined;
  if (typeof standard?.validate !== "function")
    refuse(path, "This is no schema of a library that speaks Standard Schema");
}

function boolean(value: unknown, path: string): void {
  if (typeof value !== "boolean") refuse(path, "This is true or false");
}

function aFunction(value: unknown, path: string): void {
  if (typeof value !== "function") refuse(path, "This is a function");
}

function wholeNumber(value: unknown, path: string): void {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    refuse(path, "This is a whole number");
}

function oneOf(...names: readonly string[]): Check {
  return (value, path) => {
    if (!names.some((name) => name === value)) refuse(path, `This is one of ${names.join(", ")}`);
  };
}

function refuse(path: string, what: string): never {
  throw new SynclineError("config", `${what}.`, path === "" ? {} : { path });
}
