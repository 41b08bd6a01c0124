// English: what the icons show. The first word is the name; the others are found by search, too.

import type { HabitIconName } from "../../../ui/icons.ts";

export const icons: Readonly<Record<HabitIconName, string>> = {
  check: "Check, done, task",
  water: "Water, drink, drop, glass",
  walk: "Walk, steps, run, outside",
  book: "Book, read, pages, study",
  lotus: "Lotus, meditate, yoga, calm, breathe",
  moon: "Moon, sleep, night, bed",
  sun: "Sun, morning, early, light",
  dumbbell: "Dumbbell, exercise, training, gym, strength",
  heart: "Heart, health, love, gratitude",
  leaf: "Leaf, nature, plants, garden, vegetables",
  food: "Food, eat, meal, cook, fruit",
  coffee: "Coffee, tea, cup, caffeine",
  pen: "Pen, write, journal, diary, draw",
  music: "Music, instrument, sing, practise",
  code: "Code, programming, computer, work",
  language: "Language, learn, words, translate",
  phone: "Phone, screen, call, social media",
  home: "Home, house, clean, tidy",
  people: "People, friends, family, call",
  pill: "Pill, medicine, vitamins",
  money: "Money, save, budget, spend",
  bike: "Bike, cycle, ride",
  swim: "Swim, pool, sea",
  star: "Star, favourite, goal",
};

export type IconMessages = typeof icons;
