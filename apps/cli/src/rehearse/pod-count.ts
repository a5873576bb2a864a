import { type Field } from 'nestjs-lifecycle-manifest-check';

/** A number of pods, or what stays a percentage. */
export function podCount(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** The same, as a manifest has it; `undefined` where it has none. */
export function podCountIn(field: Field): number | string | undefined {
  return field.number ?? field.text;
}
