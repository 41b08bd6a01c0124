// What a run of mutation testing found, as the committed report says it.

import type { Area } from "./areas.ts";

/** Of Stryker's report (mutation-testing-report-schema) what is used here. */
export interface StrykerReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly StrykerMutant[] }>>;
}

interface StrykerMutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
}

export interface Survivor {
  /** Of the file, the line's text and the change: as long as the line stays, whatever moves above it. */
  readonly key: string;
  readonly line: number;
}

export interface AreaResult {
  readonly area: string;
  readonly goal: number;
  /** Of the lines; 1 is all. */
  readonly share: number;
  readonly seed: string;
  readonly killed: number;
  readonly survivors: readonly Survivor[];
}

const DEAD = new Set(["Killed", "Timeout"]);
const ALIVE = new Set(["Survived", "NoCoverage"]);

/** @param lineOf the text of a line of a file, counted from 1 */
export function readReport(
  area: Area,
  { share, seed }: { readonly share: number; readonly seed: string },
  report: StrykerReport,
  lineOf: (file: string, line: number) => string,
): AreaResult {
  let killed = 0;
  const survivors: Survivor[] = [];
  for (const [file, { mutants }] of Object.entries(report.files)) {
    for (const { status, mutatorName, replacement = "", location } of mutants) {
      if (DEAD.has(status)) killed++;
      if (!ALIVE.has(status)) continue;
      const { line } = location.start;
      const change = `${mutatorName} → ${replacement.replaceAll(/\s+/g, " ").slice(0, 60)}`;
      survivors.push({ key: `${file} | ${lineOf(file, line).trim()} | ${change}`, line });
    }
  }
  return { area: area.name, goal: area.goal, share, seed, killed, survivors };
}

/** Killed or explained, in per cent of all. */
export function scoreOf(result: AreaResult, explained: Readonly<Record<string, string>>): number {
  const alive = result.survivors.filter(({ key }) => explained[key] === undefined).length;
  const all = result.killed + result.survivors.length;
  return all === 0 ? 100 : ((all - alive) / all) * 100;
}

/** The page, from the results of all areas. */
export function reportPage(
  results: readonly AreaResult[],
  explained: Readonly<Record<string, string>>,
): string {
  const rows = results.map((result) => {
    const { area, goal, share, seed, killed, survivors } = result;
    const equivalent = survivors.filter(({ key }) => explained[key] !== undefined).length;
    const open = survivors.length - equivalent;
    const of = share === 1 ? "all" : `${Math.round(share * 100)} % (seed ${seed})`;
    return `| ${area} | ${of} | ${killed + survivors.length} | ${killed} | ${equivalent} | ${open} | ${scoreOf(result, explained).toFixed(1)} % | ${goal} % |`;
  });
  const lists = results.flatMap(({ area, survivors }) => {
    const open = survivors.filter(({ key }) => explained[key] === undefined);
    if (open.length === 0) return [];
    return [`\n## ${area}\n`, ...open.map(({ key, line }) => `- ${inline(key)} (line ${line})`)];
  });
  return `# Mutation testing

Small faults are planted one at a time, and the tests of their part are run: a fault that no test notices is a hole in
the tests. \`npm run test:mutants\` makes this page; \`-- --area engine --share 0.2 --seed 7\` runs one part on a seeded
sample of its lines. Sampled lines stand for the rest: of 300 mutants a score of 85 % is right to within 4.

| part | lines | mutants | killed | equivalent | survived | score | goal |
|---|---|---|---|---|---|---|---|
${rows.join("\n")}

Equivalent ones, each with its reason, are in \`equivalent.json\`. What survived:
${lists.join("\n")}
`;
}

function inline(text: string): string {
  return `\`${text.replaceAll("`", "'").replaceAll("|", "·")}\``;
}
