// Background work: how far each consumer is, what it could not do, and having that tried again.

import { useState } from "react";
import { pathOf } from "../api/client.ts";
import { useSession } from "../api/session.tsx";
import type { Consumer, DeadLetter } from "../api/wire.ts";
import { linkToSpace } from "../frame/address.ts";
import { useAct } from "../state/use-act.ts";
import { useAnswer } from "../state/use-answer.ts";
import { count, counted } from "../state/words.ts";
import { Button } from "../ui/button.tsx";
import { Outcome } from "../ui/outcome.tsx";
import { Page } from "../ui/page.tsx";
import { Empty, Loading, LooksOnly, Problem } from "../ui/states.tsx";
import { Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";

const EVERY_MS = 30_000;
const LETTERS = 100;

export function BackgroundPage() {
  const { api, mayRead, mayWrite } = useSession();
  const consumers = useAnswer<{ readonly consumers: readonly Consumer[] }>("consumers", {
    everyMs: EVERY_MS,
  });
  const [limit, setLimit] = useState(LETTERS);
  const letters = useAnswer<{ readonly letters: readonly DeadLetter[] }>(
    pathOf(["dead-letters"], { limit: String(limit) }),
  );
  const acts = useAct();
  const again = () => {
    consumers.again();
    letters.again();
  };
  const retry = (consumer: string, body: object) =>
    acts.act(async () => {
      const answer = await api.post<{ readonly again: number }>(
        pathOf(["consumers", consumer, "retry"]),
        body,
      );
      again();
      return `${counted(answer.again, "dead letter is", "dead letters are")} tried again by the next server that looks.`;
    });
  const found = letters.answer?.letters;

  return (
    <Page
      title="Background work"
      actions={
        <Button onClick={again} busy={consumers.isLoading || letters.isLoading}>
          Refresh
        </Button>
      }
    >
      <Outcome acts={acts} />
      {[consumers, letters].map(({ problem }) =>
        problem === undefined ? null : (
          <Problem key={problem.message} problem={problem} onAgain={again} />
        ),
      )}
      <section aria-labelledby="consumers">
        <h2 id="consumers">Consumers</h2>
        {consumers.answer === undefined ? (
          consumers.problem === undefined && <Loading what="consumers" />
        ) : consumers.answer.consumers.length === 0 ? (
          <Empty title="No consumer has run on this database.">
            They are known once a server has run them.
          </Empty>
        ) : (
          <Table
            label="Consumers"
            rows={consumers.answer.consumers}
            id={({ consumer }) => consumer}
            columns={[
              { name: "Consumer", cell: ({ consumer }) => consumer },
              {
                name: "How far",
                cell: ({ behind }) =>
                  behind === 0 ? "up to date" : `${counted(behind, "space")} behind`,
              },
              {
                name: "Dead letters",
                isNumber: true,
                cell: ({ deadLetters }) => count(deadLetters),
              },
              ...(mayWrite("consumers")
                ? [
                    {
                      name: "What to do",
                      isAction: true as const,
                      cell: ({ consumer, deadLetters }: Consumer) =>
                        deadLetters === 0 ? null : (
                          <Button busy={acts.isBusy} onClick={() => retry(consumer, {})}>
                            Try all again<span className="unseen"> of {consumer}</span>
                          </Button>
                        ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </section>
      <section aria-labelledby="letters">
        <h2 id="letters">Dead letters</h2>
        {found === undefined ? (
          letters.problem === undefined && <Loading what="dead letters" />
        ) : found.length === 0 ? (
          <Empty title="There are no dead letters.">
            What a consumer cannot do, however often it tries, is put aside here.
          </Empty>
        ) : (
          <div className="stack">
            <Table
              label="Dead letters"
              rows={found}
              id={({ consumer, space, stamp }) => `${consumer} ${space} ${stamp}`}
              columns={[
                {
                  name: "Record",
                  cell: ({ collection, id, op, space }) => (
                    <>
                      <code>
                        {op} {collection}/{id}
                      </code>
                      <span className="soft block">
                        {mayRead("spaces") ? <a href={linkToSpace(space)}>{space}</a> : space}
                      </span>
                    </>
                  ),
                },
                { name: "Consumer", cell: ({ consumer }) => consumer },
                {
                  name: "What it said",
                  cell: ({ error, attempts }) => (
                    <>
                      {error}
                      <span className="soft block">{counted(attempts, "attempt")}</span>
                    </>
                  ),
                },
                { name: "Put aside", cell: ({ at }) => <Time at={at} /> },
                ...(mayWrite("consumers")
                  ? [
                      {
                        name: "What to do",
                        isAction: true as const,
                        cell: ({ consumer, space, stamp, id, again: waits }: DeadLetter) =>
                          waits ? (
                            <span className="badge">will be tried again</span>
                          ) : (
                            <Button
                              busy={acts.isBusy}
                              onClick={() => retry(consumer, { space, stamp })}
                            >
                              Try again<span className="unseen"> with {id}</span>
                            </Button>
                          ),
                      },
                    ]
                  : []),
              ]}
            />
            {found.length === limit && limit < 900 ? (
              <p>
                <Button busy={letters.isLoading} onClick={() => setLimit(limit + LETTERS)}>
                  Show more
                </Button>
              </p>
            ) : null}
          </div>
        )}
      </section>
      {mayWrite("consumers") ? null : (
        <LooksOnly area="consumers" what="have something tried again" />
      )}
    </Page>
  );
}
