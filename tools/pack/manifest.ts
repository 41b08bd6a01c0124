// A package.json as it is published: without what only the repository needs, with what only strangers need.

/** The parts of a package.json that are looked at here; the others pass. */
export interface Manifest {
  readonly name: string;
  readonly files?: readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly repository?: string;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly private?: boolean;
}

/** The condition under which the repository runs sources. */
export const SOURCE_CONDITION = "syncline-source";
/** What `src/cli/bin.ts` looks for, too. */
const NODE = ">=22.18";

export interface Publication {
  /** The package.json of the repository, which says where the repository is. */
  readonly workspace: Manifest;
  /** The package's folder in the repository. */
  readonly directory: string;
}

/** The repository's home, as the workspace's package.json says it. */
export function repositoryHome({ repository }: Manifest): string {
  if (repository === undefined) throw new Error("The workspace's package.json has no repository.");
  return repository;
}

export function publishedManifest(
  manifest: Manifest,
  { workspace, directory }: Publication,
): object {
  const home = repositoryHome(workspace);
  const { private: _private, devDependencies: _own, ...rest } = manifest;
  return {
    ...rest,
    repository: { type: "git", url: `git+${home}.git`, directory },
    homepage: `${home}/tree/main/${directory}#readme`,
    bugs: { url: `${home}/issues` },
    engines: { node: NODE },
    exports: Object.fromEntries(
      Object.entries(manifest.exports ?? {}).map(([path, target]) => [path, withoutSource(target)]),
    ),
  };
}

function withoutSource(target: string | Readonly<Record<string, string>>): unknown {
  if (typeof target === "string") return target;
  const { [SOURCE_CONDITION]: _source, ...published } = target;
  return published;
}
