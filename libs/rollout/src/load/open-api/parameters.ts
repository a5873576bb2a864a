import { isRecord } from 'nestjs-lifecycle/options';
import { type ApiDocument } from './api-document.js';
import { type ApiOperation } from './api-operation.js';
import { type JsonObject } from './json-object.js';
import { percentEncoded } from '../percent-encoded.js';
import { SkippedOperation } from './skipped-operation.js';
import { saidValue, valueOf } from './parameter-value.js';

/** Where parameters end up. */
export interface FilledParameters {
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** OpenAPI 3.1 §4.8.12.1: these are said elsewhere. */
const IGNORED_HEADERS: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization']);

/**
 * The path with everything that it needs, and no more: of what may be left out, only what has an example.
 *
 * @throws SkippedOperation when something needed has no value
 */
export function parametersOf(document: ApiDocument, operation: ApiOperation): FilledParameters {
  const sent = allParameters(document, operation)
    .filter((parameter) => isSent(document, parameter))
    .map((parameter) => ({
      parameter,
      name: String(parameter['name']),
      place: parameter['in'],
      value: valueOf(document, parameter),
    }));
  const at = (place: string) => sent.filter((one) => one.place === place);
  const path = fillPath(operation.path, at('path'));
  const query = at('query').flatMap(({ parameter, name, value }) => queryOf(parameter, name, value));
  const headers = at('header')
    .filter(({ name }) => !IGNORED_HEADERS.has(name.toLowerCase()))
    .map(({ name, value }) => [name.toLowerCase(), flat(value)] as const);
  const cookies = at('cookie').map(({ name, value }) => `${name}=${encoded(flat(value))}`);
  return {
    path: query.length > 0 ? `${path}?${query.join('&')}` : path,
    headers: { ...Object.fromEntries(headers), ...(cookies.length > 0 && { cookie: cookies.join('; ') }) },
  };
}

function fillPath(template: string, values: readonly { readonly name: string; readonly value: unknown }[]): string {
  let path = template;
  for (const { name, value } of values) path = path.split(`{${name}}`).join(encoded(flat(value)));
  const missing = /\{([^{}]+)\}/.exec(path)?.[1];
  if (missing !== undefined) throw new SkippedOperation(`its parameter ${missing} is not described`);
  return path.replaceAll(/[^\u0021-\u007e]/gu, percentEncoded);
}

/** Those of the path, and those of the operation in their place. */
export function allParameters(document: ApiDocument, { item, operation }: ApiOperation): JsonObject[] {
  const found = new Map<string, JsonObject>();
  for (const written of [item['parameters'], operation['parameters']]) {
    for (const one of Array.isArray(written) ? (written as readonly unknown[]) : []) {
      const parameter = document.resolve(one);
      if (isRecord(parameter)) found.set(`${String(parameter['in'])} ${String(parameter['name'])}`, parameter);
    }
  }
  return [...found.values()];
}

function isSent(document: ApiDocument, parameter: JsonObject): boolean {
  if (parameter['in'] === 'path') return true;
  if (!['query', 'header', 'cookie'].includes(String(parameter['in']))) return false;
  if (parameter['required'] === true) return true;
  return (
    parameter['in'] === 'query' && parameter['example'] !== undefined && saidValue(document, parameter) !== undefined
  );
}

/** OpenAPI 3.1 §4.8.12.3 `form` and `deepObject`; Swagger 2 `collectionFormat`. */
function queryOf(parameter: JsonObject, name: string, value: unknown): string[] {
  const pair = (key: string, one: unknown): string => `${encoded(key)}=${encoded(flat(one))}`;
  if (Array.isArray(value)) {
    const isSwagger2List = parameter['collectionFormat'] !== undefined || parameter['items'] !== undefined;
    const isRepeated = isSwagger2List ? parameter['collectionFormat'] === 'multi' : parameter['explode'] !== false;
    return isRepeated ? value.map((one: unknown) => pair(name, one)) : [pair(name, value)];
  }
  if (!isRecord(value)) return [pair(name, value)];
  const isDeep = parameter['style'] === 'deepObject';
  return Object.entries(value).map(([key, one]) => pair(isDeep ? `${name}[${key}]` : key, one));
}

/** OpenAPI 3.1 `simple`: lists and objects with commas in between. */
function flat(value: unknown): string {
  if (Array.isArray(value)) return value.map((one: unknown) => flat(one)).join(',');
  if (isRecord(value))
    return Object.entries(value)
      .flatMap(([key, one]) => [key, flat(one)])
      .join(',');
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Half a surrogate pair, which a document may hold, is no text that can be encoded. */
function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}
