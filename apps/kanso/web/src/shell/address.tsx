// The address as pages see it: another page is made ready in pieces, and shown in one, while this one still answers.

import {
  createContext,
  type ReactNode,
  startTransition,
  useContext,
  useEffect,
  useState,
} from "react";
import { Router } from "wouter";
import { navigate } from "wouter/use-browser-location";

const Path = createContext("/");
const Search = createContext("");

const usePath = (): [string, typeof navigate] => [useContext(Path), navigate];
const useSearch = () => useContext(Search);

/** wouter tells of the first two, browsers of the others. */
const EVENTS = ["pushState", "replaceState", "popstate", "hashchange"];

export function AddressProvider({ children }: { readonly children: ReactNode }) {
  const [{ path, search }, setAddress] = useState(read);
  useEffect(() => {
    let asked = location.pathname;
    const follow = () => {
      const next = read();
      const isHere = next.path === asked;
      asked = next.path;
      // What changes on a page is asked for by its controls: they go on from what is shown.
      if (isHere) setAddress(next);
      else startTransition(() => setAddress(next));
    };
    const stop = new AbortController();
    for (const event of EVENTS) addEventListener(event, follow, { signal: stop.signal });
    follow();
    return () => stop.abort();
  }, []);
  return (
    <Path value={path}>
      <Search value={search}>
        <Router hook={usePath} searchHook={useSearch}>
          {children}
        </Router>
      </Search>
    </Path>
  );
}

function read(): { readonly path: string; readonly search: string } {
  return { path: location.pathname, search: location.search };
}
