import * as v from 'valibot';
import { SwarmscopeError } from '../common/errors';
import type { EngineReply } from './caller';
import type { Created } from './engine';
import { exactTexts, line, readRecord } from './records/fields';

const createdSchema = v.object({
  // Networks answer `Id` and `Warning`, services `ID` and `Warnings`.
  Id: line,
  ID: line,
  Warning: line,
  Warnings: exactTexts,
});

/** Whether a web page came: of a proxy in between, or of another server. */
export function isWebPage({ headers, text }: Pick<EngineReply, 'headers' | 'text'>): boolean {
  return /^text\/html/i.test(headers['content-type'] ?? '') || /^\s*</.test(text);
}

/**
 * Parses the JSON of an answer.
 * @throws SwarmscopeError 'not-an-engine' for a web page, 'unexpected-answer' for other text.
 */
export function readJson(reply: EngineReply, address: string): unknown {
  try {
    return JSON.parse(reply.text);
  } catch (error) {
    const code = isWebPage(reply) ? 'not-an-engine' : 'unexpected-answer';
    throw new SwarmscopeError(code, { address, path: 'body' }, { cause: error });
  }
}

/**
 * Reads the answer of a create.
 * @throws SwarmscopeError 'unexpected-answer' when it names no id.
 */
export function readCreated(reply: EngineReply, address: string): Created {
  const body = readRecord(createdSchema, readJson(reply, address), 'created');
  const id = body.Id || body.ID;
  if (id === '') {
    throw new SwarmscopeError('unexpected-answer', { address, path: 'created.Id' });
  }
  const warnings = [body.Warning, ...body.Warnings].filter((warning) => warning !== '');
  return { id, warnings, foundAfterLoss: false };
}
