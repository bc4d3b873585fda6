import { existsSync } from 'node:fs';
import { findMissingRequirements } from '../requirements';
import { run } from '../processes';

const programs: readonly { readonly name: string; readonly package: string }[] = [
  { name: 'qemu-system-x86_64', package: 'qemu-system-x86' },
  { name: 'mkfs.ext4', package: 'e2fsprogs' },
];

/** Says why no VM can run on this machine whatever is installed; undefined when one can. */
export function whyNoVm(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64' || process.getuid?.() !== 0) {
    return 'the emulated VM needs Linux x64 and root';
  }
  if (!existsSync('/dev/net/tun')) {
    return 'the emulated VM needs /dev/net/tun: load the kernel module tun';
  }
  return undefined;
}

/** Tells in sentences what this machine lacks for a VM; an empty list means it can run one. */
export async function findMissingVmRequirements(): Promise<string[]> {
  const never = whyNoVm();
  if (never !== undefined) return [`${never}.`];
  const missing = await findMissingRequirements();
  for (const program of programs) {
    const { failed } = await run('which', [program.name], { reject: false });
    if (failed) missing.push(`Install the package ${program.package}.`);
  }
  return missing;
}
