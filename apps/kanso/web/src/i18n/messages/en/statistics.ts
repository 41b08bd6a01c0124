// English: the statistics page.

export const statistics = {
  title: "Statistics",
  month: "Last 30 days",
  none: "Nothing was due yet",
};

export type StatisticsMessages = typeof statistics;
