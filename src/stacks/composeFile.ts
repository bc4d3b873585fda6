import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Pair,
} from 'yaml';
import { readPort, type ComposePort } from './composePorts';

/** A place in the text: offsets of its first character and of the one behind its last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A network that the top of the file declares. */
export interface ComposeNetwork {
  readonly key: string;
  readonly external: boolean;
  /** What it is called in the swarm; undefined where that cannot be known (`${VAR}`). */
  readonly name: string | undefined;
  /** Where its name stands. */
  readonly span: Span;
}

/** A service of the file, as far as it is known without filling in variables. */
export interface ComposeService {
  readonly name: string;
  /** Its key. */
  readonly span: Span;
  readonly ports: readonly (ComposePort & { readonly span: Span })[];
  /** Keys of the networks that it names; `default` where it names none. */
  readonly networks: readonly string[];
}

/** What of a compose file matters before it is deployed; what cannot be known is left out. */
export interface ComposeFile {
  /** Top-level `name:`. */
  readonly name?: string;
  /** The key `services`. */
  readonly servicesSpan?: Span;
  readonly services: readonly ComposeService[];
  readonly networks: readonly ComposeNetwork[];
}

const NOTHING: ComposeFile = { services: [], networks: [] };
/** Longer texts are no compose files, in characters. */
const LONGEST_TEXT = 1_000_000;
const MOST_HOPS = 20;

/** Reads a compose file that may be broken or half-written; follows anchors and merge keys. */
export function readCompose(text: string): ComposeFile {
  if (text.length > LONGEST_TEXT) {
    return NOTHING;
  }
  const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' });
  const nodes = new Nodes(document);
  const top = nodes.entries(document.contents);
  const services = top.get('services');
  const servicesSpan = spanOf(services?.key);
  const name = known(nodes.text(top.get('name')?.value));
  return {
    ...(name === undefined ? {} : { name }),
    ...(servicesSpan === undefined ? {} : { servicesSpan }),
    services: [...nodes.entries(services?.value)].flatMap(([key, pair]) => {
      const span = spanOf(pair.key);
      return span === undefined ? [] : [readService(nodes, key, span, pair)];
    }),
    networks: [...nodes.entries(top.get('networks')?.value)].flatMap(([key, pair]) =>
      readNetwork(nodes, key, pair),
    ),
  };
}

/** The text with a place's value, or undefined where a variable is to be filled in. */
function known(text: string | undefined): string | undefined {
  return text === undefined || text === '' || text.includes('$') ? undefined : text;
}

function readService(nodes: Nodes, name: string, span: Span, pair: Pair): ComposeService {
  const service = nodes.entries(pair.value);
  const named = nodes.names(service.get('networks')?.value);
  return {
    name,
    span,
    networks: named.length === 0 ? ['default'] : named,
    ports: nodes.items(service.get('ports')?.value).flatMap((item) => readPortItem(nodes, item)),
  };
}

function readPortItem(nodes: Nodes, item: unknown): readonly (ComposePort & { span: Span })[] {
  const short = nodes.text(item);
  if (short !== undefined) {
    return withSpan(readPort(short), spanOf(item));
  }
  const long = nodes.entries(item);
  const published = long.get('published')?.value;
  const publishedText = nodes.text(published);
  const text = (key: string): string | undefined => nodes.text(long.get(key)?.value);
  if (publishedText === undefined) {
    return [];
  }
  // As the short form says the same.
  const port = readPort(`${publishedText}:${text('target') ?? ''}/${text('protocol') ?? 'tcp'}`);
  const mode = text('mode') ?? 'ingress';
  return port === undefined || (mode !== 'ingress' && mode !== 'host')
    ? []
    : withSpan({ ...port, mode }, spanOf(published));
}

function withSpan(
  port: ComposePort | undefined,
  span: Span | undefined,
): readonly (ComposePort & { span: Span })[] {
  return port === undefined || span === undefined ? [] : [{ ...port, span }];
}

function readNetwork(nodes: Nodes, key: string, pair: Pair): readonly ComposeNetwork[] {
  const network = nodes.entries(pair.value);
  const external = network.get('external')?.value;
  const isExternal = nodes.text(external) === 'true' || nodes.entries(external).size > 0;
  // Before compose file format 3.5 the name stood below `external`.
  const named = network.get('name')?.value ?? nodes.entries(external).get('name')?.value;
  const written = nodes.text(named);
  const span = (written === undefined ? undefined : spanOf(named)) ?? spanOf(pair.key);
  return span === undefined
    ? []
    : [{ key, external: isExternal, name: known(written ?? key), span }];
}

function spanOf(node: unknown): Span | undefined {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : null;
  return range ? { start: range[0], end: range[1] } : undefined;
}

/** Looks into a document's nodes through anchors and merge keys, each of which is followed once. */
class Nodes {
  private readonly flattened = new Map<unknown, ReadonlyMap<string, Pair>>();
  private readonly targets = new Map<unknown, unknown>();

  constructor(document: Document) {
    // In one go: asked for one by one, each alias would search the whole document.
    const anchors = new Map<string, unknown>();
    visit(document, (_key, node) => {
      if (isAlias(node)) {
        this.targets.set(node, anchors.get(node.source));
      } else if (isNode(node) && node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    });
  }

  /** The pairs of a map by their key; own ones win over merged ones. Empty for anything else. */
  entries(node: unknown): ReadonlyMap<string, Pair> {
    const map = this.follow(node);
    const done = this.flattened.get(map);
    if (done !== undefined || !isMap(map)) {
      return done ?? new Map<string, Pair>();
    }
    const pairs = new Map<string, Pair>();
    // Set before it is filled: a map that merges itself comes to an end.
    this.flattened.set(map, pairs);
    const merged: unknown[] = [];
    for (const pair of map.items) {
      const key = isPair(pair) ? this.text(pair.key) : undefined;
      if (key === '<<') {
        const source = this.follow(pair.value);
        merged.push(...(isSeq(source) ? source.items : [source]));
      } else if (key !== undefined) {
        pairs.set(key, pair);
      }
    }
    for (const source of merged) {
      for (const [key, pair] of this.entries(source)) {
        if (!pairs.has(key)) {
          pairs.set(key, pair);
        }
      }
    }
    return pairs;
  }

  /** The items of a list. */
  items(node: unknown): readonly unknown[] {
    const list = this.follow(node);
    return isSeq(list) ? list.items : [];
  }

  /** The texts of a list, or the keys of a map. */
  names(node: unknown): readonly string[] {
    const list = this.items(node).flatMap((item) => this.text(item) ?? []);
    return list.length > 0 ? list : [...this.entries(node).keys()];
  }

  /** A scalar as it would be written plainly. */
  text(node: unknown): string | undefined {
    const scalar = this.follow(node);
    const value = isScalar(scalar) ? scalar.value : undefined;
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;
  }

  private follow(node: unknown): unknown {
    let found = node;
    for (let hop = 0; isAlias(found) && hop < MOST_HOPS; hop += 1) {
      found = this.targets.get(found);
    }
    return found;
  }
}
