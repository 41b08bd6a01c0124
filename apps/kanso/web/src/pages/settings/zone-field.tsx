// The time zone: the device's, or one that is looked for by its city.

import { useId, useMemo, useState } from "react";
import { useMessages } from "../../i18n/index.tsx";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { allZones, findZone } from "./find-zone.ts";

export interface ZoneFieldProps {
  /** Null: wherever the device is. */
  readonly zone: string | null;
  readonly deviceZone: string;
  onChange(zone: string | null): void;
}

export function ZoneField({ zone, deviceZone, onChange }: ZoneFieldProps) {
  const text = useMessages("settings");
  const zones = useMemo(allZones, []);
  const id = useId();
  /** Undefined: nobody is writing. */
  const [typed, setTyped] = useState<string>();
  const [unknown, setUnknown] = useState(false);

  function settle() {
    if (typed === undefined) return;
    const found = typed.trim() === "" ? null : findZone(typed, zones);
    setUnknown(found === undefined);
    if (found === undefined) return;
    setTyped(undefined);
    if (found !== zone) onChange(found);
  }

  return (
    <div className="stack">
      <TextField
        label={text.zone}
        hint={text.zoneHint(deviceZone)}
        problem={unknown ? text.zoneUnknown : undefined}
        list={id}
        autoComplete="off"
        spellCheck={false}
        value={typed ?? zone ?? ""}
        onChange={({ target }) => {
          setTyped(target.value);
          setUnknown(false);
        }}
        onBlur={settle}
        onKeyDown={({ key }) => {
          if (key === "Enter") settle();
        }}
      />
      <datalist id={id}>
        {zones.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {zone === null ? null : <Button onClick={() => onChange(null)}>{text.zoneClear}</Button>}
    </div>
  );
}
