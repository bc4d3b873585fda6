import path from 'node:path';
import { nodeNamespace } from './cleanUp';
import { type NodeRole, type NodeState, labFolder, listLabs, readState } from './labState';
import { interfaceName, namespacePath } from './namespaces';

/** Checks a lab's name: short enough for socket paths (108 bytes), plain enough for namespaces. */
export function checkName(name: string): string {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(name)) {
    throw new Error(`A lab's name is 1-20 lower-case letters, digits and dashes, not "${name}".`);
  }
  return name;
}

/** Checks a subnet such as `10.77.0.0/24`; only /24 is accepted. */
export function checkSubnet(subnet: string): string {
  const octets = /^(\d+)\.(\d+)\.(\d+)\.0\/24$/.exec(subnet)?.slice(1).map(Number);
  if (octets === undefined || octets.some((octet) => octet > 255)) {
    throw new Error(`A lab's subnet looks like 10.77.0.0/24, not "${subnet}".`);
  }
  return subnet;
}

/** Takes the named subnet, or the first of 10.77.N.0/24 that no other lab uses. */
export function chooseSubnet(wanted: string | undefined): string {
  const taken = new Set(listLabs().map((name) => readState(name)?.subnet));
  if (wanted !== undefined) {
    if (taken.has(checkSubnet(wanted))) throw new Error(`Another lab uses ${wanted} already.`);
    return wanted;
  }
  for (let third = 0; third <= 255; third += 1) {
    const subnet = `10.77.${third}.0/24`;
    if (!taken.has(subnet)) return subnet;
  }
  throw new Error('Every subnet of 10.77.0.0/16 is used by a lab.');
}

/** Gives the address with that last number in a /24. */
export function addressIn(subnet: string, last: number): string {
  return subnet.replace(/\.0\/24$/, `.${last}`);
}

/** Plans the swarm's nodes: `.11` and up, managers first. */
export function planNodes(
  lab: string,
  subnet: string,
  counts: { readonly nodes: number; readonly managers: number },
): NodeState[] {
  const { nodes, managers } = counts;
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > 20) {
    throw new Error(`A lab has 1 to 20 nodes, not ${nodes}.`);
  }
  if (!Number.isInteger(managers) || managers < 1 || managers > nodes) {
    throw new Error(`A lab of ${nodes} nodes has 1 to ${nodes} managers, not ${managers}.`);
  }
  return Array.from({ length: nodes }, (_, index) =>
    planNode(lab, subnet, { index: index + 1, role: index < managers ? 'manager' : 'worker' }),
  );
}

/** Plans one node; lone engines are numbered from 1 and live at `.101` and up. */
export function planNode(
  lab: string,
  subnet: string,
  place: { readonly index: number; readonly role: NodeRole },
): NodeState {
  const lone = place.role === 'lone';
  const name = `${lone ? 'lone' : 'node'}${place.index}`;
  const folder = path.join(labFolder(lab), name);
  return {
    name,
    address: addressIn(subnet, (lone ? 100 : 10) + place.index),
    role: place.role,
    netns: namespacePath(nodeNamespace(lab, name)),
    link: interfaceName(lab, `${lone ? 'l' : 'n'}${place.index}`),
    folder,
    socket: path.join(folder, 'docker.sock'),
    daemon: undefined,
  };
}
