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

/** Edits that make one word the other; two letters that changed places are one edit. */
function distance(from: string, to: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let index = 0; index < from.length; index += 1) {
    const next = [index + 1];
    for (let column = 0; column < to.length; column += 1) {
      const isSame = from[index] === to[column];
      const isSwapped =
        index > 0 && column > 0 && from[index] === to[column - 1] && from[index - 1] === to[column];
      next.push(
        Math.min(
          (next[column] ?? 0) + 1,
          (row[column + 1] ?? 0) + 1,
          (row[column] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (before[column - 1] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = row;
    row = next;
  }
  return row.at(-1) ?? 0;
}
