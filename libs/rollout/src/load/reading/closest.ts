/** The name that was most likely meant; `undefined` when none is near. */
export function closest(written: string, names: readonly string[]): string | undefined {
  const most = Math.min(3, Math.ceil(written.length / 2));
  const ranked = names
    .map((name) => ({ name, distance: distanceOf(written.toLowerCase().slice(0, 64), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= most)
    .toSorted((a, b) => a.distance - b.distance);
  return ranked[0]?.name;
}

/** How many letters must be put in, taken out or changed (Levenshtein). */
function distanceOf(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const changed = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
