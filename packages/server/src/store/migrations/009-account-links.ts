// Migration 9: what people with accounts are sent by mail, and who they are at providers of OpenID Connect. A link is kept by the hash of its token, until it is used or its
// time is over; one that verifies an address holds the password of the account that is made then.

export const name = "account_links";

export const sql = `
ALTER TABLE accounts ADD COLUMN verified_at_ms INTEGER NOT NULL DEFAULT 0;

CREATE TABLE account_links (
  hash TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  user_id TEXT NOT NULL,
  email TEXT NOT NULL,
  secret TEXT NOT NULL,
  expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX account_links_user ON account_links (user_id);
CREATE INDEX account_links_email ON account_links (email);
CREATE INDEX account_links_expires ON account_links (expires_at_ms);

CREATE TABLE account_identities (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  user_id TEXT NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_identities_user ON account_identities (user_id);
`;
