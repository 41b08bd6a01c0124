// How declarations are shown: as they are written, without bodies, comments and what is not for apps.

import {
  isCallSignatureDeclaration,
  isClassDeclaration,
  isConstructorDeclaration,
  isFunctionDeclaration,
  isGetAccessorDeclaration,
  isInterfaceDeclaration,
  isMethodDeclaration,
  isMethodSignatureDeclaration,
  isPrivateIdentifier,
  isPropertyDeclaration,
  isPropertySignatureDeclaration,
  isTypeAliasDeclaration,
  isTypeLiteralNode,
  type Node,
  type TypeLiteralNode,
} from "typescript/unstable/ast";

/** A declaration without its body: `function openClient<T>(options: ClientOptions<T>): Promise<Client<T>>`. */
export function headOf(node: Node, returns = ""): string {
  const end = isFunctionDeclaration(node)
    ? node.body?.getStart()
    : isInterfaceDeclaration(node) || isClassDeclaration(node)
      ? node.members.pos - 1
      : isTypeAliasDeclaration(node) && isTypeLiteralNode(node.type)
        ? node.type.getStart()
        : undefined;
  // What a type is put together of keeps its comments: nothing else says them.
  const isWhole = isTypeAliasDeclaration(node) && end === undefined;
  const shown = isWhole ? node.getText() : textOf(node, node.getStart(), end);
  const text = shown.replace(/^(?:(?:export|declare|async) )+/, "").replace(/\s*[=;]?$/, "");
  return isFunctionDeclaration(node) && node.type === undefined ? `${text}: ${returns}` : text;
}

export interface MemberText {
  readonly name: string;
  readonly type: string;
  /** The object that the member is, where it is described in place. */
  readonly literal: TypeLiteralNode | undefined;
}

/** A member of an interface or class as it is shown; undefined where it is not for apps. */
export function typeOfMember(
  node: Node,
  returnTypeOf: (node: Node) => string,
): MemberText | undefined {
  if (isCallSignatureDeclaration(node))
    return { name: "()", type: textOf(node, node.getStart()), literal: undefined };
  if (isConstructorDeclaration(node)) {
    const text = textOf(node, node.getStart(), node.body?.getStart());
    return { name: "new", type: text.replace(/^constructor/, ""), literal: undefined };
  }
  if (isPropertySignatureDeclaration(node) || isPropertyDeclaration(node)) {
    const { type } = node;
    if (isPrivate(node.getText(), node.name)) return undefined;
    const literal = type !== undefined && isTypeLiteralNode(type) ? type : undefined;
    const mark = node.postfixToken === undefined ? "" : "?";
    const shown =
      literal !== undefined ? "{ … }" : type === undefined ? "" : textOf(type, type.getStart());
    return { name: node.name.getText(), type: shown === "" ? "" : `${mark}: ${shown}`, literal };
  }
  if (
    isMethodSignatureDeclaration(node) ||
    isMethodDeclaration(node) ||
    isGetAccessorDeclaration(node)
  ) {
    if (isPrivate(node.getText(), node.name)) return undefined;
    const body = isMethodSignatureDeclaration(node) ? undefined : node.body?.getStart();
    const text = textOf(node, node.name.end, body).replace(/;$/, "");
    const whole = node.type === undefined ? `${text}: ${returnTypeOf(node)}` : text;
    return {
      name: node.name.getText(),
      type: isGetAccessorDeclaration(node) ? whole.replace(/^\(\)/, "") : whole,
      literal: undefined,
    };
  }
  return undefined;
}

function isPrivate(text: string, name: Node): boolean {
  return isPrivateIdentifier(name) || /^(?:private|protected)\b/.test(text);
}

function textOf(node: Node, start: number, end = node.end): string {
  return node
    .getSourceFile()
    .text.slice(start, end)
    .replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")
    .replaceAll(/\n\s*\n/g, "\n")
    .trim();
}
