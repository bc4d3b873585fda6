const ALL = 'ALL';

/** A capability as the engine names it: `net_admin` is `CAP_NET_ADMIN` (docker CLI 20.10+). */
export function normalizeCapability(written: string): string {
  const name = written.trim().toUpperCase();
  return name === ALL || name === 'RESET' || name.startsWith('CAP_') ? name : `CAP_${name}`;
}

/** What the docker CLI makes of `--cap-add` and `--cap-drop`: sorted, adding wins over dropping. */
export function effectiveCapabilities(
  add: readonly string[],
  drop: readonly string[],
): { readonly add: readonly string[]; readonly drop: readonly string[] } {
  const added = namesOnce(add);
  return { add: added, drop: namesOnce(drop).filter((name) => !added.includes(name)) };
}

function namesOnce(written: readonly string[]): readonly string[] {
  const names = new Set(written.map(normalizeCapability));
  return names.has(ALL) ? [ALL] : [...names].toSorted();
}
