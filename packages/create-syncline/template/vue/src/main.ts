import { createApp } from "vue";
import App from "./app.vue";
import { start } from "./start.ts";

await start((client, target) => void createApp(App, { client }).mount(target));
