// Puts the chosen theme on the page; without a choice it is the device's.

import { useEffect } from "react";
import { usePreferences } from "../data/preferences.ts";

export function useTheme(): void {
  const { theme } = usePreferences();
  useEffect(() => {
    if (theme === null) delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  }, [theme]);
}
