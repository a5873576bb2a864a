import { isRecord } from 'nestjs-lifecycle/options';
import { type ApiDocument } from './api-document.js';
import { type JsonObject } from './json-object.js';
import { madeValue } from './made-value.js';
import { SkippedOperation } from './skipped-operation.js';

/** What the document itself gives as a value: an example, a default, or the first that is allowed; `undefined` for none. */
export function saidValue(document: ApiDocument, parameter: JsonObject): unknown {
  const schema = schemaOf(document, parameter);
  const examples = isRecord(parameter['examples']) ? Object.values(parameter['examples']) : [];
  return [
    parameter['example'],
    parameter['x-example'],
    document.resolveObject(examples[0])['value'],
    schema['example'],
    first(schema['examples']),
    schema['const'],
    parameter['default'] ?? schema['default'],
    first(schema['enum'] ?? parameter['enum']),
  ].find((value) => value !== undefined);
}

/**
 * The value of a parameter that must be sent.
 *
 * @throws SkippedOperation when the document says nothing of it
 */
export function valueOf(document: ApiDocument, parameter: JsonObject): unknown {
  const said = saidValue(document, parameter);
  if (said !== undefined) return said;
  const [content] = isRecord(parameter['content']) ? Object.values(parameter['content']) : [];
  if (content === undefined) return madeParameter(document, parameter);
  const media = document.resolveObject(content);
  return JSON.stringify(media['example'] ?? madeValue(document, media['schema']));
}

function madeParameter(document: ApiDocument, parameter: JsonObject): unknown {
  const name = String(parameter['name']);
  const schema = document.isSwagger2 ? swagger2Schema(parameter) : parameter['schema'];
  if (!isRecord(schema) || Object.keys(schema).length === 0) {
    throw new SkippedOperation(`its parameter ${name} has neither an example nor a schema`);
  }
  const made = madeValue(document, schema);
  if (made === undefined || made === null || made === '') {
    throw new SkippedOperation(`nothing says what its parameter ${name} looks like: give it an example`);
  }
  return made;
}

/** In Swagger 2 a parameter is its own schema. */
function swagger2Schema(parameter: JsonObject): JsonObject {
  const { type, format, items, minimum, maximum, minLength, maxLength } = parameter;
  const said = Object.entries({ type, format, items, minimum, maximum, minLength, maxLength });
  return Object.fromEntries(said.filter(([, value]) => value !== undefined));
}

function schemaOf(document: ApiDocument, parameter: JsonObject): JsonObject {
  return document.resolveObject(parameter['schema']);
}

function first(values: unknown): unknown {
  return Array.isArray(values) ? (values[0] as unknown) : undefined;
}
