import type { ConnectionEntry } from '../docker/target';

/** The demo swarm as a connection; its real address is known once its process runs. */
export const demoEntry: ConnectionEntry = {
  id: 'demo:demo',
  name: 'demo swarm',
  source: 'demo',
  address: 'demo',
};
