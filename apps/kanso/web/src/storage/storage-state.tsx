// How much is on this device, and how safe it is there.

import { useState } from "react";
import { useStorageHealth } from "../data/storage-health.ts";
import { bytesText } from "../i18n/bytes.ts";
import { useFormat, useMessages } from "../i18n/index.tsx";
import { Button } from "../ui/button.tsx";

export function StorageState() {
  const text = useMessages("settings");
  const { locale } = useFormat();
  const { health, persist } = useStorageHealth();
  const [refused, setRefused] = useState(false);
  if (health === undefined) return <p className="storage-wait" />;
  const { volatile, persisted, usageBytes, quotaBytes } = health;
  return (
    <>
      {usageBytes === null ? null : (
        <p>
          {quotaBytes === null
            ? text.used(bytesText(locale, usageBytes))
            : text.usage(bytesText(locale, usageBytes), bytesText(locale, quotaBytes))}
        </p>
      )}
      <p className="soft">
        {volatile ? text.volatile : persisted === true ? text.persisted : text.notPersisted}
      </p>
      {volatile || persisted !== false ? null : (
        <Button onClick={() => void persist().then((kept) => setRefused(!kept))}>
          {text.persist}
        </Button>
      )}
      <p role="status" className="soft">
        {refused ? text.persistRefused : null}
      </p>
    </>
  );
}
