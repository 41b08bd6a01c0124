// What the packages give to apps: every export of every entry, with its signature, its doc comment and its members.
// Read from the sources by the compiler's own API: the check of mentions and the reference's pages are made of it.

import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  getTextOfJSDocComment,
  isBindingElement,
  isBlock,
  isClassDeclaration,
  isExpressionWithTypeArguments,
  isFunctionDeclaration,
  isInterfaceDeclaration,
  isTypeAliasDeclaration,
  isTypeLiteralNode,
  isTypeReferenceNode,
  isVariableDeclaration,
  type Node,
} from "typescript/unstable/ast";
import {
  API,
  type Checker,
  type Project,
  type Symbol as Sym,
  SymbolFlags,
} from "typescript/unstable/sync";
import { headOf, typeOfMember } from "./declaration-text.ts";

export interface Doc {
  readonly text: string;
  /** `@param name text`, `@returns text`, `@throws {Type} text`, in their order. */
  readonly tags: readonly { readonly tag: string; readonly name: string; readonly text: string }[];
}

export interface Member {
  readonly name: string;
  /** What follows the name: `?: string`, `(id: string): Write`. */
  readonly type: string;
  readonly doc: Doc;
  /** Those of an object that is described in place. */
  readonly members: readonly Member[];
}

export type ExportKind = "function" | "class" | "constant" | "type";

export interface Export {
  readonly name: string;
  readonly kind: ExportKind;
  /** One for each overload. */
  readonly signatures: readonly string[];
  readonly doc: Doc;
  readonly members: readonly Member[];
  /** `packages/client/src/open-client.ts:190`: the same for the same thing, under whichever name and entry. */
  readonly place: string;
  /** What it is made of, in the order of its words. */
  readonly uses: readonly Use[];
}

export interface Use {
  readonly name: string;
  readonly place: string;
}

export interface Entry {
  /** What an app imports: `@syncline/client/react`. */
  readonly name: string;
  /** The first lines of its file. */
  readonly about: string;
  readonly exports: readonly Export[];
}

const NO_DOC: Doc = { text: "", tags: [] };

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string | { readonly "syncline-source"?: string }>>;
}

/** @param root the repository, or a folder that is laid out like it */
export function readPublicApi(root: URL): Entry[] {
  const folder = fileURLToPath(root);
  const packages = globSync("packages/*/package.json", { cwd: folder }).sort();
  const api = new API({ cwd: folder });
  try {
    const configs = packages.map(
      (path) => `${folder}${path.replace("package.json", "tsconfig.json")}`,
    );
    const snapshot = api.updateSnapshot({ openProjects: configs });
    return packages.flatMap((path, i) => {
      const project = snapshot.getProject(configs[i] ?? "");
      if (project === undefined) throw new Error(`${configs[i]} is no project.`);
      const manifest: Manifest = JSON.parse(readFileSync(`${folder}${path}`, "utf8"));
      return Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) => {
        const source = typeof target === "string" ? undefined : target["syncline-source"];
        if (source === undefined) return []; // a file that is no module, such as sync.proto
        const file = `${folder}${path.replace("package.json", source.slice(2))}`;
        return [readEntry(project, manifest.name + entry.slice(1), file, folder)];
      });
    });
  } finally {
    api.close();
  }
}

function readEntry(project: Project, name: string, file: string, folder: string): Entry {
  const source = project.program.getSourceFile(file);
  const module = source && project.checker.getSymbolAtLocation(source);
  if (source === undefined || module === undefined) throw new Error(`${file} is no module.`);
  const [about = ""] = /^(?:\/\/ .*\n)+/.exec(source.text) ?? [];
  const exports = project.checker.getExportsOfModule(module).map((symbol) => {
    const isAlias = (symbol.flags & SymbolFlags.Alias) !== 0;
    const target = isAlias ? project.checker.getAliasedSymbol(symbol) : symbol;
    return readExport(project, symbol.name, target, folder);
  });
  const sentence = about
    .replaceAll(/^\/\/ /gm, "")
    .replace(/^@\S+: /, "")
    .trim();
  return {
    name,
    about: sentence.charAt(0).toUpperCase() + sentence.slice(1),
    exports: exports.sort((a, b) => a.name.localeCompare(b.name, "en")),
  };
}

function readExport(project: Project, name: string, symbol: Sym, folder: string): Export {
  const nodes = symbol.declarations.flatMap((handle) => handle.resolve(project) ?? []);
  const [first] = nodes;
  if (first === undefined) throw new Error(`${name} is declared nowhere.`);
  const common = {
    name,
    doc: nodes.map(docOf).find(({ text, tags }) => text !== "" || tags.length > 0) ?? NO_DOC,
    place: placeOf(first, folder),
    uses: usesOf(first, project, folder),
  };
  if (isFunctionDeclaration(first)) {
    const typeOf = (node: Node) => returnTypeOf(project.checker, node);
    const overloads = nodes.filter(
      (node) => isFunctionDeclaration(node) && node.body === undefined,
    );
    const shown = overloads.length > 0 ? overloads : nodes;
    const signatures = shown.map((node) => headOf(node, typeOf(node)));
    return { ...common, kind: "function", signatures, members: [] };
  }
  // Also a name that is taken out of an object: `export const { useQuery } = …`.
  if (isVariableDeclaration(first) || isBindingElement(first)) {
    const type = project.checker.getTypeOfSymbol(symbol);
    const written = isVariableDeclaration(first) ? first.type?.getText() : undefined;
    const text = written ?? (type && project.checker.typeToString(type)) ?? "unknown";
    return { ...common, kind: "constant", signatures: [`const ${name}: ${text}`], members: [] };
  }
  const isClass = isClassDeclaration(first);
  const isOpen =
    isClass ||
    isInterfaceDeclaration(first) ||
    (isTypeAliasDeclaration(first) && isTypeLiteralNode(first.type));
  return {
    ...common,
    kind: isClass ? "class" : "type",
    signatures: [headOf(first)],
    members: isOpen ? membersIn(first, project) : membersBehind(first, symbol, project),
  };
}

