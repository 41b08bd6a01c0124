import { showApp } from "./app.ts";
import { start } from "./start.ts";

await start(showApp);
