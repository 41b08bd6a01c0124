// The reference's pages, one for each entry of a package, made of its public API. `npm run docs` writes them.

import type { Doc, Entry, Export, ExportKind, Member } from "./public-api.ts";

const HEADS: Readonly<Record<ExportKind, string>> = {
  function: "Functions",
  class: "Classes",
  constant: "Constants",
  type: "Types",
};
const REPOSITORY = "https://github.com/syncline/syncline/blob/main";

export interface ReferencePage {
  /** `client-react`, below docs/reference, without `.md`. */
  readonly path: string;
  readonly text: string;
}

/** Where each thing is described, by its place in the sources. */
type Homes = ReadonlyMap<string, { readonly entry: Entry; readonly name: string }>;

/** One page for each entry, and their list, `index`. */
export function referencePages(entries: readonly Entry[]): ReferencePage[] {
  const homes = homesOf(entries);
  const list = entries.map(
    (entry) => `- [\`${entry.name}\`](${pathOf(entry)}.md): ${asMarkdown(entry.about)}`,
  );
  const index = [
    "# API reference",
    "",
    "Everything that the packages export, by what you import. Made of the doc comments in the sources.",
    "",
    ...list,
    "",
  ];
  return [
    { path: "index", text: index.join("\n") },
    ...entries.map((entry) => ({ path: pathOf(entry), text: pageOf(entry, homes) })),
  ];
}

/** In an entry of its own package, the first one that has it; else in the first of any. */
function homesOf(entries: readonly Entry[]): Homes {
  const homes = new Map<string, { readonly entry: Entry; readonly name: string }>();
  for (const isOwn of [true, false])
    for (const entry of entries)
      for (const { name, place } of entry.exports) {
        const [, folder = ""] = /^packages\/([^/]+)/.exec(place) ?? [];
        if (isOwn && !entry.name.split("/").includes(folder)) continue;
        if (!homes.has(place)) homes.set(place, { entry, name });
      }
  return homes;
}

function linkTo(name: string, place: string, from: Entry, homes: Homes): string[] {
  const home = homes.get(place);
  if (home === undefined) return [];
  const page = home.entry === from ? "" : `${pathOf(home.entry)}.md`;
  return [`[\`${name}\`](${page}#${home.name})`];
}

function pathOf({ name }: Entry): string {
  return name.replace("@syncline/", "").replaceAll("/", "-");
}

function pageOf(entry: Entry, homes: Homes): string {
  const own = entry.exports.filter(({ place }) => homes.get(place)?.entry === entry);
  const others = entry.exports.filter(({ place }) => homes.get(place)?.entry !== entry);
  // The kinds are all of the record's keys.
  const kinds = Object.keys(HEADS) as ExportKind[];
  const parts = kinds.flatMap((kind) => {
    const those = own.filter((one) => one.kind === kind);
    if (those.length === 0) return [];
    return [`## ${HEADS[kind]}`, ...those.map((one) => exportText(one, entry, homes))];
  });
  if (others.length > 0) {
    const links = others.flatMap(({ name, place }) => linkTo(name, place, entry, homes));
    parts.push("## Also exported", links.join(", "));
  }
  return `${[`# ${entry.name}`, asMarkdown(entry.about), ...parts].join("\n\n")}\n`;
}

function exportText(one: Export, entry: Entry, homes: Homes): string {
  const others = one.uses.filter(({ place }) => place !== one.place);
  const links = others.flatMap(({ name, place }) => linkTo(name, place, entry, homes));
  return [
    `### ${one.name} {#${one.name}}`,
    `\`\`\`typescript\n${one.signatures.join("\n")}\n\`\`\``,
    ...docText(one.doc, ""),
    one.members.map((member) => memberText(member, "")).join("\n"),
    links.length === 0 ? "" : `See ${links.join(", ")}.`,
    `<small>[Source](${REPOSITORY}/${one.place.replace(":", "#L")})</small>`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function memberText({ name, type, doc, members }: Member, indent: string): string {
  const text = `${name === "()" ? "" : name}${type}`.replaceAll(/\s*\n\s*/g, " ");
  const code = text.replaceAll("( ", "(").replaceAll(", )", ")");
  // A type may have backticks of its own.
  const quoted = code.includes("`") ? `\`\` ${code} \`\`` : `\`${code}\``;
  const inner = `${indent}  `;
  const texts = docText(doc, inner).map((text) => `\n${text}`);
  const nested = members.map((member) => memberText(member, inner));
  return [`${indent}- ${quoted}`, ...texts, ...nested].join("\n");
}

function docText({ text, tags }: Doc, indent: string): string[] {
  const lines = tags.map(({ tag, name, text: said }) => {
    const about = said.replace(/^\{(\w+)\}\s*/, "`$1`: ").replace(/: $/, "");
    const head = tag === "param" ? `\`${name}\`:` : tag === "returns" ? "Gives" : "Throws";
    return `- ${head} ${about.replaceAll(/\s*\n\s*/g, " ")}`;
  });
  return [text, lines.join("\n")]
    .filter((part) => part !== "")
    .map((part) => asMarkdown(part).replace(/^(?=.)/gm, indent));
}

/** Comments are Markdown; but what looks like HTML, or like an expression of a template, is meant as it is written. */
function asMarkdown(text: string): string {
  return text
    .split(/(```[\s\S]*?```|`[^`]*`)/)
    .map((part, i) => {
      if (i % 2 === 1) return part.replace(/^```tsx?$/m, "```typescript");
      return part.replaceAll("<", "&lt;").replaceAll("{{", "&#123;&#123;");
    })
    .join("");
}
