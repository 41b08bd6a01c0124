// @syncline/client/search: full text search over declared fields, for the `search` of collections and of queries.

export { textSearch } from "./text-search.ts";
