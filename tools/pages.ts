// npm run pages: writes the generated pages of docs/.

import { writeFileSync } from "node:fs";
import { commandsPage } from "./commands-page.ts";
import { configurationPage } from "./configuration-page.ts";
import { errorsPage } from "./errors-page.ts";

const docs = new URL("../docs/", import.meta.url);
writeFileSync(new URL("errors.md", docs), errorsPage());
writeFileSync(new URL("configuration.md", docs), configurationPage());
writeFileSync(new URL("commands.md", docs), commandsPage());
