import type { Duration } from 'nestjs-lifecycle';
import { z } from 'zod';

/** The variables of a service are wrong. The message has every problem, and carries no stack: the reader is an operator. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly problems: readonly string[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(
      `The service does not start: ${count} in its variables.\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    );
    this.stack = `${this.name}: ${this.message}`;
  }
}

const SECRET_CHARACTERS = 32;

/** A whole number in a range, as it is written in a variable. */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d+$/, `it must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `it must be a whole number from ${min} to ${max}`);
}

/** `true` or `false`. */
export function flag() {
  return z.enum(['true', 'false'], 'it must be true or false').transform((written) => written === 'true');
}

/** `5s`, `250ms`, `1m`, `1h`; a bare number is seconds. */
export function duration() {
  return (
    z
      .string()
      .regex(/^\d+(ms|s|m|h)?$/, 'it must be a duration such as 5s')
      // The pattern is what the type says.
      .transform((written) => (/\d$/.test(written) ? `${written}s` : written) as Duration)
  );
}

/** A key or a token. Its value is in no message. */
export function secret() {
  return z
    .string()
    .min(SECRET_CHARACTERS, `it must have at least ${SECRET_CHARACTERS} characters: type $(openssl rand -hex 32)`);
}

/** One problem as a line: `PORT is "x": it must be a whole number from 0 to 65535`. Addresses and secrets are not repeated. */
export function problemLine(issue: z.core.$ZodIssue, written: Readonly<Record<string, string | undefined>>): string {
  const name = String(issue.path[0]);
  const isShown = !/URL|SECRET|TOKEN|INSTANCES/.test(name);
  return isShown ? `${name} is "${written[name] ?? ''}": ${issue.message}` : `${name}: ${issue.message}`;
}
