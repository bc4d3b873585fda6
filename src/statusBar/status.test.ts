import { describe, expect, it } from 'vitest';
import { lessonParts, lessonSnapshot } from '../../test/fakes/swarms';
import { SwarmscopeError } from '../common/errors';
import type { ConnectionEntry } from '../docker/target';
import type { SnapshotParts } from '../model/buildSnapshot';
import type { SwarmState } from '../store/swarmState';
import { savedNames, savedStatus, withoutIcons } from './savedStatus';
import { swarmStatus } from './swarmStatus';

const connection: ConnectionEntry = { id: 'a', name: 'lab', source: 'setting', address: 'tcp://h' };
const quiet = (): undefined => undefined;

function connected(
  fields: Partial<ConnectionEntry> = {},
  parts: Partial<SnapshotParts> = {},
): SwarmState {
  return {
    phase: 'connected',
    connection: { ...connection, ...fields },
    snapshot: lessonSnapshot(parts),
  };
}

describe('swarmStatus', () => {
  it('names the swarm and its manager', () => {
    expect(swarmStatus([connected()], quiet)).toEqual({
      text: '$(server-environment) lab · node1',
      lines: [{ name: 'lab', facts: ['manager node1', 'all well'] }],
      severity: 'normal',
      accessibleLabel: 'Swarmscope; lab, manager node1, all well',
    });
  });

  it('shows nothing when nothing is open', () => {
    expect(swarmStatus([], quiet)).toBeUndefined();
  });

  it('tells failing probes while there are any', () => {
    const status = (failing: number) => swarmStatus([connected()], () => failing)?.text;
    expect(status(0)).toBe('$(server-environment) lab · node1');
    expect(status(1)).toBe('$(warning) lab · node1: 1 port fails');
    expect(status(4)).toBe('$(warning) lab · node1: 4 ports fail');
  });

  it('tells services that are short, also beside failing ports', () => {
    const tasks = lessonParts().tasks.filter(({ slot }) => slot !== 3);
    const status = (failing: number) =>
      swarmStatus([connected({}, { tasks })], () => failing)?.text;
    expect(status(0)).toBe('$(server-environment) lab · node1: 1 service short');
    expect(status(2)).toBe('$(warning) lab · node1: 2 ports fail, 1 service short');
  });

  it('tells nodes that are down', () => {
    const nodes = lessonParts().nodes.map((node) => ({
      ...node,
      state: node.id === 'n3' ? ('down' as const) : node.state,
    }));
    expect(swarmStatus([connected({}, { nodes })], quiet)).toMatchObject({
      text: '$(warning) lab · node1: 1 node is down',
      severity: 'warning',
    });
  });

  it.each<[object, string, string]>([
    [{ via: { ...connection, id: 'b', name: 'm2' } }, 'warning', ': through m2'],
    [{ slowMs: 3_000 }, 'warning', ': slow'],
    [
      { lost: { error: new SwarmscopeError('electing'), since: 1 } },
      'warning',
      ': electing a leader',
    ],
    [{ lost: { error: new SwarmscopeError('no-quorum'), since: 1 } }, 'error', ': no leader'],
  ])('tells %j', (fields, severity, words) => {
    const status = swarmStatus([{ ...connected(), ...fields }], quiet);
    expect(status?.severity).toBe(severity);
    expect(status?.text.endsWith(words)).toBe(true);
  });

  it('puts the swarm that is worst off first and counts the others', () => {
    const other = connected({ id: 'b', name: 'prod', production: true });
    const lost = { error: new SwarmscopeError('timed-out'), since: 1 };
    const status = swarmStatus(
      [other, { ...connected(), lost } as SwarmState, { phase: 'disconnected' }],
      quiet,
    );
    expect(status).toMatchObject({
      text: '$(debug-disconnect) lab: no answer +1',
      severity: 'error',
    });
    expect(status?.lines).toEqual([
      { name: 'lab', facts: ['manager node1', 'no answer'] },
      { name: 'prod', facts: ['production', 'manager node1', 'all well'] },
    ]);
    expect(swarmStatus([other], quiet)?.severity).toBe('warning');
  });

  it.each<[SwarmState, string]>([
    [{ phase: 'connecting', connection }, '$(loading~spin) lab: connecting'],
    [
      { phase: 'failed', connection, error: new SwarmscopeError('worker') },
      '$(debug-disconnect) lab: not connected',
    ],
  ])('shows what is not connected', (state, text) => {
    expect(swarmStatus([state], quiet)?.text).toBe(text);
  });
});

describe('savedStatus', () => {
  const words = { notOpened: 'opens later', several: (count: number) => `${count} swarms` };

  it('draws what is remembered without opening it', () => {
    expect(savedStatus([], words)).toBeUndefined();
    expect(savedStatus([{ name: 'lab' }], words)?.text).toBe('$(server-environment) lab');
    expect(savedStatus([{ name: 'a' }, { name: 'b' }], words)).toMatchObject({
      text: '$(server-environment) 2 swarms',
      lines: [
        { name: 'a', facts: ['opens later'] },
        { name: 'b', facts: ['opens later'] },
      ],
    });
  });

  it('takes names from what an older or a broken version left', () => {
    expect(savedNames(undefined)).toEqual([]);
    expect(savedNames([null, 'x', { name: 1 }, { name: 'lab' }])).toEqual([{ name: 'lab' }]);
  });

  it('lets no name become an icon, break the line or fill the bar', () => {
    expect(withoutIcons('$(x)\n\u202eb')).toBe(String.raw`\$(x) b`);
    expect(withoutIcons('x'.repeat(100))).toHaveLength(40);
  });
});
