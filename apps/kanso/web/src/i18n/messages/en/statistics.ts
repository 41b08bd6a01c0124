// English: the statistics page.

export const statistics = {
  title: "Statistics",
  empty: "Nothing to count yet",
  emptyText: "Once you have a habit, you see here how it goes.",
  rightNow: "Right now",
  rightNowHint:
    "Today and this week count all that is due by tonight. Longer times, and the completion of habits, count what is due today once it is done.",
  today: "Today",
  of: (due: string) => `of ${due}`,
  thisWeek: "This week",
  thisMonth: "This month",
  thisYear: "This year",
  bestStreak: "Best streak",
  range: "Period",
  ranges: { week: "Week", month: "Month", quarter: "90 days", year: "Year", all: "All" },
  trend: "Completion",
  rate: "Completion",
  from: "From",
  byWeekday: "By weekday",
  weekday: "Weekday",
  ranking: "Habits, best first",
  doneShare: (percent: string) => `${percent} done`,
  nothingDue: "nothing due",
  vacations: "Vacations",
  vacationsText:
    "On vacation nothing is due, and no streak breaks. What you do counts all the same.",
  addVacation: "Add a vacation",
  removeVacation: (days: string) => `Remove the vacation ${days}`,
  allHabits: "All habits",
  firstDay: "First day",
  lastDay: "Last day",
  noSuchDay: "Choose a day.",
  endsBefore: "It cannot end before it begins.",
  forAll: "For all habits",
  whichHabits: "For these habits",
  chooseHabit: "Choose at least one habit.",
  vacationNote: "Note",
  toastAdded: "Vacation added",
  toastRemoved: "Vacation removed",
};

export type StatisticsMessages = typeof statistics;
