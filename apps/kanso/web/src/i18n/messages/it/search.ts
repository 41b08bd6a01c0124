// Italian: search.

import type { SearchMessages } from "../en/search.ts";

export const search: SearchMessages = {
  title: "Cerca",
};
