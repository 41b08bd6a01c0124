// Keeps the app on the device, and says when a new version of it is there.

import { useEffect } from "react";
import { useMessages } from "../i18n/index.tsx";
import { useToast } from "../ui/toast.tsx";
import { watchVersions } from "./watch-versions.ts";

export function UpdatePrompt() {
  const text = useMessages("shell");
  const show = useToast();
  useEffect(() => {
    if (!import.meta.env.PROD) return;
    return watchVersions((worker) =>
      show({
        text: text.updateReady,
        stays: true,
        action: { label: text.update, run: () => worker.postMessage("take-over") },
      }),
    );
  }, [show, text]);
  return null;
}
