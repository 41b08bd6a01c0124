// API keys: of everybody or of one user, with what they are good for; made, and revoked.

import { useMemo, useState } from "react";
import { pathOf } from "../api/client.ts";
import { useSession } from "../api/session.tsx";
import type { ApiKey } from "../api/wire.ts";
import { linkTo } from "../frame/address.ts";
import { useAct } from "../state/use-act.ts";
import { usePages } from "../state/use-pages.ts";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { SearchForm } from "../ui/field.tsx";
import { List } from "../ui/list.tsx";
import { Outcome } from "../ui/outcome.tsx";
import { Page } from "../ui/page.tsx";
import { Person } from "../ui/person.tsx";
import { LooksOnly } from "../ui/states.tsx";
import type { Column } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { MakeKey } from "./make-key.tsx";

/** @param props.user whose keys; everybody's where left out */
export function KeysPage({ user }: { readonly user?: string }) {
  const { api, key: own, mayWrite, signOut } = useSession();
  const acts = useAct();
  const [isMaking, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey>();
  const question = useMemo(
    () => ({
      path: (after: string | undefined) =>
        user === undefined
          ? pathOf(["keys"], { after, limit: "100" })
          : pathOf(["users", user, "keys"]),
      read: (answer: { readonly keys: readonly ApiKey[]; readonly next?: string | null }) => ({
        items: answer.keys,
        next: answer.next ?? null,
      }),
      id: ({ id }: ApiKey) => id,
    }),
    [user],
  );
  const pages = usePages(question);
  const columns: readonly Column<ApiKey>[] = [
    {
      name: "Key",
      cell: (key) => (
        <>
          {key.description === "" ? <span className="soft">no description</span> : key.description}{" "}
          {isAdmin(key) ? <span className="badge">admin</span> : null}{" "}
          {isOver(key) ? <span className="badge badge-danger">over</span> : null}
          {key.id === own.id ? <span className="soft block">the one you use</span> : null}
        </>
      ),
    },
    { name: "Of", cell: (key) => <Person userId={key.user} /> },
    {
      name: "Good for",
      cell: ({ scopes }) =>
        scopes === null ? "everything of its user" : scopes.map(wordOf).join(", "),
    },
    { name: "Last used", cell: ({ lastUsed }) => <Time at={lastUsed} /> },
    { name: "Ends", cell: ({ expires }) => <Time at={expires} /> },
    ...(mayWrite("keys")
      ? [
          {
            name: "What to do",
            isAction: true as const,
            cell: (key: ApiKey) =>
              isAdmin(key) && key.id !== own.id ? (
                <span className="soft">revoked by the command</span>
              ) : (
                <Button look="danger" onClick={() => setRevoking(key)}>
                  Revoke…<span className="unseen"> {nameOf(key)}</span>
                </Button>
              ),
          },
        ]
      : []),
  ];

  return (
    <Page
      title={user === undefined ? "API keys" : `API keys of ${user}`}
      {...(user === undefined ? {} : { from: { name: "API keys", href: linkTo("keys") } })}
      actions={
        mayWrite("keys") ? (
          <Button look="strong" onClick={() => setMaking(true)}>
            Make a key…
          </Button>
        ) : undefined
      }
    >
      <Outcome acts={acts} />
      {user === undefined ? (
        <SearchForm
          label="A user's whole id"
          hint="Shows that user's keys alone."
          onSearch={(text) => location.assign(text === "" ? linkTo("keys") : linkTo("keys", text))}
        />
      ) : null}
      <List
        what="keys"
        pages={pages}
        columns={columns}
        id={question.id}
        empty={
          user === undefined
            ? "No API key was made on this server."
            : "This user has none. A key is for a program that cannot sign in."
        }
      />
      {mayWrite("keys") ? (
        <p className="soft">
          Admin keys are made and revoked where the server runs:{" "}
          <code>syncline keys create --admin</code>, <code>syncline keys revoke</code>.
        </p>
      ) : (
        <LooksOnly area="keys" what="make or revoke keys" />
      )}
      {isMaking ? (
        <MakeKey user={user ?? ""} onClose={() => setMaking(false)} onMade={pages.again} />
      ) : null}
      {revoking === undefined ? null : (
        <Confirm
          title="Revoke this key"
          act="Revoke"
          onClose={() => setRevoking(undefined)}
          onAct={async () => {
            await api.remove(pathOf(["users", revoking.user, "keys", revoking.id]));
            setRevoking(undefined);
            if (revoking.id === own.id) return signOut();
            acts.say(`The key ${nameOf(revoking)} is revoked.`);
            pages.again();
          }}
        >
          <p>
            {revoking.id === own.id
              ? "This is the key that you use: you are signed out at once."
              : `Whatever uses ${nameOf(revoking)} of ${revoking.user} is refused at once, and what is open ends within two seconds. A revoked key does not come back.`}
          </p>
        </Confirm>
      )}
    </Page>
  );
}

function nameOf({ description, id }: ApiKey): string {
  return description === "" ? id : `“${description}”`;
}

function isAdmin({ scopes }: ApiKey): boolean {
  return scopes?.some((scope) => /^(?:read:)?\.admin(?::|$)/.test(scope)) === true;
}

function isOver({ expires }: ApiKey): boolean {
  return expires !== null && Date.parse(expires) <= Date.now();
}

/** A scope as it is written in commands. */
function wordOf(scope: string): string {
  const plain = scope.replace("read:", "");
  if (!/^\.admin(?::|$)/.test(plain)) return scope;
  const area = plain === ".admin" ? "all areas" : plain.slice(".admin:".length);
  return `${scope.startsWith("read:") ? "looking at " : ""}${area}`;
}
