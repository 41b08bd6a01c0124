// Italian: the statistics page.

import type { StatisticsMessages } from "../en/statistics.ts";

export const statistics: StatisticsMessages = {
  title: "Statistiche",
  month: "Ultimi 30 giorni",
  none: "Non c’era ancora niente da fare",
};
