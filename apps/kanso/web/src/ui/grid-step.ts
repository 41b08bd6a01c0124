// Where a key leads in a grid.

/**
 * @param place the cell that has the focus, as `row:column`
 * @param cells all cells there are; rows may begin later and end earlier than others
 * @returns undefined where the key leads nowhere
 */
export function gridStep(key: string, place: string, cells: readonly string[]): string | undefined {
  const [row, column] = numbersOf(place);
  const there = new Set(cells);
  const look = (nextRow: number, nextColumn: number) => {
    const next = `${nextRow}:${nextColumn}`;
    return there.has(next) ? next : undefined;
  };
  switch (key) {
    case "ArrowLeft":
      return look(row, column - 1);
    case "ArrowRight":
      return look(row, column + 1);
    case "ArrowUp":
      return look(row - 1, column);
    case "ArrowDown":
      return look(row + 1, column);
    case "Home":
    case "End": {
      const columns = cells.map(numbersOf).flatMap(([one, at]) => (one === row ? [at] : []));
      return look(row, key === "Home" ? Math.min(...columns) : Math.max(...columns));
    }
    default:
      return undefined;
  }
}

function numbersOf(place: string): readonly [number, number] {
  const [row = "", column = ""] = place.split(":");
  return [Number(row), Number(column)];
}
