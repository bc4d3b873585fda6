import * as l10n from '@vscode/l10n';
import { note, problem, warning, type Finding } from './finding';
import { ENCRYPTED_OPTION, MTU_OPTION, VXLAN_OPTION } from './networkBody';
import type { NetworkDraft } from './networkDraft';
import type { NetworkSurroundings } from './networkSurroundings';

/** RFC 791: every IPv4 link carries so many bytes. */
const SMALLEST_MTU = 68;
const LARGEST_MTU = 65_535;
/** RFC 8200: every IPv6 link carries so many bytes. */
const SMALLEST_IPV6_MTU = 1_280;
/** VXLAN headers over IPv4. */
const VXLAN_BYTES = 50;
/** The same with ESP. */
const ENCRYPTED_BYTES = 76;
/** VXLAN ids have 24 bits. */
const LARGEST_VXLAN_ID = 16_777_215;
/** swarmkit keeps it for what it makes itself. */
const PREDEFINED_LABEL = 'com.docker.swarm.predefined';

/** Checks the MTU and says what it comes to inside. */
export function checkMtu({ mtu, encrypted, ipv6 }: NetworkDraft): readonly Finding[] {
  if (mtu === undefined) {
    return [];
  }
  if (!Number.isInteger(mtu) || mtu < SMALLEST_MTU || mtu > LARGEST_MTU) {
    return [
      problem(
        'mtu',
        l10n.t(
          'The MTU is a whole number from {0} to {1}: that of the links between the nodes.',
          SMALLEST_MTU,
          LARGEST_MTU,
        ),
      ),
    ];
  }
  const inner = mtu - (encrypted === true ? ENCRYPTED_BYTES : VXLAN_BYTES);
  if (inner < SMALLEST_MTU) {
    return [
      problem(
        'mtu',
        l10n.t(
          'An MTU of {0} leaves {1} bytes inside the network, fewer than {2}. Give the MTU of the links between the nodes.',
          mtu,
          inner,
          SMALLEST_MTU,
        ),
      ),
    ];
  }
  const told = note(
    'mtu',
    encrypted === true
      ? l10n.t('Links between nodes carry {0} bytes; encrypted, the tasks get {1}.', mtu, inner)
      : l10n.t('Links between nodes carry {0} bytes; the tasks get {1}.', mtu, inner),
  );
  return ipv6 === true && inner < SMALLEST_IPV6_MTU
    ? [
        told,
        warning(
          'mtu',
          l10n.t(
            'IPv6 needs {0} bytes inside the network: raise the MTU or leave IPv6 off.',
            SMALLEST_IPV6_MTU,
          ),
        ),
      ]
    : [told];
}

/** Checks VXLAN ids: range, none twice, none in use, no more than subnets. */
export function checkVxlanIds(
  { vxlanIds = [], subnets = [] }: Pick<NetworkDraft, 'vxlanIds' | 'subnets'>,
  { vxlanIds: taken }: Pick<NetworkSurroundings, 'vxlanIds'>,
): readonly Finding[] {
  const places = Math.max(1, subnets.length);
  const refuse = (text: string): readonly Finding[] => [problem('vxlanIds', text)];
  for (const [index, id] of vxlanIds.entries()) {
    const user = taken.get(id);
    if (!Number.isInteger(id) || id < 0 || id > LARGEST_VXLAN_ID) {
      return refuse(
        l10n.t('{0} is no VXLAN id: use whole numbers from 0 to {1}.', id, LARGEST_VXLAN_ID),
      );
    }
    if (vxlanIds.indexOf(id) !== index) {
      return refuse(
        l10n.t('The VXLAN id {0} is given twice: each subnet needs one of its own.', id),
      );
    }
    if (user !== undefined) {
      return refuse(
        l10n.t('The VXLAN id {0} is in use by the network "{1}". Choose another.', id, user),
      );
    }
  }
  if (vxlanIds.length > places) {
    return refuse(
      l10n.t('{0} VXLAN ids for {1} subnets: give one for each subnet.', vxlanIds.length, places),
    );
  }
  return [
    ...(vxlanIds.includes(0)
      ? [warning('vxlanIds', l10n.t('Docker 20.10 takes another VXLAN id in place of 0.'))]
      : []),
    ...(vxlanIds.length > 0 && vxlanIds.length < places
      ? [note('vxlanIds', l10n.t('The swarm chooses the VXLAN ids of the other subnets.'))]
      : []),
  ];
}

/** Checks the name of a label. */
export function checkLabel(name: string): readonly Finding[] {
  if (name === '' || /\s/.test(name)) {
    return [
      problem(
        'labels',
        l10n.t('The label "{0}" needs a name without spaces: write name=value.', name),
      ),
    ];
  }
  return name === PREDEFINED_LABEL
    ? [problem('labels', l10n.t('The label {0} is kept for Docker itself. Remove it.', name))]
    : [];
}

/** Checks the name of a driver option. */
export function checkOption(name: string): readonly Finding[] {
  const own: Readonly<Record<string, string>> = {
    [ENCRYPTED_OPTION]: l10n.t('Encrypted'),
    [MTU_OPTION]: l10n.t('MTU'),
    [VXLAN_OPTION]: l10n.t('VXLAN ids'),
  };
  const place = own[name];
  if (place !== undefined) {
    return [
      problem('options', l10n.t('The driver option {0} has a row of its own: "{1}".', name, place)),
    ];
  }
  return name === '' || /[\s=]/.test(name)
    ? [
        problem(
          'options',
          l10n.t('The option "{0}" needs a name without spaces: write name=value.', name),
        ),
      ]
    : [];
}

/** Checks encryption against the nodes. */
export function checkEncrypted(
  { encrypted }: Pick<NetworkDraft, 'encrypted'>,
  { nodes, windowsNodes }: Pick<NetworkSurroundings, 'nodes' | 'windowsNodes'>,
): readonly Finding[] {
  if (encrypted !== true) {
    return [];
  }
  if (windowsNodes.length > 0 && windowsNodes.length === nodes.length) {
    return [
      problem(
        'encrypted',
        l10n.t('Encrypted networks work on Linux only, and all nodes run Windows. Turn it off.'),
      ),
    ];
  }
  return [
    ...(windowsNodes.length === 0
      ? []
      : [
          warning(
            'encrypted',
            l10n.t(
              'Encrypted networks work on Linux only: keep their tasks off {0}, or turn it off.',
              windowsNodes.join(', '),
            ),
          ),
        ]),
    note(
      'encrypted',
      l10n.t(
        'Encryption needs IP protocol 50 (ESP) open between all nodes, and their kernels’ ESP.',
      ),
    ),
  ];
}
