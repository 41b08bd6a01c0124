// Says what was done, with the way back beside it; and what could not be done, with the reason.

import { useMessages } from "../i18n/index.tsx";
import { useToast } from "../ui/toast.tsx";
import { useUndo } from "./use-undo.ts";

/** @returns shows a text once the action is on the device */
export function useUndoToast(): (action: Promise<unknown>, text: string) => void {
  const show = useToast();
  const { undo, failed } = useUndo();
  const { undo: label } = useMessages("shell");
  return (action, text) => {
    action.then(() => show({ text, action: { label, run: undo } }), failed);
  };
}