function placeOf(node: Node, folder: string): string {
  const source = node.getSourceFile();
  const line = source.text.slice(0, node.getStart()).split("\n").length;
  return `${source.fileName.slice(folder.length)}:${line}`;
}

/** The types of the repository that a declaration names, without its body. */
function usesOf(node: Node, project: Project, folder: string): Use[] {
  const names = new Map<string, Node>();
  const visit = (inner: Node): undefined => {
    if (isBlock(inner)) return;
    if (isTypeReferenceNode(inner)) names.set(inner.typeName.getText(), inner.typeName);
    if (isExpressionWithTypeArguments(inner))
      names.set(inner.expression.getText(), inner.expression);
    inner.forEachChild(visit);
  };
  node.forEachChild(visit);
  return [...names].flatMap(([name, at]) => {
    const symbol = project.checker.getSymbolAtLocation(at);
    if (symbol === undefined) return [];
    const isAlias = (symbol.flags & SymbolFlags.Alias) !== 0;
    const target = isAlias ? project.checker.getAliasedSymbol(symbol) : symbol;
    const declared = target.declarations[0]?.resolve(project);
    const place = declared === undefined ? "" : placeOf(declared, folder);
    return place.startsWith("packages/") ? [{ name, place }] : [];
  });
}

function returnTypeOf(checker: Checker, node: Node): string {
  const signature = checker.getSignatureFromDeclaration(node);
  const type = signature && checker.getReturnTypeOfSignature(signature);
  return type === undefined ? "unknown" : checker.typeToString(type);
}

/** The members that a declaration writes down, and those of what it extends where that is not exported by itself. */
function membersIn(node: Node, project: Project): Member[] {
  const members: Member[] = [];
  (isTypeAliasDeclaration(node) ? node.type : node).forEachChild((child) => {
    const member = memberOf(child, project);
    if (member !== undefined && !members.some(({ name }) => name === member.name))
      members.push(member);
    return undefined;
  });
  return members;
}

/** Those of a type that is put together of others, in the order of the types; none where it is no object. */
function membersBehind(node: Node, symbol: Sym, project: Project): Member[] {
  const type = project.checker.getDeclaredTypeOfSymbol(symbol);
  const parts = type.isUnionType() ? (type.getTypes() ?? []) : [type];
  if (!parts.every((part) => part.isObjectType() || part.isIntersectionType())) return [];
  const source = node.getSourceFile();
  const members = new Map<string, Member>();
  for (const property of parts.flatMap((part) => project.checker.getPropertiesOfType(part))) {
    const declared = property.declarations[0]?.resolve(project);
    if (declared === undefined || declared.getSourceFile() !== source) continue;
    // What the signature shows is not said twice.
    if (declared.pos >= node.pos && declared.end <= node.end) continue;
    const member = memberOf(declared, project);
    if (member !== undefined) members.set(member.name, member);
  }
  return [...members.values()];
}

function memberOf(node: Node, project: Project): Member | undefined {
  const described = typeOfMember(node, (inner) => returnTypeOf(project.checker, inner));
  if (described === undefined) return undefined;
  const { name, type, literal } = described;
  return { name, type, doc: docOf(node), members: literal ? membersIn(literal, project) : [] };
}

interface Tag {
  readonly tagName: { readonly text: string };
  readonly comment?: Parameters<typeof getTextOfJSDocComment>[0];
  readonly name?: Node;
  readonly typeExpression?: Node;
}

/** The last doc comment before a declaration; a variable's stands before its statement. */
function docOf(node: Node): Doc {
  let holder = node;
  if (isBindingElement(holder)) holder = holder.parent.parent;
  if (isVariableDeclaration(holder)) holder = holder.parent.parent;
  const comment = holder.jsDoc?.at(-1) as
    | (Node & { readonly comment?: Tag["comment"]; readonly tags?: readonly Tag[] })
    | undefined; // what stands there is a JSDoc node
  if (comment === undefined) return NO_DOC;
  const tags = (comment.tags ?? []).map(({ tagName, comment: text, name, typeExpression }) => ({
    tag: tagName.text,
    name: name?.getText() ?? "",
    text: `${typeExpression?.getText() ?? ""} ${getTextOfJSDocComment(text) ?? ""}`.trim(),
  }));
  return { text: (getTextOfJSDocComment(comment.comment) ?? "").trim(), tags };
}
