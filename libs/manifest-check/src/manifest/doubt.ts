import { type ServiceSettings } from '../settings/service-settings.js';
import { isAtHand } from './at-hand.js';
import { type Resource } from './resource.js';
import { type Builds, partsOfName } from './build.js';
import { type Container } from './container.js';
import { hasSignOfNode, imageName, isForeign } from './foreign.js';

/** Why it is not certain that what a container does goes by the rules for services of Node. */
export type Doubt = 'runtime unknown' | 'no server';

interface Asked {
  readonly main: Container;
  readonly resource: Resource;
  readonly services: readonly Resource[];
  readonly settings: Pick<ServiceSettings, 'origin' | 'unknownVariables'>;
}

/** `undefined` where something shows that it is a service of Node, or one that is certainly none. */
export function doubtOf(asked: Asked, builds: Builds): Doubt | undefined {
  const { main, settings } = asked;
  if (isForeign(main) || settings.origin !== 'defaults' || settings.unknownVariables.length > 0) return undefined;
  if (isNoServer(main) || endsByItself(asked.resource)) return 'no server';
  if (hasSignOfNode(main) || main.build?.runtime === 'node') return undefined;
  return isLikelyNode(asked, builds) ? undefined : 'runtime unknown';
}

/** A Pod of its own that is not started again does one thing, and is done. */
function endsByItself({ kind, root }: Resource): boolean {
  return kind === 'Pod' && /^(?:Never|OnFailure)$/.test(root.at('spec', 'restartPolicy').text ?? '');
}

function isNoServer({ words, build }: Container): boolean {
  if (words.length === 0) return build?.isForDevelopment === true;
  return isAtHand(words.map(({ text }) => text ?? ''));
}

/** By its names, by its ports, and by what else is built here. */
function isLikelyNode({ main, resource, services }: Asked, { runtime, hasPackage }: Builds): boolean {
  if (runtime !== undefined && runtime !== 'node') return false;
  const names = [imageName(main.field.at('image').text ?? ''), main.name, resource.name];
  if (names.flatMap(partsOfName).some((part) => OF_PAGES.has(part))) return false;
  const isBesideNode = runtime === 'node' || hasPackage(resource.root.source.path);
  return portsOf(main, services).every((port) => mayBeOfNode(port, isBesideNode));
}

/** Front ends are as often served by nginx. */
const OF_PAGES: ReadonlySet<string> = new Set('frontend front ui webapp spa client website landing'.split(' '));

/** The ports that it says, or that it is sent requests at. */
function portsOf({ ports, variables }: Container, services: readonly Resource[]): readonly number[] {
  const own = ports.flatMap(({ number }) => (number === undefined ? [] : [number]));
  if (own.length > 0) return own;
  const said = Number(variables.get('PORT')?.text);
  if (said > 0) return [said];
  const sent = services.flatMap(({ root }) => root.at('spec', 'ports').items);
  return sent.flatMap((port) => port.at('targetPort').number ?? port.at('port').number ?? []);
}

/** Those that frameworks of Node have by default; where all that is built is of Node, those of other frameworks, too. */
function mayBeOfNode(port: number, isBesideNode: boolean): boolean {
  const isUsual = port >= 3000 && port < 5000;
  return isUsual || (isBesideNode && ((port >= 5000 && port < 10_000) || port > 50_000));
}
