#!/usr/bin/env node
// npm create syncline: checks the Node version first, because older ones fail in ways that say nothing.

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`Syncline needs Node 22.18 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}
const { main } = await import("./main.ts");
process.exitCode = await main(process.argv.slice(2));
