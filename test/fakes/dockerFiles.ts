import { createHash } from 'node:crypto';
import type { ContextFiles } from '../../src/docker/contexts';

/** Files in memory; folders are what paths imply. */
export class MemoryFiles implements ContextFiles {
  constructor(private readonly files: Readonly<Record<string, string>>) {}

  async readFile(file: string): Promise<string> {
    const text = this.files[file];
    if (text === undefined) {
      throw new Error(`ENOENT ${file}`);
    }
    return text;
  }

  async readDir(folder: string): Promise<readonly string[]> {
    const inside = Object.keys(this.files).filter((file) => file.startsWith(`${folder}/`));
    if (inside.length === 0) {
      throw new Error(`ENOENT ${folder}`);
    }
    return [...new Set(inside.map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''))];
  }

  async exists(file: string): Promise<boolean> {
    return file in this.files;
  }
}

/** Name of the folders of a context. */
export const hash = (name: string): string => createHash('sha256').update(name).digest('hex');

/** Path and text of a context's file. */
export function context(
  name: string,
  host: string,
  root = '/home/me/.docker',
  more = {},
): [string, string] {
  return [
    `${root}/contexts/meta/${hash(name)}/meta.json`,
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: { Host: host, ...more } } }),
  ];
}

/** Path of a context's `ca`, `cert` or `key`. */
export const tlsFile = (context: string, name: string): string =>
  `/home/me/.docker/contexts/tls/${hash(context)}/docker/${name}.pem`;

/** Whose files they are. */
export const home = '/home/me';
