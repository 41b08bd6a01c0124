// The documentation as a site: what it is made of, in which order, and what is written beside the pages.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";

const REPOSITORY = "https://github.com/syncline/syncline";
const docs = fileURLToPath(new URL("../../", import.meta.url));

interface Group {
  readonly text: string;
  readonly pages: readonly (readonly [path: string, title: string])[];
}

/** Every page, in the order in which one reads: by its path below docs, without `.md`. */
const PAGES: readonly Group[] = [
  {
    text: "Start",
    pages: [
      ["start", "Start in five minutes"],
      ["concepts", "Concepts"],
      ["guide/testing", "Test your app"],
    ],
  },
  {
    text: "Tutorial: a board",
    pages: [
      ["tutorial/1-start", "1. Make the app"],
      ["tutorial/2-cards", "2. Columns and cards"],
      ["tutorial/3-share", "3. Share a board"],
      ["tutorial/4-conflict", "4. The same thing twice"],
      ["tutorial/5-deploy", "5. Put it on a server"],
    ],
  },
  {
    text: "Build",
    pages: [
      ["guide/client", "The client"],
      ["guide/browser", "In a browser"],
      ["guide/queries", "Queries"],
      ["guide/react", "React"],
      ["guide/frameworks", "Svelte, Vue, Solid"],
      ["guide/devices", "Refused, offline, restored"],
      ["guide/undo", "Undo"],
      ["guide/accounts", "Accounts"],
      ["guide/access-rules", "Access rules"],
      ["guide/sharing", "Sharing"],
      ["guide/server", "The server in your program"],
      ["guide/consumers", "Background work"],
      ["guide/devtools", "Devtools"],
      ["guide/recipes", "Recipes"],
    ],
  },
  {
    text: "Operate",
    pages: [
      ["operations", "Operations"],
      ["console", "The console"],
      ["configuration", "Configuration"],
      ["upgrading", "Upgrading"],
    ],
  },
  {
    text: "From another system",
    pages: [
      ["guide/from-kanso", "From Kanso"],
      ["guide/from-simple-sync", "From simple-sync"],
      ["guide/from-mana", "From mana"],
      ["guide/from-go-sync-kit", "From the Go Sync Kit"],
      ["guide/mana", "mana-sync"],
      ["guide/simple-sync", "simple-sync"],
      ["guide/kit", "The Go Sync Kit"],
    ],
  },
  {
    text: "Extend",
    pages: [
      ["guide/adapters", "Write your own adapter"],
      ["guide/protocol-parts", "Parts for a client of your own"],
      ["guide/kit-events", "The kit"],
    ],
  },
  {
    text: "Reference",
    pages: [
      ["protocol", "Protocol"],
      ["commands", "Commands"],
      ["errors", "Errors"],
    ],
  },
];
/** A sidebar of its own: there are many, and a group that folds has a button inside of a button. */
const API: Group = { text: "API reference", pages: referencePages() };

function sidebarOf(groups: readonly Group[]) {
  return groups.map(({ text, pages }) => ({
    text,
    items: pages.map(([link, title]) => ({ text: title, link: `/${link}` })),
  }));
}

/** What `npm run docs` has made of the doc comments: a page for each entry of a package. */
function referencePages(): Group["pages"] {
  const files = readdirSync(join(docs, "reference")).filter((name) => name !== "index.md");
  const pages = files.map((name): readonly [string, string] => {
    const text = readFileSync(join(docs, "reference", name), "utf8");
    return [`reference/${name.replace(/\.md$/, "")}`, text.slice(2, text.indexOf("\n"))];
  });
  pages.sort(([, a], [, b]) => a.localeCompare(b, "en"));
  return [["reference/index", "All packages"], ...pages];
}

/** A link to a file that is no page of the site leads into the repository. */
function outwards(href: string, page: string): string {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return href;
  const [path = "", anchor = ""] = href.split(/(?=#)/);
  const target = posix.join("docs", posix.dirname(page), path);
  const isPage =
    target.startsWith("docs/") && !target.startsWith("docs/decisions") && target.endsWith(".md");
  return isPage ? href : `${REPOSITORY}/blob/main/${target}${anchor}`;
}

interface Token {
  readonly type: string;
  readonly content: string;
  tag: string;
  hidden: boolean;
}

/** A head without a word is none, and a cell of it without one is no head of anything: readers aloud would announce it. */
function plainHeads(tokens: Token[]): void {
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]?.type !== "thead_open") continue;
    const end = tokens.findIndex(({ type }, at) => at > i && type === "thead_close");
    const head = tokens.slice(i, end + 1);
    if (head.every(({ content }) => content === "")) tokens.splice(i, head.length);
    else
      for (const [at, token] of head.entries())
        if (token.type === "th_open" && head[at + 1]?.content === "") {
          token.tag = "td";
          const close = head[at + 2];
          if (close !== undefined) close.tag = "td";
        }
  }
}

export default defineConfig({
  title: "Syncline",
  description: "A sync engine for offline-first TypeScript apps, with a server that you own.",
  lang: "en",
  srcDir: "..",
  srcExclude: ["site/**", "dist/**", "decisions/**"],
  outDir: "../dist",
  cacheDir: "../../node_modules/.cache/vitepress",
  cleanUrls: false,
  lastUpdated: false,
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config(md) {
      md.core.ruler.push("plain-table-heads", ({ tokens }) => plainHeads(tokens));
      const render =
        md.renderer.rules.link_open ??
        ((tokens, i, options, _env, self) => self.renderToken(tokens, i, options));
      md.renderer.rules.link_open = (tokens, i, options, env, self) => {
        const href = tokens[i]?.attrGet("href");
        if (href !== null && href !== undefined)
          tokens[i]?.attrSet("href", outwards(href, env.relativePath ?? ""));
        return render(tokens, i, options, env, self);
      };
    },
  },
  themeConfig: {
    nav: [
      { text: "Start", link: "/start" },
      { text: "Guides", link: "/guide/client" },
      { text: "Operate", link: "/operations" },
      { text: "Protocol", link: "/protocol" },
      { text: "API", link: "/reference/index" },
    ],
    sidebar: { "/reference/": sidebarOf([API]), "/": sidebarOf(PAGES) },
    outline: { level: [2, 3] },
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: REPOSITORY }],
    notFound: { linkLabel: "Take me home" },
    footer: { message: "Apache-2.0" },
  },
  /** For programs that read: a list of the pages, and all of their text. */
  buildEnd({ outDir }) {
    const pages = [...PAGES, API].flatMap(({ pages }) => pages);
    const list = pages.map(([path, title]) => `- [${title}](/${path}.html)`).join("\n");
    const head =
      "# Syncline\n\n> A sync engine for offline-first TypeScript apps, with a server that you own.\n";
    writeFileSync(join(outDir, "llms.txt"), `${head}\n${list}\n`);
    const texts = pages.map(([path]) => readFileSync(join(docs, `${path}.md`), "utf8"));
    writeFileSync(join(outDir, "llms-full.txt"), `${head}\n${texts.join("\n\n")}`);
  },
});
