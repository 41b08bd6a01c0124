// German: the statistics page.

import type { StatisticsMessages } from "../en/statistics.ts";

export const statistics: StatisticsMessages = {
  title: "Statistik",
  month: "Letzte 30 Tage",
  none: "Es stand noch nichts an",
};
