// Two versions of something, side by side: one of them stays, or some of each.

import { useState } from "react";
import { useDevice } from "../data/device-context.ts";
import { useFormat, useMessages } from "../i18n/index.tsx";
import { momentText } from "../i18n/moment.ts";
import { Button } from "../ui/button.tsx";
import { useToast } from "../ui/toast.tsx";
import { type Choice, decide } from "./decide.ts";
import type { Decision, Difference, Look } from "./decision.ts";
import type { GroupName } from "./field-groups.ts";
import { GROUP_LABELS, groupText } from "./group-text.ts";
import { useRecordName } from "./use-record-name.ts";
import { VersionPair } from "./version-pair.tsx";

export interface DecisionCardProps {
  readonly decision: Decision;
  readonly look: Look;
}

export function DecisionCard({ decision, look }: DecisionCardProps) {
  const text = useMessages("conflicts");
  const { client } = useDevice();
  const show = useToast();
  const [mine, setMine] = useState<ReadonlySet<GroupName>>(() => allGroups(decision));
  const [busy, setBusy] = useState(false);
  const { differences, wanted } = decision;
  const [first] = differences;
  const name = useRecordName(first?.wanted, look);
  const { locale } = useFormat();
  const { mineAtMs, theirsAtMs } = decision;
  const isChoosable = differences.length === 1 && (first?.groups.length ?? 0) > 1;

  async function settle(choice: Choice) {
    setBusy(true);
    try {
      await decide(client, decision, { choice, look });
      show({ text: text.decided });
    } catch {
      show({ text: text.failed });
      setBusy(false);
    }
  }

  function choose(group: GroupName, isMine: boolean) {
    const next = new Set(mine);
    if (isMine) next.add(group);
    else next.delete(group);
    setMine(next);
  }

  return (
    <section className="card decision" aria-label={name}>
      <h2>{name}</h2>
      {mineAtMs === null || theirsAtMs === null ? null : (
        <p className="soft">
          {text.when(momentText(locale, mineAtMs), momentText(locale, theirsAtMs))}
        </p>
      )}
      {differences.map((difference) => (
        <Versions
          key={difference.wanted.id}
          difference={difference}
          mine={mine}
          onChoose={isChoosable ? choose : undefined}
        />
      ))}
      {wanted.length > differences.length ? (
        <p className="soft">{text.more(wanted.length - differences.length)}</p>
      ) : null}
      <div className="decision-actions">
        {isChoosable ? (
          <Button look="strong" busy={busy} onClick={() => void settle({ mine })}>
            {text.keepChosen}
          </Button>
        ) : null}
        <Button busy={busy} onClick={() => void settle("mine")}>
          {text.keepMine}
        </Button>
        <Button busy={busy} onClick={() => void settle("theirs")}>
          {text.keepTheirs}
        </Button>
      </div>
    </section>
  );
}

function allGroups({ differences }: Decision): ReadonlySet<GroupName> {
  return new Set(differences.flatMap(({ groups }) => groups));
}

interface VersionsProps {
  readonly difference: Difference;
  readonly mine: ReadonlySet<GroupName>;
  /** Undefined: both are only shown. */
  readonly onChoose: ((group: GroupName, isMine: boolean) => void) | undefined;
}

function Versions({ difference: { wanted, theirs, groups }, mine, onChoose }: VersionsProps) {
  const text = useMessages("conflicts");
  const format = useFormat();
  const words = { text, format };
  if (theirs === undefined || wanted.op === "delete") {
    const isHere = wanted.op === "delete";
    return (
      <>
        <p>{isHere ? text.deletedHere : text.deletedThere}</p>
        {/* Of what is deleted a device learns that it is, and not whose it was. */}
        {!isHere && wanted.collection === "habits" ? <p>{text.entriesGone}</p> : null}
      </>
    );
  }
  const ours = { ...theirs, ...wanted.fields };
  return (
    <>
      {groups.map((group) => (
        <VersionPair
          key={group}
          label={text[GROUP_LABELS[group]]}
          here={groupText(group, ours, words)}
          there={groupText(group, theirs, words)}
          isMine={mine.has(group)}
          onChoose={onChoose === undefined ? undefined : (isMine) => onChoose(group, isMine)}
        />
      ))}
    </>
  );
}
