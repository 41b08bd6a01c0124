// A message has a place of its own, in the language with the longest words.

import { useBrowser } from "../fixture.ts";
import { describeToast } from "./describe-toast.ts";

useBrowser();
describeToast("de-DE");
