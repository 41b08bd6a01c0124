// The app: the frame, and in it the page of the address.

import { Suspense } from "react";
import { Route, Switch, useLocation } from "wouter";
import { RemindersProvider } from "./reminders/reminders.tsx";
import { ROUTES } from "./routes.ts";
import { ErrorBoundary } from "./shell/error-boundary.tsx";
import { NotFound } from "./shell/not-found.tsx";
import { Overlays } from "./shell/overlays.tsx";
import { Shell } from "./shell/shell.tsx";
import { UpdatePrompt } from "./shell/update-prompt.tsx";
import { useTheme } from "./theme/use-theme.ts";
import { ToastProvider } from "./ui/toast.tsx";

export function App() {
  useTheme();
  const [location] = useLocation();
  return (
    <ToastProvider>
      <UpdatePrompt />
      <Overlays />
      <RemindersProvider>
        <Shell>
          <ErrorBoundary key={location}>
            <Suspense fallback={<div className="page-loading" />}>
              <Switch>
                {ROUTES.map(({ path, Page }) => (
                  <Route key={path} path={path}>
                    <Page />
                  </Route>
                ))}
                <Route>
                  <NotFound />
                </Route>
              </Switch>
            </Suspense>
          </ErrorBoundary>
        </Shell>
      </RemindersProvider>
    </ToastProvider>
  );
}
