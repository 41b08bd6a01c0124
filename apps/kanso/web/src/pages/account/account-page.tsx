// The account: who is signed in and where, the password, and how to end it.

import { useSyncExternalStore } from "react";
import { useSearchParams } from "wouter";
import { useAccount, useDevice, useLastSync } from "../../data/device-context.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { agoText } from "../../i18n/moment.ts";
import { Page } from "../../shell/page.tsx";
import { ButtonLink } from "../../ui/button-link.tsx";
import { Section } from "../../ui/section.tsx";
import { DeviceList } from "./device-list.tsx";
import { PasswordForm } from "./password-form.tsx";
import { RemoveAccount } from "./remove-account.tsx";
import { SignOut } from "./sign-out.tsx";

export function AccountPage() {
  const text = useMessages("account");
  const { locale } = useFormat();
  const account = useAccount();
  const lastSync = useLastSync();
  const now = useMinute();
  const [search] = useSearchParams();
  if (account === null) return search.has("deleted") ? <DeletedPage /> : <GuestPage />;
  return (
    <Page title={text.title}>
      <Section title={text.signedInAs}>
        <p className="account-email">{account.email}</p>
        <p className="soft">
          {text.lastSync}: {lastSync === null ? text.neverSynced : agoText(locale, lastSync, now)}
        </p>
      </Section>
      <Section title={text.changePassword} hint={text.changePasswordText}>
        <PasswordForm email={account.email} />
      </Section>
      <ExportSection />
      {/* How many there are the server says, later: what stands above is not moved by it. */}
      <Section title={text.devices} hint={text.devicesText}>
        <DeviceList />
      </Section>
      <Section title={text.signOut} hint={text.signOutText}>
        <SignOut />
      </Section>
      <Section title={text.remove} hint={text.removeText}>
        <RemoveAccount email={account.email} />
      </Section>
    </Page>
  );
}

/** Where the app begins anew once an account and all of its data are gone. */
function DeletedPage() {
  const text = useMessages("account");
  return (
    <Page title={text.removedTitle}>
      <p role="status">{text.removedText}</p>
      <ButtonLink href="/" look="strong">
        {text.startAnew}
      </ButtonLink>
    </Page>
  );
}

function GuestPage() {
  const text = useMessages("account");
  const { session } = useDevice();
  const owner = session.owner.getSnapshot();
  return (
    <Page title={text.title}>
      {owner === null ? <p>{text.guest}</p> : null}
      <p className="soft">{owner === null ? text.benefit : text.welcomeBack}</p>
      <ButtonLink href="/sign-in" look="strong">
        {text.signIn}
      </ButtonLink>
      <ExportSection />
    </Page>
  );
}

function ExportSection() {
  const text = useMessages("account");
  return (
    <Section title={text.exportAll} hint={text.exportAllText}>
      <ButtonLink href="/import">{text.toExport}</ButtonLink>
    </Section>
  );
}

const MINUTE_MS = 60_000;

/** Now, anew with each minute: what was a minute ago is two minutes ago then. */
function useMinute(): number {
  return useSyncExternalStore(watchMinutes, () => Math.floor(Date.now() / MINUTE_MS)) * MINUTE_MS;
}

function watchMinutes(listener: () => void): () => void {
  const timer = setInterval(listener, MINUTE_MS / 4);
  return () => clearInterval(timer);
}
