// The console: a page for whoever runs a server, over its admin interface.

import "./theme.css";
import "./ui/ui.css";
import "./frame/frame.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";

createRoot(document.getElementById("console") ?? document.body).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
