import path from 'node:path';

/** One import of a source file. */
export interface Import {
  /** Path below the project, such as `src/docker/engine`, or the name of a package. */
  readonly target: string;
  /** True when the import is gone after compiling. */
  readonly typeOnly: boolean;
}

/** Finds all static, dynamic and re-exporting imports of a source text. */
export function findImports(file: string, text: string): readonly Import[] {
  const pattern =
    /^\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]/gm;
  return [...text.matchAll(pattern)].map((match) => ({
    target: resolve(file, match[2] ?? match[3] ?? match[4] ?? ''),
    typeOnly: match[1] !== undefined,
  }));
}

function resolve(file: string, specifier: string): string {
  return specifier.startsWith('.')
    ? path.posix.join(path.posix.dirname(file), specifier)
    : specifier;
}

/** What a room may import from other rooms, beside itself. */
export interface RoomRule {
  readonly values: readonly string[];
  /** Rooms of which only types may be used. */
  readonly types: readonly string[];
}

/** The room of a source path: its folder below `src`, or the file itself. */
export function roomOf(source: string): string {
  return source.split('/')[1]?.replace(/\.ts$/, '') ?? source;
}

/** Names every import of a file that its room must not make. */
export function findTrespasses(
  file: string,
  imports: readonly Import[],
  rule: RoomRule,
): readonly string[] {
  const room = roomOf(file);
  return imports
    .filter(({ target }) => target.startsWith('src/') || target.startsWith('webview-ui/'))
    .filter(({ target, typeOnly }) => {
      const other = target.startsWith('src/') ? roomOf(target) : 'webview-ui';
      return (
        other !== room && !rule.values.includes(other) && !(typeOnly && rule.types.includes(other))
      );
    })
    .map(({ target, typeOnly }) => `${file} → ${target}${typeOnly ? ' (type)' : ''}`);
}
