import { findUnknownVariables } from 'nestjs-lifecycle/options';
import { type Field } from '../source/field.js';

/** A variable that begins like those of the service, and is none of them. */
export interface UnknownVariable {
  readonly name: string;
  readonly field: Field;
  /** The variable that was probably meant. */
  readonly nearest: string | undefined;
}

/** The `SHUTDOWN_` variables of a service that are not read, but for those that its code lists as known. */
export function unknownVariablesIn(
  variables: ReadonlyMap<string, Field>,
  known: readonly string[] | undefined,
): UnknownVariable[] {
  return findUnknownVariables([...variables.keys()], known).flatMap(({ name, nearest }) => {
    const field = variables.get(name);
    return field === undefined ? [] : [{ name, field, nearest }];
  });
}
