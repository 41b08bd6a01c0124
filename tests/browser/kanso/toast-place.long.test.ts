// A message has a place of its own, in the other languages.

import { useBrowser } from "../fixture.ts";
import { describeToast } from "./describe-toast.ts";

useBrowser();
describeToast("en-GB");
describeToast("it-IT");
