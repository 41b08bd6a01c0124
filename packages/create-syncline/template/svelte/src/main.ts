import { mount } from "svelte";
import App from "./app.svelte";
import { start } from "./start.ts";

await start((client, target) => void mount(App, { target, props: { client } }));
