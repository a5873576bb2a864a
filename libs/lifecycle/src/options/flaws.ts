/** The result of a parser for a value that is not allowed. */
export const INVALID = Symbol('invalid');

/** What would be right: a value like this, or one of these keys. */
export type Remedy =
  | { readonly allowed: string; readonly example: string }
  | { readonly keys: readonly string[]; readonly below: string };

/** One thing wrong inside an option that is an object or a list. */
export interface Flaw {
  /** Where, from the option on: `.max`, `.retry.min`, `[2]`. */
  readonly path: string;
  /** `undefined` when something is missing. */
  readonly received: unknown;
  readonly remedy: Remedy;
}

/** The result of a parser that knows which parts of a value are wrong. */
export class Flaws {
  constructor(readonly list: readonly Flaw[]) {}
}

/** An invalid value: wrong as a whole, or in some of its parts. */
export type Invalid = typeof INVALID | Flaws;

export function isInvalid(parsed: unknown): parsed is Invalid {
  return parsed === INVALID || parsed instanceof Flaws;
}

/** The flaws of a part, as flaws of the whole. */
export function flawsOfPart(part: Omit<Flaw, 'remedy'>, parsed: Invalid, remedy: Remedy): readonly Flaw[] {
  if (parsed === INVALID) return [{ ...part, remedy }];
  return parsed.list.map((flaw) => ({ ...flaw, path: part.path + flaw.path, remedy: moved(flaw.remedy, part.path) }));
}

function moved(remedy: Remedy, path: string): Remedy {
  return 'keys' in remedy ? { ...remedy, below: path + remedy.below } : remedy;
}
