import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/build';
import {
  COMMANDS,
  CONTEXT_KEYS,
  DOCUMENT_SCHEME,
  ROUTING_PANEL,
  SERVICE_SCHEME,
  SETTINGS,
  VIEWS,
  VIEW_CONTAINER,
} from '../../src/contributions';
import { isThere, manifest, readJson, readText } from './projectFiles';

const { contributes } = manifest;
const sorted = (values: Iterable<string>): readonly string[] => [...new Set(values)].toSorted();
const nls = readJson('package.nls.json') as Record<string, string>;

/** Values of a union type of string literals in contributions.ts, which types alone do not show. */
function literalsOf(type: string): readonly string[] {
  const union = new RegExp(`export type ${type} =([^;]+);`).exec(readText('src/contributions.ts'));
  return sorted([...(union?.[1] ?? '').matchAll(/'([^']+)'/g)].map((match) => match[1] ?? ''));
}

/** Everything that a tree row's `contextValue` can hold. */
function contextTokens(): readonly string[] {
  return [
    ...literalsOf('ContextToken').filter((token) => !token.endsWith(':')),
    ...literalsOf('FailedState').map((state) => `failed:${state}`),
  ];
}

/** Tokens of a `viewItem =~ /\\b(a|b)\\b/` clause. */
function tokensOf(when: string): readonly string[] {
  return [...when.matchAll(/viewItem =~ \/\\b\(?([^/)]+?)\)?\\b\//g)].flatMap(
    (match) => match[1]?.split('|') ?? [],
  );
}

describe('contributions.ts and package.json', () => {
  it('name the same commands', () => {
    expect(sorted(contributes.commands.map((entry) => entry.command))).toEqual(
      sorted(Object.values(COMMANDS)),
    );
  });

  it('name the same view in the same container', () => {
    expect(contributes.viewsContainers['activitybar']?.map((entry) => entry.id)).toEqual([
      VIEW_CONTAINER,
    ]);
    const views = Object.entries(contributes.views).flatMap(([container, list]) =>
      list.map((view) => [container, view.id]),
    );
    expect(views).toEqual(Object.values(VIEWS).map((view) => [VIEW_CONTAINER, view]));
  });

  it('name the same settings', () => {
    expect(sorted(Object.keys(contributes.configuration.properties))).toEqual(
      sorted(Object.values(SETTINGS)),
    );
  });

  it('activate for documents and panels by the same names', () => {
    expect(sorted(manifest.activationEvents)).toEqual(
      sorted([
        'onStartupFinished',
        `onFileSystem:${DOCUMENT_SCHEME}`,
        `onFileSystem:${SERVICE_SCHEME}`,
        `onWebviewPanel:${ROUTING_PANEL}`,
      ]),
    );
  });

  it('have a welcome for every state but connected', () => {
    const shown = contributes.viewsWelcome.flatMap((entry) => entry.when.split(' || '));
    const states = [...literalsOf('ContextState'), ...literalsOf('FailedState')].filter(
      (state) => state !== 'connected',
    );
    expect(sorted(shown)).toEqual(
      sorted(states.map((state) => `${CONTEXT_KEYS.state} == ${state}`)),
    );
    expect([...new Set(contributes.viewsWelcome.map((entry) => entry.view))]).toEqual([
      VIEWS.swarm,
    ]);
  });
});

describe('menus', () => {
  const entries = Object.values(contributes.menus).flat();

  it('offer only commands that exist', () => {
    const commands = new Set<string>(Object.values(COMMANDS));
    expect(entries.filter((entry) => !commands.has(entry.command))).toEqual([]);
  });

  it('ask only for tokens that tree rows can carry', () => {
    const asked = entries.flatMap((entry) => tokensOf(entry.when));
    const tokens = contextTokens();
    expect(asked.length).toBeGreaterThan(5);
    expect(sorted(asked).filter((token) => !tokens.includes(token))).toEqual([]);
  });

  it('have at most two inline actions for any one token', () => {
    const inline = (contributes.menus['view/item/context'] ?? []).filter((entry) =>
      entry.group?.startsWith('inline'),
    );
    expect(inline.length).toBeGreaterThan(0);
    for (const token of contextTokens()) {
      const shown = inline.filter((entry) => tokensOf(entry.when).includes(token));
      expect(shown.length, token).toBeLessThanOrEqual(2);
    }
  });
});

describe('settings that name an address, a certificate or a program', () => {
  it('are all restricted, whatever comes to them', () => {
    const telling = /connection|address|tls|cert|ssh|path|file|proxy|host|command|services/i;
    const named = Object.keys(contributes.configuration.properties).filter((key) =>
      telling.test(key),
    );
    expect(sorted(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations)).toEqual(
      sorted(named),
    );
  });
});

describe('settings that say where to connect', () => {
  it('cannot come from a repository', () => {
    const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    expect(sorted(restricted)).toEqual(
      sorted([
        SETTINGS.connections,
        SETTINGS.nodeAddresses,
        SETTINGS.sshPath,
        SETTINGS.sshConfigFile,
        SETTINGS.probeCurlPath,
        SETTINGS.probeServices,
        SETTINGS.dockerPath,
      ]),
    );
    const scopes = restricted.map((key) => contributes.configuration.properties[key]?.scope);
    expect(sorted(scopes.map(String))).toEqual(['machine']);
  });
});

describe('texts of the manifest', () => {
  const used = sorted(
    [...readText('package.json').matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] ?? ''),
  );

  it('are all in package.nls.json, and none too many', () => {
    expect(sorted(Object.keys(nls))).toEqual(used);
  });

  it('are complete in every language', () => {
    const files = readdirSync(root).filter((name) => /^package\.nls\..+\.json$/.test(name));
    for (const file of files) {
      expect(sorted(Object.keys(readJson(file) as Record<string, string>)), file).toEqual(used);
    }
  });

  it('link only to commands that exist', () => {
    const links = Object.values(nls).flatMap((text) =>
      [...text.matchAll(/\(command:([^)?]+)/g)].map((match) => match[1] ?? ''),
    );
    const commands: readonly string[] = Object.values(COMMANDS);
    expect(links.length).toBeGreaterThan(5);
    // VS Code's own way to look for a newer version.
    const own = links.filter((link) => link !== 'workbench.extensions.action.checkForUpdates');
    expect(own.filter((link) => !commands.includes(link))).toEqual([]);
  });
});

