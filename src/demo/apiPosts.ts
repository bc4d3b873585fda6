import { notFound } from './apiExchange';
import type { DemoSwarm } from './demoSwarm';
import type { JsonObject } from './swarmTypes';

/** What a POST has done. */
export interface PostAnswer {
  readonly status: number;
  /** Undefined: nothing but the status. */
  readonly body?: JsonObject;
}

type Act = (
  swarm: DemoSwarm,
  body: JsonObject,
  key: string,
  query: URLSearchParams,
) => JsonObject | void;

const CREATES: Readonly<Record<string, Act>> = {
  networks: ({ networks }, body) => ({ Id: networks.create(body), Warning: '' }),
  services: ({ services }, body) => ({ ID: services.create(body), Warnings: null }),
  secrets: ({ secrets }, body) => ({ ID: secrets.create(body) }),
  configs: ({ configs }, body) => ({ ID: configs.create(body) }),
};

const UPDATES: Readonly<Record<string, Act>> = {
  services: ({ services }, body, key, query) => {
    services.update(key, query, body);
    return { Warnings: null };
  },
  nodes: ({ nodes }, body, key, query) => nodes.update(key, versionOf(query), body),
  secrets: ({ secrets }, body, key, query) => secrets.update(key, versionOf(query), body),
  configs: ({ configs }, body, key, query) => configs.update(key, versionOf(query), body),
};

/** Finds the create or update that a path means; refuses every other path with 404. */
export function findPost(
  swarm: DemoSwarm,
  path: readonly string[],
  query: URLSearchParams,
): (body: JsonObject) => PostAnswer {
  const [collection = '', second = '', third, ...rest] = path;
  const isCreate = second === 'create' && third === undefined;
  const isUpdate = third === 'update' && rest.length === 0;
  const act = isCreate ? CREATES[collection] : isUpdate ? UPDATES[collection] : undefined;
  if (act === undefined) {
    throw notFound();
  }
  return (body) => {
    const answer = act(swarm, body, second, query);
    return {
      status: isCreate ? 201 : 200,
      ...(typeof answer === 'object' ? { body: answer } : {}),
    };
  };
}

function versionOf(query: URLSearchParams): string {
  return query.get('version') ?? '';
}
