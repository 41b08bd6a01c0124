// Finds every regular expression that is written in a source text.

export interface FoundPattern {
  readonly source: string;
  readonly flags: string;
}

/** What may stand before a pattern; after anything else a slash divides. */
const BEFORE = /[(,=:[!&|?{};>+~^%*-]$|(?:^|[^\w$.])(?:return|typeof|case|of|in)$/;

export function findPatterns(text: string): FoundPattern[] {
  const found: FoundPattern[] = [];
  let before = "";
  for (let at = 0; at < text.length; ) {
    const two = text.slice(at, at + 2);
    const one = text[at] ?? "";
    if (two === "//" || (at === 0 && two === "#!")) {
      at = endOf(text, "\n", at);
    } else if (two === "/*") {
      at = endOf(text, "*/", at) + 1;
    } else if (one === '"' || one === "'") {
      at = quoteEnd(text, at, one);
      before = '"';
    } else if (one === "`") {
      at = templateEnd(text, at, (inside) => found.push(...findPatterns(inside)));
      before = '"';
    } else if (one === "/" && BEFORE.test(before)) {
      const end = patternEnd(text, at);
      const [flags = ""] = /^[a-z]*/.exec(text.slice(end + 1, end + 9)) ?? [];
      found.push({ source: text.slice(at + 1, end), flags });
      at = end + 1 + flags.length;
      before = "/x";
    } else {
      if (!/\s/.test(one)) before = (before + one).slice(-12);
      else if (/[\w$]$/.test(before)) before += " ";
      if (one === " " && /\w $/.test(before)) before = before.trimEnd();
      at += 1;
    }
  }
  return found;
}

function endOf(text: string, what: string, from: number): number {
  const end = text.indexOf(what, from);
  return end < 0 ? text.length : end + 1;
}

function quoteEnd(text: string, from: number, quote: string): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === quote || text[at] === "\n") return at + 1;
  }
  return text.length;
}

/** @param read told of what stands in its braces */
function templateEnd(text: string, from: number, read: (inside: string) => void): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "`") return at + 1;
    else if (text.startsWith("${", at)) {
      const end = bracesEnd(text, at + 1);
      read(text.slice(at + 2, end));
      at = end;
    }
  }
  return text.length;
}

/** Where the braces that open here are closed again. */
function bracesEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const one = text[at] ?? "";
    if (one === '"' || one === "'") at = quoteEnd(text, at, one) - 1;
    else if (one === "`") at = templateEnd(text, at, () => undefined) - 1;
    else if (one === "{") depth += 1;
    else if (one === "}") depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

function patternEnd(text: string, from: number): number {
  let inClass = false;
  for (let at = from + 1; at < text.length; at++) {
    const one = text[at];
    if (one === "\\") at += 1;
    else if (one === "[") inClass = true;
    else if (one === "]") inClass = false;
    else if (one === "/" && !inClass) return at;
    else if (one === "\n") return at;
  }
  return text.length;
}
