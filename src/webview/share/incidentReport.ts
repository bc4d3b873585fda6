import * as l10n from '@vscode/l10n';
import { compare, isProblem } from '../../shared/expectation';
import type { PortRoute, RouteEntry } from '../../shared/routingView';
import { cellEvidence, cellName, sinceText } from './cellEvidence';
import { codeSpan } from './markdownText';
import { comparisonText, verdictText } from './reportWords';
import { isoTime, type RoutingFacts } from './routingFacts';
import type { NodeFact, SwarmSummary } from './swarmSummary';

/** Cells with evidence of their own, and lines of any other list; the rest is counted. */
const MOST = 100;

interface Finding {
  readonly route: PortRoute;
  readonly entry: RouteEntry;
}

/**
 * What is not as expected, since when, with the evidence and the commands to repeat it, as Markdown.
 * Foreign text stands in code spans and code blocks only, so that no name becomes Markdown or HTML.
 */
export function incidentReport(facts: RoutingFacts): string {
  const found = findings(facts);
  return joined([
    `# ${l10n.t('Incident report: {0}', codeSpan(facts.view.swarmName))}`,
    '',
    ...headLines(facts),
    '',
    `## ${l10n.t('Not as expected')}`,
    '',
    ...summaryLines(facts, found),
    '',
    ...evidenceLines(facts, found),
    ...(facts.swarm === undefined ? [] : swarmLines(facts.swarm)),
    l10n.t(
      'Left out or shown as ***: values of headers and queries, what looks like a token in a path, and what the applications answered. Environment values are never read for this report.',
    ),
  ]);
}

/** One cell as Markdown, to paste into an issue; undefined when there is none of that id. */
export function cellMarkdown(facts: RoutingFacts, entryId: string): string | undefined {
  for (const route of facts.view.routes) {
    const entry = route.entries.find(({ id }) => id === entryId);
    if (entry !== undefined) {
      return joined([
        `### ${cellName(route, entry)}`,
        '',
        ...probeLines(facts),
        ...cellEvidence(facts, route, entry),
      ]);
    }
  }
  return undefined;
}

function findings({ view, cells, probes }: RoutingFacts): readonly Finding[] {
  if (probes.nothingReachable) {
    return [];
  }
  return view.routes.flatMap((route) =>
    route.entries.flatMap((entry) => {
      const comparison = compare(entry.expected, cells.get(entry.id)?.verdict);
      return isProblem(comparison) ? [{ route, entry }] : [];
    }),
  );
}

function headLines(facts: RoutingFacts): readonly string[] {
  const { view, swarm, takenAt } = facts;
  return [
    `- ${l10n.t('Written: {0}; all times are UTC', isoTime(takenAt))}`,
    ...(swarm === undefined
      ? []
      : [
          `- ${l10n.t(
            'Engine asked: {0}, version {1}, API {2}',
            codeSpan(swarm.engineName),
            codeSpan(swarm.engineVersion),
            codeSpan(swarm.apiVersion),
          )}`,
        ]),
    ...probeLines(facts),
    ...(view.simulated
      ? [`- ${l10n.t('This is the demo swarm: simulated, no real cluster')}`]
      : []),
    ...(view.staleSince === undefined
      ? []
      : [`- ${l10n.t('The engine has not answered since {0}', isoTime(view.staleSince))}`]),
  ];
}

function probeLines({ probes }: RoutingFacts): readonly string[] {
  const seconds = probes.intervalMs / 1_000;
  return [
    `- ${l10n.t(
      'Probes: {0}, from {1}, every {2} s',
      codeSpan(probes.engine),
      codeSpan(probes.vantage),
      seconds,
    )}${probes.running ? '' : l10n.t(' (paused)')}`,
  ];
}

function summaryLines(facts: RoutingFacts, found: readonly Finding[]): readonly string[] {
  if (facts.probes.nothingReachable) {
    return [
      l10n.t(
        'Not one address of the swarm can be reached from where the probes start, so they say nothing of its nodes.',
      ),
    ];
  }
  const lines = found.slice(0, MOST).map(({ route, entry }) => {
    const cell = facts.cells.get(entry.id);
    const since = sinceText(entry, cell);
    return `- ${cellName(route, entry)}: ${verdictText(cell?.verdict)}${
      since === undefined ? '' : `. ${since}`
    }`;
  });
  return [
    ...(found.length === 0 ? [l10n.t('Nothing among what is probed.')] : lines),
    ...moreLine(found.length),
    '',
    l10n.t('All nodes of all ports: {0}', countComparisons(facts)),
  ];
}

function countComparisons({ view, cells }: RoutingFacts): string {
  const counts = new Map<string, number>();
  for (const { entries } of view.routes) {
    for (const { id, expected } of entries) {
      const text = comparisonText(compare(expected, cells.get(id)?.verdict));
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  return [...counts].map(([text, count]) => `${count} ${text}`).join(', ') || l10n.t('none');
}

function evidenceLines(facts: RoutingFacts, found: readonly Finding[]): readonly string[] {
  if (found.length === 0) {
    return [];
  }
  return [
    `## ${l10n.t('Evidence')}`,
    '',
    ...found
      .slice(0, MOST)
      .flatMap(({ route, entry }) => [
        `### ${cellName(route, entry)}`,
        '',
        ...cellEvidence(facts, route, entry),
        '',
      ]),
  ];
}

function swarmLines(swarm: SwarmSummary): readonly string[] {
  const versions = swarm.versions
    .map(({ version, nodes }) => `${nodes} × ${codeSpan(version)}`)
    .join(', ');
  return [
    `## ${l10n.t('State of the swarm')}`,
    '',
    `- ${l10n.t('Cluster: {0}', codeSpan(swarm.clusterId))}`,
    `- ${l10n.t(
      'Nodes: {0}; managers: {1}, reachable {2}, leader {3}',
      swarm.nodes,
      swarm.managers,
      swarm.reachableManagers,
      codeSpan(swarm.leader),
    )}`,
    `- ${l10n.t('Engines of the nodes: {0}', versions === '' ? '–' : versions)}`,
    `- ${l10n.t('Services: {0}; running tasks: {1}', swarm.services, swarm.runningTasks)}`,
    ...(swarm.failedParts.length === 0
      ? []
      : [`- ${l10n.t('The engine did not give: {0}', swarm.failedParts.join(', '))}`]),
    ...swarm.troubledNodes.slice(0, MOST).map((node) => `- ${nodeText(node)}`),
    ...moreLine(swarm.troubledNodes.length),
    ...swarm.troubledServices
      .slice(0, MOST)
      .map(
        ({ name, running, desired }) =>
          `- ${l10n.t('Service {0}: {1} of {2} tasks run', codeSpan(name), running, desired)}`,
      ),
    ...moreLine(swarm.troubledServices.length),
    '',
  ];
}

function nodeText({ hostname, role, state, availability, reachability }: NodeFact): string {
  const facts = [role, state, availability, reachability].filter((fact) => fact !== '').join(', ');
  return l10n.t('Node {0}: {1}', codeSpan(hostname), facts);
}

function moreLine(count: number): readonly string[] {
  return count <= MOST ? [] : [`- ${l10n.t('and {0} more', count - MOST)}`];
}

function joined(lines: readonly string[]): string {
  return `${lines.join('\n').trimEnd()}\n`;
}
