import { existsSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { NodeRole } from '../labState';
import type { ProcessRef } from '../processes';

/** A node of the VM's swarm. */
export interface VmNode {
  /** Host name, such as `node1`. */
  readonly name: string;
  /** IPv4 address, reached from the VM's namespace only. */
  readonly address: string;
  readonly role: NodeRole;
  /** Path of a unix socket that is relayed to the engine's TCP port. */
  readonly socket: string;
}

/** Everything another process needs to look after a VM. */
export interface VmState {
  readonly name: string;
  readonly folder: string;
  /** Path of the namespace that holds the VM's network, which has no way out. */
  readonly netns: string;
  readonly engineVersion: string;
  readonly nodes: readonly VmNode[];
  readonly qemu: ProcessRef | undefined;
  readonly relay: ProcessRef | undefined;
  /** The process whose end makes this VM a leftover; undefined for one that stays up by itself. */
  readonly owner: ProcessRef | undefined;
  /** True once the swarm is formed and its images are there. */
  readonly ready: boolean;
}

const root = '/tmp';
const prefix = 'swarmscope-vm-';
const stateFile = 'state.json';

/** Folder that holds everything of the VM of that name. */
export function vmFolder(name: string): string {
  return path.join(root, `${prefix}${name}`);
}

/** Name of the namespace of the VM of that name. */
export function vmNamespace(name: string): string {
  return `${prefix}${name}`;
}

/** Reads a VM's state; undefined when there is no such VM. */
export function readVmState(name: string): VmState | undefined {
  try {
    return JSON.parse(readFileSync(path.join(vmFolder(name), stateFile), 'utf8')) as VmState;
  } catch {
    return undefined;
  }
}

/** Replaces a VM's state file in one step, so that readers never see half of it. */
export function writeVmState(state: VmState): void {
  const file = path.join(state.folder, stateFile);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** Lists the names of all VMs that left a folder, whole or broken. */
export function listVms(): string[] {
  return readdirSync(root)
    .filter((name) => name.startsWith(prefix) && existsSync(path.join(root, name)))
    .map((name) => name.slice(prefix.length))
    .toSorted();
}
