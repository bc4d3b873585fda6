import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { bundles, root } from './build';

/** Where the notices are kept; committed and shipped. */
export const noticesFile = path.join(root, 'THIRD_PARTY_NOTICES.md');

/** A package of which something is in a bundle. */
interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/** Writes down every package that the bundles contain with its licence, from the bundles' own inputs. */
export async function buildNotices(): Promise<string> {
  const folders = new Set<string>();
  for (const bundle of Object.values(bundles(true))) {
    const { metafile } = await esbuild.build({ ...bundle, write: false, metafile: true });
    for (const output of Object.values(metafile.outputs)) {
      for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
        const folder = packageFolder(input);
        if (folder !== undefined && bytesInOutput > 0) {
          folders.add(folder);
        }
      }
    }
  }
  const packages = await Promise.all([...folders].map(readPackage));
  const sorted = packages.toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
  return [
    '# Third-party notices',
    '',
    'Swarmscope contains parts of these packages. Made by scripts/notices.ts; do not edit.',
    '',
    ...sorted.map(({ name, version, license }) => `- ${name} ${version} (${license})`),
    '',
    ...sorted.flatMap(({ name, version, text }) => [
      `## ${name} ${version}`,
      '',
      '```text',
      text,
      '```',
      '',
    ]),
  ].join('\n');
}

/** Gives the package's folder of a bundle's input such as `node_modules/@a/b/lib/c.js`. */
function packageFolder(input: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

async function readPackage(folder: string): Promise<BundledPackage> {
  const manifest = JSON.parse(
    await readFile(path.join(root, folder, 'package.json'), 'utf8'),
  ) as Record<'name' | 'version' | 'license', string> & { author?: string | { name: string } };
  const files = (await readdir(path.join(root, folder))).filter((name) =>
    /^(licen[cs]e|copying|notice)/i.test(name),
  );
  const texts = await Promise.all(
    files.toSorted().map((name) => readFile(path.join(root, folder, name), 'utf8')),
  );
  const text = texts.map((part) => part.replaceAll('\r\n', '\n').trim()).join('\n\n');
  const { name, version, license, author } = manifest;
  const holder = typeof author === 'string' ? author : author?.name;
  return {
    name,
    version,
    license,
    text:
      text === ''
        ? `Licensed under ${license}${holder === undefined ? '' : ` by ${holder}`}; the package ships no licence file.`
        : text,
  };
}

if (
  process.argv[1] !== undefined &&
  path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)
) {
  await writeFile(noticesFile, await buildNotices());
  console.log(`Wrote ${path.relative(root, noticesFile)}`);
}
