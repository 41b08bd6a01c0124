// @syncline/kanso-server: the habit tracker's backend, as an app and a dialect of a Syncline server.

export { kansoApp, SETTINGS_ID } from "./app.ts";
export { createKanso, type KansoOptions } from "./dialect.ts";
export { type StreakConsumerOptions, streakConsumer } from "./streak-consumer.ts";
export { createViews, type Views, type ViewsOptions } from "./views.ts";
