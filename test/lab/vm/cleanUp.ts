import { rmSync } from 'node:fs';
import { removeNamespace } from '../namespaces';
import { endProcess, findProcesses, isAlive } from '../processes';
import { listVms, readVmState, vmFolder, vmNamespace } from './vmState';

/** Milliseconds a process gets to end tidily; a VM has nothing to save. */
const graceMs = 3_000;

/** Ends and deletes everything of a VM, whole or half made; a second call finds nothing. */
export async function removeVm(name: string): Promise<void> {
  const folder = vmFolder(name);
  const state = readVmState(name);
  for (const ref of [state?.qemu, state?.relay]) {
    if (ref !== undefined) await endProcess(ref, graceMs);
  }
  // Those whose pid was not written down yet are known by the folder on their command line.
  const ours = (line: string): boolean =>
    line.includes(`${folder}/`) &&
    (line.startsWith('qemu-system-x86_64 ') || line.includes('/test/lab/vm/relay.ts '));
  for (const { ref } of findProcesses('cmdline', ours)) await endProcess(ref, graceMs);
  await removeNamespace(vmNamespace(name));
  rmSync(folder, { recursive: true, force: true });
}

/** Removes VMs whose owner ended without doing so, and that of `name` in any case. */
export async function removeVmLeftovers(name: string): Promise<void> {
  for (const vm of listVms()) {
    const owner = readVmState(vm)?.owner;
    const abandoned = owner !== undefined && !isAlive(owner);
    if (vm === name || abandoned) await removeVm(vm);
  }
}
