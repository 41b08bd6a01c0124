// The parts of the house whose tests are tested by mutation, with the share of mutants that their tests must kill.

export interface Area {
  readonly name: string;
  /** Folders whose sources are mutated. */
  readonly sources: readonly string[];
  /** Test files that may kill them. */
  readonly tests: readonly string[];
  /** In per cent. */
  readonly goal: number;
}

function area(
  name: string,
  folder: string,
  goal: number,
  tests = [`${folder}/**/*.test.ts`],
): Area {
  return { name, sources: [folder], tests, goal };
}

const SERVER = "packages/server/src";
const CLIENT = "packages/client/src";

/** What is proven through the client's whole face has its tests beside the client, not beside the part. */
const CLIENT_TESTS = [
  `${CLIENT}/{sync,outbox,store,transport,tabs,query,undo}/**/*.test.ts`,
  `${CLIENT}/*.test.ts`,
  "tests/peers.test.ts",
];

export const AREAS: readonly Area[] = [
  area("core", "packages/core/src", 90),
  area("engine", `${SERVER}/engine`, 90),
  area("store", `${SERVER}/store`, 90),
  area("live", `${SERVER}/live`, 80),
  area("http", `${SERVER}/http`, 80),
  area("front", `${SERVER}/front`, 80),
  area("auth", `${SERVER}/auth`, 80),
  area("sync", `${CLIENT}/sync`, 90, CLIENT_TESTS),
  area("outbox", `${CLIENT}/outbox`, 90, CLIENT_TESTS),
  area("client store", `${CLIENT}/store`, 90, CLIENT_TESTS),
  area("transport", `${CLIENT}/transport`, 80, CLIENT_TESTS),
  area("kit", "packages/kit/src/sync", 80, [
    "packages/kit/src/{sync,stores,versions,event}/**/*.test.ts",
  ]),
];
