import { type ModulesContainer } from '@nestjs/core';

/**
 * Nest sorts modules by their distance from the root: the farthest is initialised first and destroyed last. The lowest
 * possible distance therefore makes a module the first to be destroyed, the highest the last. `distance` is public and
 * typed, and the order is computed at the first hook, after all constructors. Read in Nest 11.2.10 and 12.5.1.
 */
export const FIRST_TO_STOP = Number.NEGATIVE_INFINITY;
export const LAST_TO_STOP = Number.POSITIVE_INFINITY;

/** Moves a module in the order of Nest's hooks. Returns how many modules of that class there are. */
export function moveModule(modules: ModulesContainer, metatype: unknown, distance: number): number {
  const matching = [...modules.values()].filter((module) => module.metatype === metatype);
  for (const module of matching) module.distance = distance;
  return matching.length;
}

/** The order in which Nest was seen to initialise modules; it destroys them in reverse. */
export type InitOrder = readonly ('tail' | 'probe' | 'head')[];

/**
 * Whether the order holds: no other module sorts before `head` or after `tail`, and Nest called them in that order.
 * Returns what is wrong, or `undefined`.
 */
export function findBrokenOrder(
  modules: ModulesContainer,
  { head, tail, seen }: { readonly head: unknown; readonly tail: unknown; readonly seen: InitOrder },
): string | undefined {
  if (seen.join() !== 'tail,probe,head') return `Nest initialised our modules as ${seen.join(', ')}`;
  for (const module of modules.values()) {
    if (module.metatype === head || module.metatype === tail) continue;
    if (module.distance <= FIRST_TO_STOP) return `${module.name} is destroyed first as well`;
    if (module.distance >= LAST_TO_STOP) return `${module.name} is destroyed last as well`;
  }
  return undefined;
}
