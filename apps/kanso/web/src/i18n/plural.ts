// Words that depend on a number, by the rules of a language.

export interface Forms {
  readonly one: string;
  readonly other: string;
}

/** Chooses the form for a number, and puts the number in the place of `#`. */
export type Plural = (count: number, forms: Forms) => string;

export function pluralOf(language: string): Plural {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (count, { one, other }) =>
    (rules.select(count) === "one" ? one : other).replaceAll("#", numbers.format(count));
}
