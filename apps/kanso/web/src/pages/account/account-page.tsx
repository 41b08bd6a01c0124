// The account: who is signed in, and how to end that.

import { useAccount, useDevice } from "../../data/device-context.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { Button } from "../../ui/button.tsx";
import { ButtonLink } from "../../ui/button-link.tsx";
import { useToast } from "../../ui/toast.tsx";

export function AccountPage() {
  const text = useMessages("account");
  const account = useAccount();
  const { client, session } = useDevice();
  const show = useToast();
  /** What is not on the server yet goes there first; where it cannot, nobody is signed out. */
  async function signOut() {
    try {
      await client.signOut({ unsynced: "push" });
    } catch {
      show({ text: text.offlineProblem });
      return;
    }
    await session.end();
    location.assign("/");
  }
  return (
    <Page title={text.title}>
      {account === null ? (
        <>
          <p>{text.guest}</p>
          <ButtonLink href="/sign-in" look="strong">
            {text.signIn}
          </ButtonLink>
        </>
      ) : (
        <>
          <p>{text.signedInAs(account.email)}</p>
          <Button onClick={() => void signOut()}>{text.signOut}</Button>
        </>
      )}
    </Page>
  );
}
