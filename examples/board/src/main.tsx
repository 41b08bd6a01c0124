// The page: opens the client, and shows the app.

import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { open } from "./sync.ts";
import "./style.css";

const root = createRoot(document.getElementById("app") ?? document.body);
open().then(
  (opened) => root.render(<App {...opened} />),
  ({ message }: Error) => root.render(<main role="alert">This cannot be opened. {message}</main>),
);
