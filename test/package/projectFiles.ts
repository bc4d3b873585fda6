import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/build';

/** Reads a file of the project as text. */
export function readText(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** Reads a JSON file of the project; comment lines are allowed, as VS Code allows them. */
export function readJson(file: string): unknown {
  const lines = readText(file).split('\n');
  return JSON.parse(lines.filter((line) => !line.trim().startsWith('//')).join('\n')) as unknown;
}

/** Tells whether the project has a file or folder. */
export function isThere(file: string): boolean {
  return existsSync(path.join(root, file));
}

/** Paths of all TypeScript files below a folder of the project, with forward slashes. */
export function listSources(folder: string): readonly string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .toSorted();
}

/** The manifest as far as tests look at it. */
export interface Manifest {
  readonly engines: { readonly vscode: string };
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly viewsContainers: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly when: string }[];
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<
      Record<
        string,
        readonly { readonly command: string; readonly when: string; readonly group?: string }[]
      >
    >;
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly scope: string }>>;
    };
  };
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** The project's package.json. */
export const manifest = readJson('package.json') as Manifest;
