import { isRecord, nearestName } from 'nestjs-lifecycle/options';
import { GrpcError } from './grpc-error.js';
import { type ProtoEnum, type ProtoField, type ProtoType } from './protobuf.js';

/**
 * The bytes of a message that is written as JSON. Fields have the names of the proto file, or those in camelCase. 64-bit numbers may be strings, bytes are
 * base64, and values of enumerations are names.
 *
 * @throws GrpcError naming the field that the message has not, or that has another type
 */
export function messageOfJson(type: ProtoType, json: unknown): Uint8Array {
  return type.encode(type.fromObject(objectOf(type, json, ''))).finish();
}

function objectOf(type: ProtoType, json: unknown, at: string): Record<string, unknown> {
  if (!isRecord(json)) throw wrong(at, json, `an object with fields of ${nameOf(type)}`);
  const entries = Object.entries(json).filter(([, value]) => value !== null);
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const field = fieldOf(type, name, at);
      return [field.name, valueOf(field, value, at === '' ? name : `${at}.${name}`)];
    }),
  );
}

function fieldOf(type: ProtoType, name: string, at: string): ProtoField {
  const fields = Object.values(type.fields);
  const found = type.fields[name] ?? fields.find((field) => camelCase(field.name) === name);
  if (found !== undefined) return found;
  const names = fields.map((field) => field.name);
  const meant = nearestName(name, names);
  const has = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  const where = at === '' ? '' : ` (at ${at})`;
  throw new GrpcError(
    `${nameOf(type)} has no field ${JSON.stringify(name)}${where}: ${meant === undefined ? has : `did you mean ${meant}?`}`,
  );
}

function valueOf(field: ProtoField, value: unknown, at: string): unknown {
  if (field.map) {
    if (!isRecord(value)) throw wrong(at, value, 'an object: it is a map');
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, singleOf(field, one, `${at}.${key}`)]));
  }
  if (!field.repeated) return singleOf(field, value, at);
  if (!Array.isArray(value)) throw wrong(at, value, 'a list: the field is repeated');
  return value.map((one, index) => singleOf(field, one, `${at}[${index}]`));
}

function singleOf({ type, resolvedType }: ProtoField, value: unknown, at: string): unknown {
  if (resolvedType === null) return scalarOf(type, value, at);
  return isEnum(resolvedType) ? enumOf(resolvedType, value, at) : objectOf(resolvedType, value, at);
}

function isEnum(type: ProtoType | ProtoEnum): type is ProtoEnum {
  return 'values' in type;
}

function enumOf({ values }: ProtoEnum, value: unknown, at: string): unknown {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && Object.hasOwn(values, value)) return value;
  throw wrong(at, value, `one of ${Object.keys(values).join(', ')}`);
}

/** What a field of a type takes, how it is checked, and what becomes of it. */
function scalarOf(type: string, value: unknown, at: string): unknown {
  const kind = SCALARS.find(({ types }) => types.test(type));
  if (kind === undefined || kind.isGood(value)) return type === 'double' || type === 'float' ? Number(value) : value;
  throw wrong(at, value, kind.write(type));
}

const SCALARS = [
  {
    types: /^(?:u?int|s?int|s?fixed)(?:32|64)$/,
    isGood: (value: unknown) => isNumeric(value) && /^-?\d+$/.test(String(value)),
    write: (type: string) => `a whole number (${type})`,
  },
  { types: /^(?:double|float)$/, isGood: isNumeric, write: (type: string) => `a number (${type})` },
  { types: /^bool$/, isGood: (value: unknown) => typeof value === 'boolean', write: () => 'true or false' },
  { types: /^bytes$/, isGood: isText, write: () => 'a text in base64' },
  { types: /^string$/, isGood: isText, write: () => 'a text' },
] as const;

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isNumeric(value: unknown): boolean {
  if (typeof value === 'number') return true;
  return typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value));
}

function wrong(at: string, value: unknown, wanted: string): GrpcError {
  const where = at === '' ? 'the message' : at;
  return new GrpcError(`${where} is ${JSON.stringify(value) ?? 'nothing'}: write ${wanted}`);
}

function nameOf({ fullName }: ProtoType): string {
  return fullName.replace(/^\./, '');
}

function camelCase(name: string): string {
  return name.replaceAll(/_+([a-z\d])/gi, (_all, letter: string) => letter.toUpperCase());
}
