// Switches the shortcuts that are one letter or sign on and off, on this device.

import { preferences, usePreferences } from "../data/preferences.ts";
import { useMessages } from "../i18n/index.tsx";
import { Switch } from "../ui/field.tsx";

export function SingleKeys() {
  const text = useMessages("shortcuts");
  const { singleKeys } = usePreferences();
  return (
    <Switch
      label={text.singleKeys}
      hint={text.singleKeysText}
      checked={singleKeys}
      onChange={(checked) => preferences.change({ singleKeys: checked })}
    />
  );
}
