import { Duplex } from 'node:stream';

/** A stream that http.Agent can keep although it is no socket: its socket options do nothing. */
export abstract class AgentDuplex extends Duplex {
  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
