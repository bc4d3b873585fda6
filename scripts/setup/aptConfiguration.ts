import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

const archiveKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Debian's own name of its archive, for machines whose sources are not Debian's (Ubuntu, say). */
const defaultMirror = 'http://deb.debian.org/debian';

/** What the private apt looks at. */
export interface AptSources {
  /** Address of a Debian archive. */
  readonly mirror: string;
  /** Codenames, such as `bookworm`. */
  readonly releases: readonly string[];
}

/** Finds the Debian archive that this machine already uses; SWARMSCOPE_DEBIAN_MIRROR overrides it. */
export async function debianMirror(): Promise<string> {
  const named = process.env['SWARMSCOPE_DEBIAN_MIRROR'];
  if (named !== undefined && named !== '') return named;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID="?debian"?$/m.test(release)) return defaultMirror;
  const { stdout } = await execa(
    'apt-get',
    ['indextargets', '--format', '$(REPO_URI) $(RELEASE)', 'Created-By: Packages'],
    { reject: false },
  );
  return pickMirror(stdout) ?? defaultMirror;
}

/** Picks the main archive out of `URI RELEASE` lines; updates, security and foreign archives are not it. */
export function pickMirror(targets: string): string | undefined {
  const lines = targets.split('\n').map((line) => line.trim().split(' '));
  const main = lines.find(
    ([uri = '', release = '']) => /\/debian\/?$/.test(uri) && /^[a-z]+$/.test(release),
  );
  return main?.[0]?.replace(/\/$/, '');
}

/**
 * Writes an apt configuration with its own sources, lists, cache and empty status, so that the
 * machine's are neither read nor touched; answers the file to pass with `-c`.
 */
export async function writeAptConfiguration(folder: string, sources: AptSources): Promise<string> {
  await access(archiveKeyring).catch(() => {
    throw new Error(`${archiveKeyring} is missing: install the package debian-archive-keyring.`);
  });
  const parts = path.join(folder, 'sources.list.d');
  await mkdir(parts, { recursive: true });
  await mkdir(path.join(folder, 'lists', 'partial'), { recursive: true });
  await mkdir(path.join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  await writeFile(path.join(folder, 'status'), '');
  const lines = sources.releases.map(
    (release) => `deb [signed-by=${archiveKeyring}] ${sources.mirror} ${release} main\n`,
  );
  await writeFile(path.join(parts, 'engines.list'), lines.join(''));
  const file = path.join(folder, 'apt.conf');
  await writeFile(file, configurationText(folder, parts));
  return file;
}

function configurationText(folder: string, parts: string): string {
  return [
    // The machine's hooks would clean the machine's own cache.
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    '#clear DPkg::Post-Invoke;',
    'Dir::Etc::SourceList "/dev/null";',
    `Dir::Etc::SourceParts "${parts}";`,
    'Dir::Etc::Preferences "/dev/null";',
    'Dir::Etc::PreferencesParts "/dev/null";',
    `Dir::State "${folder}";`,
    `Dir::State::Lists "${folder}/lists";`,
    `Dir::State::status "${folder}/status";`,
    `Dir::Cache "${folder}/cache";`,
    'APT::Default-Release "";',
    // The download folder belongs to root; without this apt warns about its sandbox user.
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    '',
  ].join('\n');
}
