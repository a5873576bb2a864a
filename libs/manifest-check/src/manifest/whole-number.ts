import { type Field } from '../source/field.js';

/**
 * A number of seconds or of pods as Kubernetes takes it, or `fallback` where none is written; `undefined` for what is
 * neither, and cannot be reckoned with.
 */
export function wholeNumber(field: Field, fallback: number): number | undefined {
  if (!field.exists) return fallback;
  const { number } = field;
  return number !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
