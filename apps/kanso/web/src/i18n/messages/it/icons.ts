// Italian: what the icons show.

import type { IconMessages } from "../en/icons.ts";

export const icons: IconMessages = {
  check: "Spunta, fatto, compito",
  water: "Acqua, bere, goccia, bicchiere",
  walk: "Camminare, passi, correre, passeggiata",
  book: "Libro, leggere, pagine, studiare",
  lotus: "Loto, meditare, yoga, calma, respirare",
  moon: "Luna, dormire, notte, letto",
  sun: "Sole, mattina, presto, luce",
  dumbbell: "Manubrio, esercizio, allenamento, palestra, forza",
  heart: "Cuore, salute, amore, gratitudine",
  leaf: "Foglia, natura, piante, giardino, verdura",
  food: "Cibo, mangiare, pasto, cucinare, frutta",
  coffee: "Caffè, tè, tazza, caffeina",
  pen: "Penna, scrivere, diario, disegnare",
  music: "Musica, strumento, cantare, esercitarsi",
  code: "Codice, programmare, computer, lavoro",
  language: "Lingua, imparare, parole, tradurre",
  phone: "Telefono, schermo, chiamare, cellulare",
  home: "Casa, pulire, riordinare",
  people: "Persone, amici, famiglia",
  pill: "Pillola, medicina, vitamine",
  money: "Soldi, risparmiare, bilancio, spese",
  bike: "Bicicletta, pedalare, bici",
  swim: "Nuotare, piscina, mare",
  star: "Stella, preferito, obiettivo",
};
