import { run } from './processes';

const programs: readonly { readonly name: string; readonly package: string }[] = [
  { name: 'ip', package: 'iproute2' },
  { name: 'iptables', package: 'iptables' },
  { name: 'iptables-restore', package: 'iptables' },
  { name: 'nsenter', package: 'util-linux' },
  { name: 'unshare', package: 'util-linux' },
  { name: 'tar', package: 'tar' },
  { name: 'busybox', package: 'busybox-static' },
];

/** Tells in sentences what this machine lacks for a lab; an empty list means it can run one. */
export async function findMissingRequirements(): Promise<string[]> {
  if (process.platform !== 'linux')
    return ['The lab needs Linux: it is made of network namespaces.'];
  const missing: string[] = [];
  if (process.getuid?.() !== 0) missing.push('The lab needs root: it makes network namespaces.');
  const absent = new Set<string>();
  for (const program of programs) {
    const found = await run('which', [program.name], { reject: false });
    if (found.failed) absent.add(program.package);
  }
  if (absent.size > 0) missing.push(`Install these packages: ${[...absent].join(', ')}.`);
  if (!absent.has('busybox-static')) {
    const { stdout } = await run('busybox', ['--list'], { reject: false });
    if (!stdout.split('\n').includes('httpd')) {
      missing.push('The busybox here has no httpd: install the package busybox-static.');
    }
  }
  return missing;
}
