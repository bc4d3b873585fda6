import { expect, it } from 'vitest';
import { silentLogger } from '../common/logger';
import { loadEngine } from './loadEngine';

it('builds an engine that has not connected yet', async () => {
  const target = { kind: 'unix', path: '/nonexistent/docker.sock' } as const;
  const engine = await loadEngine(target, { address: 'unix:///x', logger: silentLogger });
  expect([engine.address, engine.apiVersion]).toEqual(['unix:///x', '']);
  await expect(engine.info()).rejects.toMatchObject({ code: 'not-an-engine' });
  engine.dispose();
});
