import { expect, test } from 'vitest';
import { maskSecrets } from './maskSecrets';

test('masks environment values and tokens at any depth, and nothing else', () => {
  const raw = {
    ID: 'x',
    Spec: { TaskTemplate: { ContainerSpec: { Env: ['PASSWORD=a=b', 'PLAIN'], Image: 'i' } } },
    PreviousSpec: { TaskTemplate: { ContainerSpec: { Env: ['B=1'] } } },
    JoinTokens: { Worker: 'SWMTKN-1', Manager: 'SWMTKN-2' },
    Ports: [{ TargetPort: 80 }],
    Empty: null,
  };
  expect(maskSecrets(raw)).toEqual({
    ID: 'x',
    Spec: { TaskTemplate: { ContainerSpec: { Env: ['PASSWORD=***', 'PLAIN'], Image: 'i' } } },
    PreviousSpec: { TaskTemplate: { ContainerSpec: { Env: ['B=***'] } } },
    JoinTokens: '***',
    Ports: [{ TargetPort: 80 }],
    Empty: null,
  });
  expect(JSON.stringify(maskSecrets(raw))).not.toMatch(/SWMTKN|a=b/);
});
