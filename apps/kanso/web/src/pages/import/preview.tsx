// What is in the files, before anything of it is written: which habits are wanted, and what could not be read.

import { type ImportedFrom, type Notice, parseDay } from "@syncline/kanso-domain";
import { useMemo, useState } from "react";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import {
  type Candidate,
  candidatesOf,
  type Here,
  type Plan,
  planOf,
  sizeOf,
} from "../../transfer/plan.ts";
import { MAX_IMPORT } from "../../transfer/run-import.ts";
import { Button } from "../../ui/button.tsx";

export interface PreviewProps {
  readonly imported: ImportedFrom;
  readonly here: Here & { readonly places: number };
  onStart(plan: Plan): void;
  onAgain(): void;
}

const MAX_SHOWN = 50;

export function Preview({ imported, here, onStart, onAgain }: PreviewProps) {
  const text = useMessages("imports");
  const candidates = useMemo(() => candidatesOf(imported, here), [imported, here]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(candidates.map(({ habit }) => habit.id)),
  );
  const plan = useMemo(
    () => planOf(imported, { here, chosen, firstPlace: here.places }),
    [imported, here, chosen],
  );
  const isTooMuch = sizeOf(plan) > MAX_IMPORT;

  function toggle(id: string) {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  }

  return (
    <div className="stack">
      <p>
        <strong>{text.from(text[imported.source])}</strong>
        {": "}
        {text.habits(imported.habits.length)}, {text.entries(imported.entries.length)}
        <Range {...wholeRange(candidates)} />
      </p>
      {imported.notices.length === 0 ? null : <Notices notices={imported.notices} />}
      <fieldset className="candidates">
        <legend>{text.choose}</legend>
        <div className="button-row">
          <Button onClick={() => setChosen(new Set(candidates.map(({ habit }) => habit.id)))}>
            {text.all}
          </Button>
          <Button onClick={() => setChosen(new Set())}>{text.none}</Button>
        </div>
        <ul className="plain-list">
          {candidates.map((candidate) => (
            <CandidateRow
              key={candidate.habit.id}
              candidate={candidate}
              isChosen={chosen.has(candidate.habit.id)}
              onToggle={toggle}
            />
          ))}
        </ul>
      </fieldset>
      <p role="status">
        {isTooMuch ? text.tooMany : sizeOf(plan) === 0 && chosen.size > 0 ? text.nothingNew : null}
      </p>
      <div className="button-row">
        <Button
          look="strong"
          disabled={sizeOf(plan) === 0 || isTooMuch}
          onClick={() => onStart(plan)}
        >
          {text.start(plan.habits.length, plan.entries.length)}
        </Button>
        <Button onClick={onAgain}>{text.again}</Button>
      </div>
    </div>
  );
}

function CandidateRow(props: {
  readonly candidate: Candidate;
  readonly isChosen: boolean;
  onToggle(id: string): void;
}) {
  const { candidate, isChosen, onToggle } = props;
  const { habit, entries, fresh, isHere } = candidate;
  const text = useMessages("imports");
  return (
    <li>
      <label>
        <input type="checkbox" checked={isChosen} onChange={() => onToggle(habit.id)} />
        <span>
          <span className="candidate-title" dir="auto">
            {habit.title}
          </span>
          <span className="soft">
            {entries === 0 ? text.noEntries : text.entries(entries)}
            <Range from={candidate.from} to={candidate.to} />
            {isHere ? ` · ${text.isHere}` : null}
            {isHere && fresh > 0 ? `, ${text.freshEntries(fresh)}` : null}
          </span>
        </span>
      </label>
    </li>
  );
}

interface Ends {
  readonly from: string | null;
  readonly to: string | null;
}

function Range({ from, to }: Ends) {
  const text = useMessages("imports");
  const { shortDay } = useFormat();
  const [first, last] = [parseDay(from ?? ""), parseDay(to ?? "")];
  if (first === undefined || last === undefined) return null;
  if (first === last) return ` · ${shortDay(first)}`;
  return ` · ${text.range(shortDay(first), shortDay(last))}`;
}

function wholeRange(candidates: readonly Candidate[]): Ends {
  const days = candidates.flatMap(({ from, to }) => [from, to]).filter((day) => day !== null);
  days.sort();
  return { from: days[0] ?? null, to: days.at(-1) ?? null };
}

function Notices({ notices }: { readonly notices: readonly Notice[] }) {
  const text = useMessages("imports");
  const shown = notices.slice(0, MAX_SHOWN);
  return (
    <details className="notices">
      <summary>{text.notices(notices.length)}</summary>
      <ul>
        {shown.map(({ file, row, reason, given }, index) => (
          <li key={index}>
            <span className="soft">{text.noticeAt(file, row)}</span> {text[reason](given)}
          </li>
        ))}
      </ul>
      {notices.length > shown.length ? (
        <p className="soft">{text.moreNotices(notices.length - shown.length)}</p>
      ) : null}
    </details>
  );
}
