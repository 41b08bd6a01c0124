// The page around the app: who is signed in, signing in and out, and what is said when it cannot be opened.

import { account, signIn, signOut } from "./session.ts";
import { type Client, open } from "./sync.ts";

/** @param show shows the app of whoever is signed in */
export async function start(show: (client: Client, target: HTMLElement) => void): Promise<void> {
  const page = document.getElementById("app") ?? document.body;
  try {
    const person = account() ?? (await askForSignIn(page));
    const client = await open(person.userId);
    page.replaceChildren(document.createElement("div"), footer(client, person.email));
    show(client, page.firstChild as HTMLElement);
  } catch (thrown) {
    page.innerHTML = '<main role="alert">The app cannot be opened here. </main>';
    page.firstElementChild?.append(thrown instanceof Error ? thrown.message : String(thrown));
  }
  // Without a network, the page itself comes from the device, too.
  if (import.meta.env.PROD) await navigator.serviceWorker?.register("/sw.js");
}

async function askForSignIn(page: HTMLElement) {
  page.innerHTML = `
    <main>
      <h1>__TITLE__</h1>
      <form>
        <label class="field">E-mail<input name="email" type="email" autocomplete="username" required /></label>
        <label class="field">Password
          <input name="password" type="password" autocomplete="current-password" minlength="8" required />
        </label>
        <button type="submit">Sign in</button>
        <button type="submit" name="new" class="plain">Create an account</button>
        <p role="alert"></p>
      </form>
    </main>`;
  const form = page.querySelector("form") as HTMLFormElement;
  const said = form.querySelector("[role=alert]") as HTMLElement;
  await new Promise<void>((resolve) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const given = new FormData(form, event.submitter);
      try {
        await signIn(String(given.get("email")), String(given.get("password")), given.has("new"));
        resolve();
      } catch (thrown) {
        said.textContent = thrown instanceof Error ? thrown.message : String(thrown);
      }
    });
  });
  const person = account();
  if (person === null) throw new Error("This browser keeps nothing: allow it to store data.");
  return person;
}

function footer(client: Client, email: string): HTMLElement {
  const button = document.createElement("button");
  button.className = "plain";
  button.textContent = `Sign out ${email}`;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await client.signOut({ unsynced: "push" });
    } catch {
      button.disabled = false;
      if (!confirm("Some changes are not on the server yet. Sign out and lose them?")) return;
      await client.signOut({ unsynced: "discard" });
    }
    await signOut().catch(() => undefined); // offline: the session ends on the server when it runs out
    location.reload();
  });
  const element = document.createElement("footer");
  element.append(button);
  return element;
}
