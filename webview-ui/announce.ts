import * as l10n from '@vscode/l10n';

import { filteredRoutes, type PageModel } from './state';
import { describeRoute } from './verdicts';
import { formatPorts } from './wording';

/** Routes named in one announcement; more are counted. */
const MOST_NAMED = 3;

/** Reads changes of the verdicts aloud, politely: at most one sentence per `quietMs`. */
export class Announcer {
  private known = new Map<string, string>();
  private spokenAt = Number.NEGATIVE_INFINITY;
  private connectionId: string | undefined;

  constructor(private readonly quietMs = 5000) {}

  /** The sentence to put into the live region, or undefined when there is nothing new to say yet. */
  next(model: PageModel, now: number): string | undefined {
    if (model.routing === undefined || model.unavailable !== undefined) {
      return undefined;
    }
    const verdicts = readVerdicts({ ...model, filter: '' });
    if (this.connectionId !== model.routing.connectionId) {
      this.connectionId = model.routing.connectionId;
      this.known = verdicts;
      return undefined;
    }
    const changed = [...verdicts].filter(([id, text]) => this.known.get(id) !== text);
    if (changed.length === 0 || now - this.spokenAt < this.quietMs) {
      return undefined;
    }
    this.known = verdicts;
    this.spokenAt = now;
    const named = changed.slice(0, MOST_NAMED).map(([, text]) => text);
    const more = changed.length - named.length;
    return [...named, ...(more > 0 ? [l10n.t('{0} more ports changed', more)] : [])].join('. ');
  }
}

function readVerdicts(model: PageModel): Map<string, string> {
  const unreachable = model.probes?.nothingReachable ?? false;
  return new Map(
    filteredRoutes(model).map((route) => [
      route.id,
      `${route.serviceName} ${formatPorts(route)}: ${describeRoute(route, model.cells, unreachable).text}`,
    ]),
  );
}
