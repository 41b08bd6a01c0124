// Every page and its address. Each is loaded when it is first shown.

import { type ComponentType, type LazyExoticComponent, lazy } from "react";

export interface PageRoute {
  readonly path: string;
  readonly Page: LazyExoticComponent<ComponentType>;
}

/** In this order: the first that matches is shown. */
export const ROUTES: readonly PageRoute[] = [
  at("/", () => import("./pages/today/today-page.tsx").then((page) => page.TodayPage)),
  at("/week", () => import("./pages/week/week-page.tsx").then((page) => page.WeekPage)),
  at("/statistics", () =>
    import("./pages/statistics/statistics-page.tsx").then((page) => page.StatisticsPage),
  ),
  at("/habits/new", () =>
    import("./pages/habit-form/new-habit-page.tsx").then((page) => page.NewHabitPage),
  ),
  at("/habits/:id/edit", () =>
    import("./pages/habit-form/edit-habit-page.tsx").then((page) => page.EditHabitPage),
  ),
  at("/habits/:id", () => import("./pages/habit/habit-page.tsx").then((page) => page.HabitPage)),
  at("/archive", () => import("./pages/archive/archive-page.tsx").then((page) => page.ArchivePage)),
  at("/settings", () =>
    import("./pages/settings/settings-page.tsx").then((page) => page.SettingsPage),
  ),
  at("/account", () => import("./pages/account/account-page.tsx").then((page) => page.AccountPage)),
  at("/sign-in", () => import("./pages/sign-in/sign-in-page.tsx").then((page) => page.SignInPage)),
  at("/import", () => import("./pages/import/import-page.tsx").then((page) => page.ImportPage)),
  at("/conflicts", () =>
    import("./pages/conflicts/conflicts-page.tsx").then((page) => page.ConflictsPage),
  ),
];

function at(path: string, load: () => Promise<ComponentType>): PageRoute {
  return { path, Page: lazy(async () => ({ default: await load() })) };
}
