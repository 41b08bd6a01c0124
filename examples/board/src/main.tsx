// The page: asks who one is, opens the client, and shows the app.

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App, SignIn } from "./app.tsx";
import { open, user } from "./sync.ts";
import "./style.css";

const root = createRoot(document.getElementById("app") ?? document.body);

if (user === "") root.render(<SignIn />);
else
  try {
    const opened = await open();
    root.render(
      <StrictMode>
        <App {...opened} />
      </StrictMode>,
    );
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    root.render(<main role="alert">The boards cannot be opened here. {reason}</main>);
  }
