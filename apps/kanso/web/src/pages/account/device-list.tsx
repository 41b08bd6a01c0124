// Where the account is signed in: this device first, each other with a way to sign it out.

import { useCallback, useEffect, useState } from "react";
import { type AccountDevice, readDevices, signOutDevice } from "../../data/account.ts";
import { useDevice } from "../../data/device-context.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { agoText } from "../../i18n/moment.ts";
import { Button } from "../../ui/button.tsx";
import { useToast } from "../../ui/toast.tsx";
import { problemText } from "../sign-in/credentials-problems.ts";
import "./account.css";

export function DeviceList() {
  const text = useMessages("account");
  const { locale } = useFormat();
  const { session } = useDevice();
  const show = useToast();
  const [devices, setDevices] = useState<readonly AccountDevice[]>();
  const [away, setAway] = useState(false);

  const load = useCallback(() => {
    readDevices(session).then(
      (found) => {
        setDevices(found);
        setAway(false);
      },
      () => setAway(true),
    );
  }, [session]);
  useEffect(() => {
    load();
    addEventListener("online", load);
    return () => removeEventListener("online", load);
  }, [load]);

  async function signOut({ id, name }: AccountDevice) {
    try {
      await signOutDevice(session, id);
      show({ text: text.deviceSignedOut(name) });
    } catch (thrown) {
      show({ text: problemText(thrown, text) });
    }
    load();
  }

  if (devices === undefined)
    return (
      <div className="device-list-wait" aria-live="polite">
        {away ? (
          <>
            <p>{text.devicesOffline}</p>
            <Button onClick={load}>{text.retry}</Button>
          </>
        ) : null}
      </div>
    );
  return (
    <ul className="plain-list device-list">
      {devices.map((device) => (
        <li key={device.id}>
          <div>
            <strong>{device.name || text.thisDevice}</strong>
            <p className="soft">
              {device.current
                ? text.thisDevice
                : text.lastSeen(agoText(locale, device.seenAtMs, Date.now()))}
            </p>
          </div>
          {device.current ? null : (
            <Button
              aria-label={text.signOutDevice(device.name)}
              onClick={() => void signOut(device)}
            >
              {text.signOutOther}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
