// Says what was done, with the way back beside it; and what could not be done, with the reason.

import { useActions } from "../data/actions.ts";
import { useMessages } from "../i18n/index.tsx";
import { useToast } from "../ui/toast.tsx";

/** @returns shows a text once the action is on the device */
export function useUndoToast(): (action: Promise<unknown>, text: string) => void {
  const show = useToast();
  const { undo } = useActions();
  const { undo: label } = useMessages("shell");
  const failed = (thrown: unknown) =>
    show({ text: thrown instanceof Error ? thrown.message : String(thrown) });
  return (action, text) => {
    const way = { label, run: () => void undo().catch(failed) };
    action.then(() => show({ text, action: way }), failed);
  };
}
