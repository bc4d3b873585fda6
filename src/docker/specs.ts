import * as v from 'valibot';
import type { ImageFacts, NodeSpecState, ServiceState } from './engine';
import { exactTexts, identity, line, readRecord, rows, section } from './records/fields';

/** An object kept whole, for sending back. */
const whole = v.record(v.string(), v.unknown());

const named = v.looseObject({ Name: identity });

const serviceSchema = v.object({
  Version: v.object({ Index: v.number() }),
  Spec: named,
  PreviousSpec: v.nullish(named),
});

const nodeSchema = v.object({ Version: v.object({ Index: v.number() }), Spec: whole });

const warningsSchema = v.object({ Warnings: exactTexts });

const imageSchema = v.object({
  Descriptor: section({ digest: line, Digest: line }),
  Platforms: rows({ architecture: line, os: line }),
});

/**
 * Reads the specs of a service from the answer of `GET /services/{id}`.
 * @throws SwarmscopeError 'unexpected-answer' when version or spec is missing.
 */
export function readServiceState(raw: unknown): ServiceState {
  const service = readRecord(serviceSchema, raw, 'service');
  const { PreviousSpec: previous } = service;
  return {
    version: service.Version.Index,
    spec: service.Spec,
    ...(previous === undefined || previous === null ? {} : { previous }),
  };
}

/**
 * Reads a node's spec from the answer of `GET /nodes/{id}`.
 * @throws SwarmscopeError 'unexpected-answer' when version or spec is missing.
 */
export function readNodeSpec(raw: unknown): NodeSpecState {
  const node = readRecord(nodeSchema, raw, 'node');
  return { version: node.Version.Index, spec: node.Spec };
}

/** The engine's warnings in the answer of an update, none as null. */
export function readWarnings(raw: unknown): readonly string[] {
  return readRecord(warningsSchema, raw, 'update').Warnings;
}

/** Reads `GET /distribution/{image}/json`; older engines wrote the descriptor's names in capitals. */
export function readImageFacts(raw: unknown): ImageFacts {
  const { Descriptor: found, Platforms: platforms } = readRecord(imageSchema, raw, 'image');
  return { digest: found.digest || found.Digest, platforms };
}
