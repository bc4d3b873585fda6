import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineChoice } from '../../scripts/setup/engines';
import { type ProcessRef, isAlive, readProcess } from './processes';

/** Faults that a node can be given, one letter of `fault KIND NODE`. */
export type FaultKind = 'link' | 'vxlan' | 'gossip' | 'daemon';

/** Every fault, for argument parsers. */
export const faultKinds: readonly FaultKind[] = ['link', 'vxlan', 'gossip', 'daemon'];

/** What a node is for the swarm; `lone` is an engine outside any swarm. */
export type NodeRole = 'manager' | 'worker' | 'lone';

/** Paths of PEM files for a node's engine. */
export interface NodeTls {
  /** The authority that signs the certificates of clients. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** One node of a lab as written to its state file. */
export interface NodeState {
  /** Host name, such as `node1`. */
  readonly name: string;
  /** IPv4 address on the lab's bridge. */
  readonly address: string;
  readonly role: NodeRole;
  /** Path of the node's network namespace, for `nsenter --net=`. */
  readonly netns: string;
  /** Interface on the client's side; down means the node is off the network. */
  readonly link: string;
  /** Folder of the node's daemon: data, exec root, sockets, log. */
  readonly folder: string;
  /** Path of the engine's unix socket. */
  readonly socket: string;
  /** Files with which it serves mutual TLS instead of plain HTTP. */
  readonly tls?: NodeTls;
  /** Its dockerd; undefined before the first start. */
  readonly daemon: ProcessRef | undefined;
}

/** A fault that is in force. */
export interface ActiveFault {
  readonly kind: FaultKind;
  readonly node: string;
}

/** Everything another process needs to look after a lab. */
export interface LabState {
  readonly name: string;
  readonly folder: string;
  /** Such as `10.77.0.0/24`. */
  readonly subnet: string;
  readonly bridge: string;
  readonly clientNetns: string;
  readonly engine: EngineChoice;
  readonly engineVersion: string;
  readonly nodes: readonly NodeState[];
  readonly watcher: ProcessRef | undefined;
  readonly faults: readonly ActiveFault[];
  /** The process whose end makes this lab a leftover; undefined for one that stays up by itself. */
  readonly owner: ProcessRef | undefined;
  /** True once `up` has finished. */
  readonly ready: boolean;
}

const root = '/tmp';
const prefix = 'swarmscope-lab-';
const stateFile = 'state.json';
const lockFile = path.join(root, 'swarmscope-lab.lock');

/** Folder that holds everything of the lab of that name. */
export function labFolder(name: string): string {
  return path.join(root, `${prefix}${name}`);
}

/** Path of the state file in a lab's folder. */
export function stateFileOf(folder: string): string {
  return path.join(folder, stateFile);
}

/** Reads a lab's state; undefined when there is no such lab. */
export function readState(name: string): LabState | undefined {
  try {
    return JSON.parse(readFileSync(stateFileOf(labFolder(name)), 'utf8')) as LabState;
  } catch {
    return undefined;
  }
}

/** Replaces a lab's state file in one step, so that readers never see half of it. */
export function writeState(state: LabState): void {
  const file = stateFileOf(state.folder);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** Lists the names of all labs that left a folder, whole or broken. */
export function listLabs(): string[] {
  return readdirSync(root)
    .filter((name) => name.startsWith(prefix) && existsSync(path.join(root, name)))
    .map((name) => name.slice(prefix.length))
    .toSorted();
}

/** Runs `action` while no other process on this machine is inside one; a dead holder is passed over. */
export async function withLabLock<T>(action: () => Promise<T>): Promise<T> {
  await acquireLock();
  try {
    return await action();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

async function acquireLock(): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    try {
      writeFileSync(lockFile, JSON.stringify(readProcess(process.pid)), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (isStaleLock()) rmSync(lockFile, { force: true });
    else if (Date.now() > deadline) throw new Error(`${lockFile} is held by another lab command.`);
    else await delay(50);
  }
}

function isStaleLock(): boolean {
  try {
    const text = readFileSync(lockFile, 'utf8');
    // Empty: its holder is between creating and writing it.
    return text !== '' && !isAlive(JSON.parse(text) as ProcessRef);
  } catch {
    return false;
  }
}
