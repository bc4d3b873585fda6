import { describe, expect, it } from 'vitest';
import { isThere, manifest, readJson, readText } from './projectFiles';

interface Task {
  readonly label: string;
  readonly type: string;
  readonly script?: string;
  readonly problemMatcher: unknown;
}

interface Launch {
  readonly name: string;
  readonly preLaunchTask?: string;
}

const { tasks } = readJson('.vscode/tasks.json') as { tasks: readonly Task[] };
const { configurations } = readJson('.vscode/launch.json') as { configurations: readonly Launch[] };
const { recommendations } = readJson('.vscode/extensions.json') as {
  recommendations: readonly string[];
};
const settings = readJson('.vscode/settings.json') as Record<string, unknown>;

/** Folders that the build makes; what is in them is not there before. */
const built = /^(dist|out)\//;

describe('.vscode', () => {
  it('launches only what a task builds first, or what is there', () => {
    const labels = tasks.map((task) => task.label);
    const waited = configurations.flatMap((entry) => entry.preLaunchTask ?? []);
    expect(waited.length).toBeGreaterThan(0);
    expect(waited.filter((label) => !labels.includes(label))).toEqual([]);
  });

  it('runs only scripts of package.json', () => {
    const unknown = tasks.filter(
      (task) => task.type !== 'npm' || manifest.scripts[task.script ?? ''] === undefined,
    );
    expect(unknown).toEqual([]);
  });

  it('names only files that are there', () => {
    const files = ['launch', 'tasks', 'settings'].map((name) => readText(`.vscode/${name}.json`));
    const named = [...files.join('\n').matchAll(/\$\{workspaceFolder\}\/([^"}]+)/g)].map(
      (match) => match[1] ?? '',
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((file) => !built.test(file) && !isThere(file))).toEqual([]);
  });

  it('formats with an extension that it recommends', () => {
    expect(recommendations).toContain(settings['editor.defaultFormatter']);
    expect(recommendations.filter((id) => !/^[\w-]+\.[\w-]+$/.test(id))).toEqual([]);
  });

  it('waits for the lines that the watcher prints', () => {
    const watch = tasks.find((task) => task.label === 'watch')?.problemMatcher as {
      readonly background: { readonly beginsPattern: string; readonly endsPattern: string };
    };
    const printed = [...readText('scripts/build.ts').matchAll(/'(\[watch\][^']+)'/g)].map(
      (match) => match[1] ?? '',
    );
    const { beginsPattern, endsPattern } = watch.background;
    expect(printed.filter((line) => new RegExp(beginsPattern).test(line))).toHaveLength(1);
    expect(printed.filter((line) => new RegExp(endsPattern).test(line))).toHaveLength(1);
  });
});

describe('package.json', () => {
  it('runs only scripts that are there', () => {
    const named = Object.values(manifest.scripts).flatMap((script) =>
      script.match(/scripts\/\S+/g),
    );
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((file) => file !== null && !isThere(file))).toEqual([]);
  });
});
