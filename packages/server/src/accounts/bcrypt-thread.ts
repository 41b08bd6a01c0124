// The thread that checks one password against a hash of bcrypt: see bcrypt.ts.

import { parentPort, workerData } from "node:worker_threads";
import { compareSync } from "bcryptjs";
import type { BcryptQuestion } from "./bcrypt.ts";

const { password, hash } = workerData as BcryptQuestion; // of bcrypt.ts, which alone starts this
parentPort?.postMessage(compareSync(password, hash));
