import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../../../out/reports/bench-figures.json', import.meta.url));

/** One row of figures. */
export type Figures = Readonly<Record<string, string | number>>;

/** Shows figures as a table, and keeps them under `title` in out/reports/bench-figures.json. */
export async function tell(title: string, rows: readonly Figures[]): Promise<void> {
  console.log(title);
  console.table(rows);
  await mkdir(path.dirname(FILE), { recursive: true });
  const before = await readFile(FILE, 'utf8').catch(() => '{}');
  const all = { ...(JSON.parse(before) as object), [title]: rows };
  await writeFile(FILE, `${JSON.stringify(all, undefined, 2)}\n`);
}

/** Two decimals are enough for people. */
export function round(figure: number): number {
  return Math.round(figure * 100) / 100;
}
