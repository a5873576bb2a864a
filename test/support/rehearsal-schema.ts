import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { root } from './repository.js';

/** The published schema of the JSON report of a rehearsal. */
export const rehearsalSchema = JSON.parse(
  readFileSync(join(root, 'libs/rollout/rehearsal.schema.json'), 'utf8'),
  // Our own file.
) as { readonly properties: { readonly version: { readonly const: number } } };

const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(closed(rehearsalSchema));

/** What of a report the schema does not allow. A field that it does not name is a problem too: the schema would be old. Events have fields of their own. */
export function rehearsalProblems(report: unknown): string[] {
  validate(report);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** The same schema, where an object has nothing but the fields that are named. */
function closed(schema: unknown): object {
  // Values of JSON: an object, a list, or neither.
  const copy = JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    const isObject = typeof value === 'object' && value !== null && 'properties' in value && key !== 'properties';
    return isObject && key !== 'event' ? { additionalProperties: false, ...value } : value;
  }) as object;
  return copy;
}
