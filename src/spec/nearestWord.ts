/** The word that somebody most likely meant, or undefined when none is near. */
export function nearestWord(written: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(written.length / 3));
  const plain = simplify(written);
  const [best] = known
    .map((word) => ({ word, distance: distance(plain, simplify(word)) }))
    .filter(({ distance: far }) => far <= limit)
    .toSorted((left, right) => left.distance - right.distance);
  return best?.word;
}

function simplify(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, '');
}

/** Edits that make one word the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, sign] of from.split('').entries()) {
    const next = [index + 1];
    for (const [column, other] of to.split('').entries()) {
      next.push(
        Math.min(
          (next[column] ?? 0) + 1,
          (row[column + 1] ?? 0) + 1,
          (row[column] ?? 0) + (sign === other ? 0 : 1),
        ),
      );
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
