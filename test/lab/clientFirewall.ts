import type { Lab } from './lab';
import { RULE_WAIT } from './processes';

/**
 * Keeps the client namespace from a tcp port of all nodes: without an answer, or with a reset. Gives what
 * undoes that, which has to be called: labs that are up at the same time share the namespace.
 */
export async function keepClientFrom(
  lab: Pick<Lab, 'runAsClient'>,
  port: number,
  how: 'drop' | 'reset',
): Promise<() => Promise<void>> {
  const target = how === 'drop' ? ['DROP'] : ['REJECT', '--reject-with', 'tcp-reset'];
  const change = async (action: '-I' | '-D'): Promise<void> => {
    const rule = ['-p', 'tcp', '--dport', String(port), '-j', ...target];
    await lab.runAsClient('iptables', ['-w', RULE_WAIT, action, 'OUTPUT', ...rule]);
  };
  await change('-I');
  return async () => await change('-D');
}
