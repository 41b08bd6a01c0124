// syncline token: signs a token with the configured key.

import { SynclineError } from "@syncline/core";
import { createTokenIssuer } from "../auth/token-issuer.ts";
import { tokenOptions } from "../config/server-options.ts";
import { type Command, printJson, printLine, takeArgs, UsageError } from "./command.ts";
import { parseDuration } from "./duration.ts";

export const token: Command = {
  summary: "Issue a token for a user, signed with the server's secret or private key.",
  usage: "<user> [--expires 30d]",
  examples: ["syncline token alice", "syncline token alice --expires 1h"],
  flags: {
    expires: { type: "string", description: "How long it is good for: 90s, 15m, 12h, 30d [30d]" },
  },
  options: ["data", "authSecret", "privateKeyFile", "privateKeyAlgorithm", "issuer", "audience"],
  async run({ args, flags, config, terminal, json }) {
    const { user } = takeArgs(args, ["user"]);
    if (user === "" || user.length > 128) throw new UsageError("a user id has 1 to 128 characters");
    const auth = tokenOptions(config, terminal.cwd);
    const issue = await createTokenIssuer(auth);
    if (issue === undefined) {
      throw new SynclineError(
        "config",
        "Tokens are checked with public keys here: the holder of the private key issues them.",
      );
    }
    const seconds = Math.floor(parseDuration(String(flags["expires"] ?? "30d")) / 1000);
    const text = await issue({ userId: user, expiresInSeconds: seconds });
    if (json) printJson(terminal, { user, token: text, expiresInSeconds: seconds });
    else printLine(terminal, text);
    return 0;
  },
};
