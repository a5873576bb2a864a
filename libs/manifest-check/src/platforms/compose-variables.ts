import { type Field } from '../source/field.js';
import { folderOf } from '../source/neighbours.js';
import { type Item, type Value } from '../source/value.js';
import { variablesInEnvFile } from './env-file.js';
import { type PlatformFile } from './platform-file.js';

/** What a variable is set to where Compose is started; `undefined` where no file says it. */
export type FindVariable = (name: string) => string | undefined;

/** The file `.env` beside a Compose file, which Compose reads by itself. */
export function projectVariables({ root, neighbours }: Pick<PlatformFile, 'root' | 'neighbours'>): FindVariable {
  const source = neighbours?.find(folderOf(root.source.path), '.env');
  const variables = source === undefined ? undefined : variablesInEnvFile(source);
  return (name) => variables?.get(name)?.text;
}

/** `$$`, `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME?what is wrong}`, `${NAME:+instead}`. */
const REFERENCE = /\$(?:\$|[A-Za-z_]\w*|\{[A-Za-z_]\w*(?::?[-?+](?:[^{}]|\{[^{}]*\})*)?\})/g;

/** A text with its references filled in; one that no file answers stays as it is written. */
export function filledIn(text: string, find: FindVariable): string {
  return text.replaceAll(REFERENCE, (all: string) => (all === '$$' ? '$' : (answer(all, find) ?? all)));
}

/** What a reference stands for; `undefined` where no file says it. */
function answer(reference: string, find: FindVariable): string | undefined {
  const { name, operator, other } = partsOf(reference);
  const value = find(name);
  if (operator === '') return value;
  // With a colon an empty value is none.
  const set = operator.startsWith(':') && value === '' ? undefined : value;
  const otherwise = filledIn(other, find);
  if (operator.endsWith('+')) return set === undefined ? '' : otherwise;
  return set ?? (operator.endsWith('-') ? otherwise : undefined);
}

function partsOf(reference: string): { readonly name: string; readonly operator: string; readonly other: string } {
  const [, name = '', operator = '', other = ''] = /^\$\{?(\w+)(?:(:?[-?+])(.*))?\}?$/s.exec(reference) ?? [];
  return { name, operator, other: other.replace(/\}$/, '') };
}

/** Whether a text refers to a variable that no file answers. */
export function isOpen(text: string): boolean {
  return /\$\{?[A-Za-z_]/.test(text);
}

/** A service with its references filled in. What is filled in comes from elsewhere, so that a change there is not safe. */
export function withVariables(service: Field, find: FindVariable): Field {
  const { value } = service;
  return value === undefined ? service : service.with(filled(value, find));
}

function filled(value: Value, find: FindVariable): Value {
  if (value.kind === 'scalar') {
    if (typeof value.content !== 'string' || !value.content.includes('$')) return value;
    const text = filledIn(value.content, find);
    return { ...value, content: numberIn(text) ?? text, text };
  }
  if (value.kind === 'list') return { ...value, items: value.items.map((item) => filledItem(item, find)) };
  const entries = [...value.entries].map(([key, entry]) => [key, filledItem(entry, find)] as const);
  return { ...value, entries: new Map(entries) };
}

function filledItem<T extends Item>(item: T, find: FindVariable): T {
  const value = filled(item.value, find);
  const isSame = value.kind === 'scalar' && item.value.kind === 'scalar' && value.text === item.value.text;
  return isSame ? item : { ...item, value, isShared: item.isShared || value.kind === 'scalar' };
}

/** Compose reads `replicas: ${COUNT}` as a number once it is filled in. */
function numberIn(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
