/** A published port, or several in a row, as a compose file asks for it. */
export interface ComposePort {
  /** 1-65535. */
  readonly first: number;
  /** At least {@link first}. */
  readonly last: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly mode: 'ingress' | 'host';
}

/**
 * Reads the short form (`8080:80`, `8000-8002:80-82/udp`, `127.0.0.1:8080:80`). Undefined when it
 * publishes no fixed port, holds a variable or is not understood.
 */
export function readPort(text: string): ComposePort | undefined {
  const [, ports = '', protocol] = /^([^/$]+)\/(tcp|udp|sctp)$/i.exec(withProtocol(text)) ?? [];
  // What stands before the last colon but one is the address, which a swarm ignores.
  const published = ports.split(':').at(-2);
  const [, firstText, lastText] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(published ?? '') ?? [];
  const first = Number(firstText);
  const last = Number(lastText ?? firstText);
  if (!(first >= 1 && last >= first && last <= 65_535)) {
    return undefined;
  }
  return { first, last, protocol: protocolOf(protocol), mode: 'ingress' };
}

function withProtocol(text: string): string {
  return text.includes('/') ? text : `${text}/tcp`;
}

function protocolOf(text = 'tcp'): ComposePort['protocol'] {
  const known = text.toLowerCase();
  return known === 'udp' || known === 'sctp' ? known : 'tcp';
}
