import * as l10n from '@vscode/l10n';
import { containerFields, fileFields } from './containerFields';
import { placementFields, policyFields, systemFields } from './policyFields';
import { field, type ServiceField } from './serviceField';

/** Every field of a service, in the order in which a document lists them. */
export function serviceFields(): readonly ServiceField[] {
  return [
    ...identityFields(),
    ...networkFields(),
    ...containerFields(),
    ...fileFields(),
    ...placementFields(),
    ...policyFields(),
    ...systemFields(),
  ];
}

function identityFields(): readonly ServiceField[] {
  return [
    field('name', 'text', '--name', l10n.t('Name of the service; other services find it by it.')),
    field('image', 'text', undefined, l10n.t('Image that the tasks run.'), {
      example: 'nginx:1.27',
      source: 'images',
    }),
    field('mode', 'choice', '--mode', l10n.t('How many tasks run, and where.'), {
      values: ['replicated', 'global', 'replicated-job', 'global-job'],
    }),
    field(
      'replicas',
      'number',
      '--replicas',
      l10n.t('Tasks of a replicated service; completions of a replicated job.'),
      { example: '3' },
    ),
    field(
      'maxConcurrent',
      'number',
      '--max-concurrent',
      l10n.t('Tasks of a replicated job that run at a time.'),
      { example: '1' },
    ),
    field('labels', 'map', '--label', l10n.t('Labels of the service.')),
  ];
}

function networkFields(): readonly ServiceField[] {
  return [
    field('networks', 'rows', '--network', l10n.t('Networks that the tasks join.'), {
      fields: [
        field('name', 'text', undefined, l10n.t('Name of the network.'), { source: 'networks' }),
        field('aliases', 'list', 'alias=', l10n.t('Further names of the tasks on this network.')),
        field('driverOpts', 'map', 'driver-opt=', l10n.t('Options for the network’s driver.')),
      ],
    }),
    field('ports', 'rows', '--publish', l10n.t('Ports that are reachable from outside.'), {
      fields: portFields(),
    }),
    field(
      'endpointMode',
      'choice',
      '--endpoint-mode',
      l10n.t('vip: one address that balances. dnsrr: the name gives the addresses of all tasks.'),
      { values: ['vip', 'dnsrr'] },
    ),
    field('hostname', 'text', '--hostname', l10n.t('Host name inside the tasks.'), {
      example: '{{.Service.Name}}-{{.Task.Slot}}',
    }),
    field('hosts', 'list', '--host', l10n.t('Further lines of /etc/hosts, as name:address.'), {
      example: 'db:10.0.0.5',
    }),
    field('dns', 'group', undefined, l10n.t('How the tasks look names up.'), {
      fields: [
        field('servers', 'list', '--dns', l10n.t('Addresses of name servers.')),
        field('search', 'list', '--dns-search', l10n.t('Domains that names are looked up in.')),
        field('options', 'list', '--dns-option', l10n.t('Options of resolv.conf.')),
      ],
    }),
  ];
}

function portFields(): readonly ServiceField[] {
  return [
    field('target', 'number', 'target=', l10n.t('Port inside the tasks, 1 to 65535.'), {
      example: '80',
    }),
    field(
      'published',
      'number',
      'published=',
      l10n.t('Port outside; the swarm chooses one when it is left out.'),
      { example: '8080' },
    ),
    field('protocol', 'choice', 'protocol=', l10n.t('Protocol, tcp when left out.'), {
      values: ['tcp', 'udp', 'sctp'],
    }),
    field(
      'mode',
      'choice',
      'mode=',
      l10n.t('ingress: every node answers. host: only the nodes that run a task.'),
      { values: ['ingress', 'host'] },
    ),
  ];
}

/** The field at a path of a draft; numbers stand for rows. Undefined where there is none. */
export function fieldAt(path: readonly (string | number)[]): ServiceField | undefined {
  let fields: readonly ServiceField[] | undefined = serviceFields();
  let found: ServiceField | undefined;
  for (const step of path) {
    if (typeof step === 'number') {
      continue;
    }
    found = fields?.find(({ key }) => key === step);
    if (found === undefined) {
      return undefined;
    }
    ({ fields } = found);
  }
  return found;
}