describe('versions', () => {
  it('of VS Code and of its types are one', () => {
    expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies['@types/vscode'] ?? ''}`);
  });

  it('of all packages are exact', () => {
    const loose = Object.entries(manifest.devDependencies).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it('of the lock file hold for every platform', () => {
    const { packages } = readJson('package-lock.json') as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    // A build for another platform that the lock lacks makes `npm ci` refuse it everywhere.
    const missing = Object.entries(packages).flatMap(([at, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !isLocked(Object.keys(packages), at, name))
        .map((name) => `${at} wants ${name}`),
    );
    expect(missing).toEqual([]);
  });
});

/** Whether `name` is found from the folder `at`, as Node.js looks for packages. */
function isLocked(locked: readonly string[], at: string, name: string): boolean {
  const folders = at.split('/node_modules/');
  return (
    folders.some((_folder, index) => {
      const base = folders.slice(0, index + 1).join('/node_modules/');
      return locked.includes(`${base === '' ? '' : `${base}/`}node_modules/${name}`);
    }) || locked.includes(`node_modules/${name}`)
  );
}

describe('README.md', () => {
  it('shows pictures that exist, each with a text in its place', () => {
    const pictures = [...readText('README.md').matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)];
    expect(pictures.length).toBeGreaterThan(1);
    for (const [, alt, file = ''] of pictures) {
      expect(alt).not.toBe('');
      expect(isThere(file), file).toBe(true);
    }
  });
});
