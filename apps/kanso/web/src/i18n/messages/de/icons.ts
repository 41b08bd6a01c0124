// German: what the icons show.

import type { IconMessages } from "../en/icons.ts";

export const icons: IconMessages = {
  check: "Haken, erledigt, Aufgabe",
  water: "Wasser, trinken, Tropfen, Glas",
  walk: "Gehen, Schritte, laufen, Spaziergang",
  book: "Buch, lesen, Seiten, lernen",
  lotus: "Lotus, meditieren, Yoga, Ruhe, atmen",
  moon: "Mond, schlafen, Nacht, Bett",
  sun: "Sonne, Morgen, früh, Licht",
  dumbbell: "Hantel, Sport, Training, Kraft, Fitness",
  heart: "Herz, Gesundheit, Liebe, Dankbarkeit",
  leaf: "Blatt, Natur, Pflanzen, Garten, Gemüse",
  food: "Essen, Mahlzeit, kochen, Obst",
  coffee: "Kaffee, Tee, Tasse, Koffein",
  pen: "Stift, schreiben, Tagebuch, zeichnen",
  music: "Musik, Instrument, singen, üben",
  code: "Code, programmieren, Computer, Arbeit",
  language: "Sprache, lernen, Wörter, übersetzen",
  phone: "Telefon, Bildschirm, anrufen, Handy",
  home: "Zuhause, Haus, putzen, aufräumen",
  people: "Menschen, Freunde, Familie",
  pill: "Tablette, Medizin, Vitamine",
  money: "Geld, sparen, Budget, Ausgaben",
  bike: "Fahrrad, Rad fahren",
  swim: "Schwimmen, Becken, Meer",
  star: "Stern, Favorit, Ziel",
};
