import {
  connectionOfSegment,
  connectionSegment,
  encodeSegment,
  decodeSegment,
} from '../common/pathSegment';

/**
 * What a document below the scheme `swarmscope-service` shows: a service being edited, one that is to
 * be created, what runs now, or a docker command.
 */
export interface ServiceAddress {
  readonly connectionId: string;
  readonly kind: 'service' | 'new' | 'running' | 'command';
  /** The service's id; of a new one a name of its own. */
  readonly id: string;
}

const KINDS: readonly ServiceAddress['kind'][] = ['service', 'new', 'running', 'command'];

/** The folder by which these documents are known; the manifest gives them their language by it. */
const FOLDER = 'swarmscope-service';

/** `/<connection>/swarmscope-service/<kind>/<id>/<name>.service.yaml`; the name only titles the tab. */
export function servicePath({ connectionId, kind, id }: ServiceAddress, name: string): string {
  const title = name.replaceAll(/[^\w.-]+/g, '_').slice(0, 80) || 'service';
  const extension = kind === 'command' ? 'sh' : 'service.yaml';
  const path = [connectionSegment(connectionId), FOLDER, kind, encodeSegment(id)];
  return `/${path.join('/')}/${title}.${extension}`;
}

/** Reads a path of {@link servicePath}; undefined for any other. */
export function parseServicePath(path: string): ServiceAddress | undefined {
  const [, connection, folder, kindText, id, title] = path.split('/');
  const kind = KINDS.find((known) => known === kindText);
  return !connection || folder !== FOLDER || kind === undefined || !id || !title
    ? undefined
    : { connectionId: connectionOfSegment(connection), kind, id: decodeSegment(id) };
}
