// Only the reader's own times, for pages that have no other script.

import { ownTimes } from "./parts/own_time.mjs";

ownTimes();
