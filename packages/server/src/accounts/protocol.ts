// Accounts as the front mounts them: everything under /accounts.

import { authenticate } from "../auth/authenticate.ts";
import type { TokenVerifier } from "../auth/verify-token.ts";
import { errorAnswer } from "../http/error-answer.ts";
import { budgetHeaders } from "../http/rate-headers.ts";
import type { Protocol } from "../protocol/port.ts";
import { accountRoutes } from "./account-routes.ts";
import { type Accounts, checkSignedIn } from "./accounts.ts";

export interface AccountsProtocolOptions {
  readonly accounts: Accounts;
  readonly verifyToken: TokenVerifier;
}

export function createAccountsProtocol(options: AccountsProtocolOptions): Protocol {
  return {
    name: "accounts",
    prefix: "/accounts",
    routes: accountRoutes(options.accounts),
    begin: () => ({ headers: { "cache-control": "no-store" } }),
    async identify(call) {
      const principal = await authenticate(call, options.verifyToken);
      checkSignedIn(principal);
      return principal;
    },
    budget: budgetHeaders,
    refuse: (thrown, { id }) => errorAnswer(thrown, id),
  };
}
