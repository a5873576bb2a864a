import { isRecord } from 'nestjs-lifecycle/options';
import { allParameters } from './parameters.js';
import { type ApiDocument } from './api-document.js';
import { type ApiOperation } from './api-operation.js';
import { type JsonObject } from './json-object.js';
import { madeValue } from './made-value.js';
import { SkippedOperation } from './skipped-operation.js';
import { valueOf } from './parameter-value.js';

/** A body, and the headers that say what it is. */
export interface MadeBody {
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

const JSON_TYPE = /^application\/(?:[^;]+\+)?json\b/;
const FORM_TYPE = 'application/x-www-form-urlencoded';

/**
 * The body of an operation; `undefined` where it has none, or where it may be left out and cannot be made.
 *
 * @throws SkippedOperation when it must be sent and cannot be made
 */
export function bodyOf(document: ApiDocument, operation: ApiOperation): MadeBody | undefined {
  if (document.isSwagger2) return swagger2Body(document, operation);
  const written = document.resolve(operation.operation['requestBody']);
  if (!isRecord(written) || operation.method === 'GET') return undefined;
  const content = Object.entries(isRecord(written['content']) ? written['content'] : {});
  const supported = content.find(([type]) => JSON_TYPE.test(type)) ?? content.find(([type]) => isTextual(type));
  if (supported !== undefined) {
    const [type, media] = supported;
    return encode(type, exampleOf(document, document.resolveObject(media)));
  }
  if (written['required'] !== true) return undefined;
  const types = content.map(([type]) => type).join(', ') || 'nothing';
  throw new SkippedOperation(`its body is ${types}, which cannot be made: describe it in a load file`);
}

function isTextual(type: string): boolean {
  return type.startsWith(FORM_TYPE) || type.startsWith('text/plain');
}

function exampleOf(document: ApiDocument, media: JsonObject): unknown {
  if (media['example'] !== undefined) return media['example'];
  const [named] = isRecord(media['examples']) ? Object.values(media['examples']) : [];
  const example = document.resolveObject(named)['value'];
  if (example !== undefined) return example;
  if (isRecord(media['schema'])) return madeValue(document, media['schema']);
  throw new SkippedOperation('its body has neither an example nor a schema');
}

function encode(type: string, value: unknown): MadeBody {
  const headers = { 'content-type': type };
  if (JSON_TYPE.test(type)) return { text: JSON.stringify(value) ?? 'null', headers };
  if (typeof value === 'string') return { text: value, headers };
  const fields = isRecord(value) ? Object.entries(value) : [];
  return {
    text: new URLSearchParams(fields.map(([name, one]): [string, string] => [name, textOf(one)])).toString(),
    headers,
  };
}

function swagger2Body(document: ApiDocument, operation: ApiOperation): MadeBody | undefined {
  const parameters = allParameters(document, operation);
  const body = parameters.find((parameter) => parameter['in'] === 'body');
  const consumes = [operation.operation['consumes'], document.root['consumes']].find(Array.isArray) ?? [];
  if (body !== undefined) {
    const type = consumes.map(String).find((one) => JSON_TYPE.test(one));
    if (consumes.length > 0 && type === undefined) throw new SkippedOperation(`its body is ${consumes.join(', ')}`);
    return encode(type ?? 'application/json', madeValue(document, body['schema']));
  }
  const form = parameters.filter((parameter) => parameter['in'] === 'formData' && parameter['required'] === true);
  if (form.some(({ type }) => type === 'file')) throw new SkippedOperation('its body is a file');
  if (form.length === 0) return undefined;
  const fields = form.map((parameter) => [String(parameter['name']), valueOf(document, parameter)] as const);
  return encode(FORM_TYPE, Object.fromEntries(fields));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
