import { describe, expect, it } from 'vitest';
import { makeEvent } from '../../test/fakes/records';
import { partsTouchedBy } from './eventParts';

describe('partsTouchedBy', () => {
  it.each([
    ['a service', { type: 'service', action: 'create' }, ['services', 'tasks']],
    ['a network', { type: 'network', action: 'remove' }, ['networks', 'services']],
    ['a new node', { type: 'node', action: 'create', attributes: { name: 'n' } }, nodeParts()],
    [
      'a node that went down',
      { type: 'node', attributes: { name: 'n', 'state.new': 'down' } },
      nodeParts(),
    ],
    ['chatter about a node', { type: 'node', attributes: { name: 'n' } }, []],
    ['a secret', { type: 'secret' }, []],
    ['a config', { type: 'config' }, []],
    ['something new', { type: 'other' }, []],
  ] as const)('names what %s makes stale', (_name, event, parts) => {
    expect(partsTouchedBy(makeEvent(event))).toEqual(parts);
  });
});

function nodeParts(): readonly string[] {
  return ['nodes', 'services', 'tasks', 'info'];
}
