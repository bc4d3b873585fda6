import { describe, expect, it } from 'vitest';
import { lessonSnapshot } from '../../test/fakes/swarms';
import { SwarmscopeError, type ErrorCode } from '../common/errors';
import type { ConnectionEntry } from '../docker/target';
import { contextStateOf } from './contextState';

const connection: ConnectionEntry = { id: 'a', name: 'a', source: 'entered', address: 'tcp://a:1' };

describe('contextStateOf', () => {
  it.each<[ErrorCode, string]>([
    ['connection-refused', 'unreachable'],
    ['timed-out', 'unreachable'],
    ['socket-missing', 'unreachable'],
    ['socket-denied', 'unreachable'],
    ['host-unknown', 'unreachable'],
    ['worker', 'worker'],
    ['not-in-swarm', 'inactive'],
    ['swarm-locked', 'locked'],
    ['no-quorum', 'leaderless'],
    ['certificates-expired', 'expired'],
    ['api-too-new', 'tooNew'],
    ['swarm-pending', 'refused'],
    ['not-an-engine', 'refused'],
    ['api-too-old', 'tooOld'],
    ['tls-required', 'refused'],
  ])('shows %s as %s', (code, expected) => {
    const error = new SwarmscopeError(code);
    expect(contextStateOf([{ phase: 'failed', connection, error }])).toBe(expected);
  });

  it('stays connected while the engine is lost', () => {
    const lost = { error: new SwarmscopeError('timed-out'), since: 1 };
    const snapshot = lessonSnapshot();
    expect(contextStateOf([{ phase: 'connected', connection, snapshot, lost }])).toBe('connected');
    expect(contextStateOf([{ phase: 'connecting', connection }])).toBe('connecting');
    expect(contextStateOf([])).toBe('disconnected');
  });

  it('is connected as soon as one of several is', () => {
    const failed = {
      phase: 'failed',
      connection,
      error: new SwarmscopeError('worker'),
    } as const;
    const snapshot = lessonSnapshot();
    expect(contextStateOf([failed, { phase: 'connected', connection, snapshot }])).toBe(
      'connected',
    );
    expect(contextStateOf([failed, { phase: 'connecting', connection }])).toBe('worker');
  });
});
