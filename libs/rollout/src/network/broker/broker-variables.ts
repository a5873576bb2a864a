import { type DependencyTarget } from '../dependency-proxy.js';
import { rewriteTarget, targetOf } from '../rewrite-target.js';

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1'];

/** By which names the same host is called. */
export function namesOf({ host }: DependencyTarget): readonly string[] {
  const name = host.toLowerCase();
  return LOOPBACK_NAMES.includes(name) ? LOOPBACK_NAMES : [name];
}

/** The variables that hold the address of the broker, with that port of this machine in its place: for programs that are not of Node. */
export function pointedTo(
  variables: Readonly<Record<string, string | undefined>>,
  broker: DependencyTarget,
  port: number,
): Record<string, string> {
  const names = namesOf(broker);
  const found = Object.entries(variables).flatMap(([name, value]) => {
    const target = value === undefined ? undefined : readTarget(value);
    const isBroker = target !== undefined && target.port === broker.port && names.includes(target.host.toLowerCase());
    return isBroker && value !== undefined ? [[name, rewriteTarget(value, port)] as const] : [];
  });
  return Object.fromEntries(found);
}

/** Most variables hold no address. */
function readTarget(value: string): DependencyTarget | undefined {
  if (!value.includes(':')) return undefined;
  try {
    return targetOf(value);
  } catch {
    return undefined;
  }
}
