// Everything that is to be decided, one card each; on the page of decisions, and in the sheet over any other.

import { useMessages } from "../i18n/index.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { DecisionCard } from "./decision-card.tsx";
import { RefusedCard } from "./refused-card.tsx";
import { useDecisions } from "./use-decisions.ts";
import "./decisions.css";

export function DecisionList() {
  const text = useMessages("conflicts");
  const open = useDecisions();
  if (open === undefined) return null;
  const { decisions, look } = open;
  if (decisions.length === 0)
    return <EmptyState icon="check" title={text.none} text={text.noneText} />;
  const hasTwo = decisions.some(({ kind }) => kind === "two_versions");
  return (
    <>
      {hasTwo ? <p className="soft">{text.intro}</p> : null}
      <ul className="plain-list decisions">
        {decisions.map((decision) => (
          <li key={decision.ids.join()}>
            {decision.kind === "two_versions" ? (
              <DecisionCard decision={decision} look={look} />
            ) : (
              <RefusedCard decision={decision} />
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
