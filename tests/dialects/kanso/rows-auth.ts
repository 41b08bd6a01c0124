// The rows of accounts.

import { PASSWORD } from "./fixture.ts";
import { bytes, type Endpoint, error } from "./row.ts";

const credentials = (email: string | undefined, password: string | undefined) => ({
  email,
  password,
});

export const ACCOUNT_ROWS: readonly Endpoint[] = [
  [
    "POST",
    "/auth/register",
    [
      {
        status: 201,
        path: "/auth/register",
        body: credentials("Table.Row@Example.ORG", PASSWORD),
        text: bytes('{"id":"ID","email":"table.row@example.org"}'),
      },
      ...(
        [
          [credentials("a@b@c", PASSWORD), "invalid email format"],
          [credentials("a@example.org", "1234567"), "password too short"],
          [credentials("a@example.org", "x".repeat(1_025)), "password too long"],
          [credentials(undefined, PASSWORD), "email is required"],
          [credentials("a@example.org", undefined), "password is required"],
          [{ email: ["a@example.org"], password: PASSWORD }, "email must be a string"],
          ["{", "the body is no JSON"],
          ["[]", "the body is no JSON object"],
          ["", "EOF"],
        ] as const
      ).map(([body, text]) => ({
        status: 400,
        path: "/auth/register",
        body,
        text: error(text),
      })),
      {
        status: 400,
        path: "/auth/register",
        body: credentials("a@example.org", PASSWORD),
        headers: { "idempotency-key": " " },
        text: error("invalid idempotency key (1 to 255 printable characters)"),
      },
      {
        status: 409,
        path: "/auth/register",
        body: credentials("TABLE.row@example.org", PASSWORD),
        text: error("email already exists"),
      },
    ],
  ],
  [
    "POST",
    "/auth/login",
    [
      {
        status: 200,
        path: "/auth/login",
        body: credentials("TABLE.row@example.org", PASSWORD),
        text: bytes('{"token":"TOKEN","user":{"id":"ID","email":"table.row@example.org"}}'),
      },
      ...(
        [
          [credentials(undefined, PASSWORD), "email is required"],
          [credentials("a@example.org", undefined), "password is required"],
          [{ email: "a@example.org", password: 12345678 }, "password must be a string"],
          ["null", "the body is no JSON object"],
        ] as const
      ).map(([body, text]) => ({ status: 400, path: "/auth/login", body, text: error(text) })),
      ...["no address", "\u0000", "\ud800"].map((email) => ({
        status: 400,
        path: "/auth/login",
        body: credentials(email, PASSWORD),
        text: error("invalid email format"),
      })),
      ...["table.row@example.org", "nobody@example.org"].map((email) => ({
        status: 401,
        path: "/auth/login",
        body: credentials(email, "orange-kite-43"),
        text: error("invalid credentials"),
      })),
    ],
  ],
  [
    "DELETE",
    "/auth/user",
    [{ status: 200, path: "/auth/user", text: '{"message":"account deleted successfully"}' }],
  ],
];
