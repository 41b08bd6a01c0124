// The palette of habits: a habit keeps one of these; each theme shows it so that it can be read there.

export const HABIT_COLORS = [
  "#a8322f",
  "#a14400",
  "#8a5a00",
  "#66700c",
  "#1f7a34",
  "#007a66",
  "#00758c",
  "#1e66ad",
  "#5556b8",
  "#824499",
  "#a02f6b",
  "#5b6470",
] as const;

/**
 * For `data-color`: the place in the palette, from 1. Colours of other apps get the one that is nearest; without
 * a colour it is the last, a grey.
 */
export function paletteOf(color: string): number {
  const exact = HABIT_COLORS.findIndex((name) => name === color.toLowerCase());
  if (exact >= 0) return exact + 1;
  if (color === "") return HABIT_COLORS.length;
  const wanted = channelsOf(color);
  const distances = HABIT_COLORS.map((name) => {
    const other = channelsOf(name);
    return wanted.reduce((sum, channel, index) => sum + (channel - (other[index] ?? 0)) ** 2, 0);
  });
  return distances.indexOf(Math.min(...distances)) + 1;
}

/** @param color `#RGB` or `#RRGGBB` */
function channelsOf(color: string): readonly number[] {
  const digits = color.slice(1);
  const long = digits.length === 3 ? digits.replaceAll(/./g, "$&$&") : digits;
  return [0, 2, 4].map((at) => Number.parseInt(long.slice(at, at + 2), 16));
}
