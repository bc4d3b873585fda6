import { expect, test } from 'vitest';
import type { Vantage } from '../probe/probe';
import type { VantageKind } from '../shared/routingView';
import { PanelVantage, type ManagerAccess } from './panelVantage';

const nobody = async (): Promise<never> => await Promise.reject(new Error('not asked'));
const here: Vantage = { name: 'here', chooseEngine: nobody };

function setUp(wanted: VantageKind = 'window'): {
  panel: PanelVantage;
  heard: string[];
  manager: (address: string) => ManagerAccess;
} {
  const heard: string[] = [];
  const panel = new PanelVantage(here, wanted, ({ name }) => heard.push(name));
  const manager = (address: string): ManagerAccess => ({
    address,
    name: address,
    createVantage: () => ({
      name: address,
      chooseEngine: nobody,
      retry: () => heard.push(`${address} again`),
      dispose: () => heard.push(`no ${address}`),
    }),
    commandLine: (command) => `ssh ${address} ${command}`,
  });
  return { panel, heard, manager };
}

test('there is a choice only where there is a manager, and it is said once', () => {
  const { panel, heard, manager } = setUp();
  panel.follow(undefined);
  panel.choose('manager');
  expect([panel.choice, panel.kind, heard]).toEqual([undefined, 'window', []]);
  panel.choose('window');
  panel.follow(manager('a'));
  expect(panel.choice).toEqual({ chosen: 'window', window: 'here', manager: 'a' });
  expect(panel.commandLine('curl')).toBe('curl');
  panel.choose('manager');
  panel.choose('manager');
  panel.follow(manager('a'));
  expect(panel.choice).toEqual({ chosen: 'manager', window: 'here', manager: 'a' });
  expect(panel.commandLine('curl')).toBe('ssh a curl');
  panel.choose('window');
  expect(heard).toEqual(['a', 'here', 'no a']);
});

test('what was chosen in an earlier window is taken up when the manager is known', () => {
  const { panel, heard, manager } = setUp('manager');
  panel.follow(undefined);
  expect([panel.kind, heard]).toEqual(['window', []]);
  panel.follow(manager('a'));
  expect([panel.kind, heard]).toEqual(['manager', ['a']]);
});

test('a wish for another try reaches the manager that is probed from', () => {
  const { panel, heard, manager } = setUp();
  panel.retry();
  panel.follow(manager('a'));
  panel.retry();
  expect([heard, panel.address]).toEqual([[], undefined]);
  panel.choose('manager');
  panel.retry();
  expect(heard).toEqual(['a', 'a again']);
});

test('another manager is another place, and none leads back here', () => {
  const { panel, heard, manager } = setUp('manager');
  panel.follow(manager('a'));
  expect(panel.address).toBe('a');
  panel.follow(manager('b'));
  expect(panel.address).toBe('b');
  panel.follow(undefined);
  expect(panel.address).toBeUndefined();
  expect(heard).toEqual(['a', 'b', 'no a', 'here', 'no b']);
  panel.follow(manager('c'));
  panel.dispose();
  expect(heard.slice(5)).toEqual(['c', 'no c']);
});
