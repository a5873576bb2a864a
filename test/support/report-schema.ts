import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { root } from './repository.js';

/** The words of JSON Schema that the schema of the report is written in. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const WORDS = ['type', 'const', 'enum', 'minimum', 'required', 'properties', 'items', '$ref', '$defs'];
const NOTES = ['$schema', '$id', 'title', 'description'];

/** The published schema of the report. */
export const reportSchema = JSON.parse(
  readFileSync(join(root, 'libs/lifecycle/report.schema.json'), 'utf8'),
  // Our own file; a word that is not known here is an error below.
) as Schema;

/** The published schema of the detailed health page. */
export const healthSchema = JSON.parse(readFileSync(join(root, 'libs/lifecycle/health.schema.json'), 'utf8')) as Schema;

/** The published schema of a dump; it refers to nothing. */
export const dumpSchema = JSON.parse(readFileSync(join(root, 'libs/lifecycle/dump.schema.json'), 'utf8')) as Schema;

/** What of a report the schema does not allow. A field that it does not name is a problem too: the schema would be old. */
export function schemaProblems(value: unknown, schema: Schema = reportSchema, path = 'report'): string[] {
  const unknown = Object.keys(schema).filter((word) => !WORDS.includes(word) && !NOTES.includes(word));
  if (unknown.length > 0) return [`${path}: the schema has words that are not checked: ${unknown.join(', ')}`];
  if (schema.$ref !== undefined) return schemaProblems(value, definition(schema.$ref), path);
  return [
    ...valueProblems(value, schema).map((problem) => `${path}: ${problem}`),
    ...itemProblems(value, schema, path),
    ...fieldProblems(value, schema, path),
  ];
}

function definition(ref: string): Schema {
  const name = ref.replace('#/$defs/', '');
  // No name is in both.
  const found = reportSchema.$defs?.[name] ?? healthSchema.$defs?.[name];
  if (found === undefined) throw new Error(`the schema has no ${ref}`);
  return found;
}

function valueProblems(value: unknown, schema: Schema): string[] {
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const problems: string[] = [];
  if (types.length > 0 && !types.some((name) => isOf(name, value))) problems.push(`is no ${types.join(' or ')}`);
  if ('const' in schema && !isDeepStrictEqual(value, schema.const)) problems.push(`is not ${String(schema.const)}`);
  if (schema.enum !== undefined && !schema.enum.includes(value)) problems.push(`is none of ${schema.enum.join(', ')}`);
  if (isTooSmall(value, schema)) problems.push(`${String(value)} is out of range`);
  return problems;
}

function isTooSmall(value: unknown, { minimum = -Infinity }: Schema): boolean {
  return typeof value === 'number' && value < minimum;
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function itemProblems(value: unknown, { items }: Schema, path: string): string[] {
  if (items === undefined || !Array.isArray(value)) return [];
  return value.flatMap((item: unknown, index) => schemaProblems(item, items, `${path}[${index}]`));
}

function fieldProblems(value: unknown, { properties, required = [] }: Schema, path: string): string[] {
  if (properties === undefined || typeof value !== 'object' || value === null) return [];
  const missing = required.filter((name) => !(name in value)).map((name) => `${path}.${name}: is missing`);
  const found = Object.entries(value).flatMap(([name, field]: [string, unknown]) => {
    const schema = properties[name];
    return schema === undefined
      ? [`${path}.${name}: is not in the schema`]
      : schemaProblems(field, schema, `${path}.${name}`);
  });
  return [...missing, ...found];
}
