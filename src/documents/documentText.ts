import * as l10n from '@vscode/l10n';
import { toPlainLine } from '../common/text';
import type { ObjectKind } from '../docker/engine';
import { maskSecrets } from './maskSecrets';

/** What stands above the JSON. */
export interface DocumentHeading {
  readonly kind: ObjectKind;
  readonly swarm: string;
  /** Host name of the connected node: peers and containers are as it sees them. */
  readonly seenFrom: string;
}

/** The text of an inspect document: a comment that says whose view it is, then the masked JSON. */
export function documentText(raw: unknown, heading: DocumentHeading): string {
  const from =
    heading.kind === 'network'
      ? l10n.t('{0}, as seen from node {1}', heading.swarm, heading.seenFrom)
      : heading.swarm;
  const line = toPlainLine(l10n.t('Read-only. {0}. Environment values are masked.', from));
  return `// ${line}\n${JSON.stringify(maskSecrets(raw), null, 2)}\n`;
}
