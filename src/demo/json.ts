import { ApiError } from './apiError';
import type { JsonObject } from './swarmTypes';

/** Reads a request body as the engine does; refuses what is no JSON object. */
export function parseBody(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(400, `invalid JSON: ${text.trim() === '' ? 'EOF' : 'unexpected EOF'}`);
  }
  if (!isObject(value)) {
    throw new ApiError(400, `invalid JSON: json: cannot unmarshal ${goKind(value)} into Go value`);
  }
  return value;
}

/** Whether `value` is an object and no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object, or an empty one for what is absent. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The objects of a list, or none for what is absent. */
export function asRows(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A text, or an empty one for what is absent; `field` names it in the refusal of anything else. */
export function asText(value: unknown, field: string): string {
  if (value === undefined || value === null) {
    return '';
  }
  if (typeof value !== 'string') {
    const into = `Go struct field ${field} of type string`;
    throw new ApiError(400, `invalid JSON: json: cannot unmarshal ${goKind(value)} into ${into}`);
  }
  return value;
}

/** The texts of an object by key. */
export function asTextMap(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asObject(value)).flatMap(([key, text]) =>
      typeof text === 'string' ? [[key, text] as const] : [],
    ),
  );
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) {
    return 'array';
  }
  return typeof value === 'boolean' ? 'bool' : value === null ? 'null' : typeof value;
}
