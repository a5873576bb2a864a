import { namesOf } from '../network/calls/service-names.js';
import { type ResolvedWorkload } from './resolve-workloads.js';

/**
 * In which order they are started: those that a workload's variables or arguments name come before it, as they do where everything has run
 * for long. Each list is started at once; what names each other in a circle is started together.
 */
export function startOrder(workloads: readonly ResolvedWorkload[]): readonly (readonly ResolvedWorkload[])[] {
  const levels: ResolvedWorkload[][] = [];
  let left = [...workloads];
  while (left.length > 0) {
    const free = left.filter((one) => left.every((other) => other === one || !mentions(one, other)));
    const level = free.length > 0 ? free : left;
    levels.push(level);
    left = left.filter((one) => !level.includes(one));
  }
  return levels;
}

function mentions({ scenario, namespace }: ResolvedWorkload, { services }: ResolvedWorkload): boolean {
  const { env, command } = scenario.service;
  const texts = [...Object.values(env), ...command];
  const names = services.flatMap((service) => namesOf(service, namespace));
  return names.some((name) => texts.some((text) => isNamedIn(text, name)));
}

/** As a host: alone, in an address, or in a list of them. */
function isNamedIn(text: string, name: string): boolean {
  const escaped = name.replaceAll(/[.\\+*?[\](){}^$|]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?:^|[\s/@,;="'])${escaped}(?=$|[\s:/,;?"'])`, 'i').test(text);
}
