// English: search.

export const search = {
  title: "Search",
};

export type SearchMessages = typeof search;
