import { randomBytes, randomInt } from 'node:crypto';
import type { Clock } from '../common/clock';

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** A swarm object id: 25 digits of base 36. */
export function newId(): string {
  return Array.from({ length: 25 }, () => DIGITS[randomInt(36)]).join('');
}

/** Random hexadecimal digits, as container, endpoint and peer ids are made of. */
export function newHex(digits: number): string {
  return randomBytes(Math.ceil(digits / 2))
    .toString('hex')
    .slice(0, digits);
}

/** Nanoseconds since the epoch that never repeat, as the engine stamps objects and events. */
export class Stamps {
  private last = 0n;

  constructor(private readonly clock: Clock) {}

  /** The next stamp, later than every one before. */
  next(): bigint {
    const now = BigInt(Math.floor(this.clock.now())) * 1_000_000n;
    this.last = now > this.last ? now + BigInt(randomInt(1, 999_999)) : this.last + 1n;
    return this.last;
  }
}

/** A stamp as the engine writes times: RFC 3339 with nanoseconds. */
export function toIso(stamp: bigint): string {
  const milliseconds = new Date(Number(stamp / 1_000_000n)).toISOString().slice(0, -5);
  return `${milliseconds}.${String(stamp % 1_000_000_000n).padStart(9, '0')}Z`;
}
