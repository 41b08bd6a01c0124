// npm run bench: runs the scenarios and writes RESULTS.md and results.json. `npm run bench -- push` runs one.

import { writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import type { Figure } from "./measure.ts";
import { accessRulesScenario } from "./scenarios/access-rules.ts";
import { aggregatesScenario } from "./scenarios/aggregates.ts";
import { attacksScenario } from "./scenarios/attacks.ts";
import { backlogScenario } from "./scenarios/backlog.ts";
import { deltaScenario } from "./scenarios/delta.ts";
import { firstSyncScenario } from "./scenarios/first-sync.ts";
import { importsScenario } from "./scenarios/imports.ts";
import { kansoScenario } from "./scenarios/kanso.ts";
import { kansoWebScenario } from "./scenarios/kanso-web.ts";
import { kitScenario } from "./scenarios/kit.ts";
import { liveScenario } from "./scenarios/live.ts";
import { liveQueryScenario } from "./scenarios/live-query.ts";
import { localScenario } from "./scenarios/local.ts";
import { localWebScenario } from "./scenarios/local-web.ts";
import { manaScenario } from "./scenarios/mana.ts";
import { manySpacesScenario } from "./scenarios/many-spaces.ts";
import { postgresScenario } from "./scenarios/postgres.ts";
import { pushScenario } from "./scenarios/push.ts";
import { searchScenario } from "./scenarios/search.ts";
import { simpleSyncScenario } from "./scenarios/simple-sync.ts";

const SCENARIOS: { readonly [name: string]: () => Promise<Figure[]> } = {
  push: pushScenario,
  "first-sync": firstSyncScenario,
  backlog: backlogScenario,
  delta: deltaScenario,
  "access-rules": accessRulesScenario,
  "simple-sync": simpleSyncScenario,
  postgres: postgresScenario,
  "many-spaces": manySpacesScenario,
  live: liveScenario,
  "live-query": liveQueryScenario,
  aggregates: aggregatesScenario,
  local: localScenario,
  search: searchScenario,
  "local-web": localWebScenario,
  attacks: attacksScenario,
  mana: manaScenario,
  imports: importsScenario,
  kit: kitScenario,
  kanso: kansoScenario,
  "kanso-web": kansoWebScenario,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(SCENARIOS, name));
if (unknown.length > 0) {
  console.error(
    `There is no scenario ${unknown.join(", ")}. There are: ${Object.keys(SCENARIOS).join(", ")}.`,
  );
  process.exit(2);
}

const figures: Figure[] = [];
for (const [name, scenario] of Object.entries(SCENARIOS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`${name} …`);
  for (const figure of await scenario()) {
    figures.push(figure);
    console.log(
      `  ${verdict(figure)} ${figure.id}: ${figure.value} ${figure.unit} (${figure.note})`,
    );
  }
}

if (wanted.length === 0) {
  const here = new URL("./", import.meta.url);
  const rows = figures.map(({ id, value, unit, target, better }) => ({
    id,
    value,
    unit,
    target,
    better,
  }));
  await writeFile(new URL("results.json", here), `${JSON.stringify(rows, null, 2)}\n`);
  await writeFile(new URL("RESULTS.md", here), report(figures));
  console.log("written to bench/RESULTS.md and bench/results.json");
}

function verdict({ value, target, better }: Figure): string {
  if (target === null) return " ";
  return (better === "higher" ? value >= target : value <= target) ? "✓" : "✗";
}

function report(all: readonly Figure[]): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, SQLite ${process.versions["sqlite"] ?? "unknown"}`;
  const lines = all.map((figure) => {
    const target =
      figure.target === null
        ? ""
        : `${figure.better === "higher" ? "≥" : "≤"} ${figure.target} ${verdict(figure)}`;
    return `| \`${figure.id}\` | ${figure.title} | ${figure.value} ${figure.unit} | ${target} | ${figure.note} |`;
  });
  return [
    "# Results",
    "",
    `Machine: ${machine}. Taken on ${new Date().toISOString().slice(0, 10)} by \`npm run bench\`.`,
    "Ratios are medians of pairs taken in turn; in brackets the smallest and the greatest.",
    "",
    "| id | what | value | target | spread and absolute figures |",
    "|---|---|---|---|---|",
    ...lines,
    "",
  ].join("\n");
}
