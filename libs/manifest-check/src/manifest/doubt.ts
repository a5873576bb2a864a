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
export function doubtOf({ main, resource, services, settings }: Asked, builds: Builds): Doubt | undefined {
  const { build } = main;
  if (isForeign(main) || settings.origin !== 'defaults' || settings.unknownVariables.length > 0) return undefined;
  if (isAtHand(main.words.map(({ text }) => text ?? ''))) return 'no server';
  if (build?.isForDevelopment === true && main.words.length === 0) return 'no server';
  if (hasSignOfNode(main) || build?.runtime === 'node') return undefined;
  const names = [imageName(main.field.at('image').text ?? ''), main.name, resource.name];
  const isBesideNode =
    builds.runtime === 'node' || (builds.runtime === undefined && builds.hasPackage(resource.root.source.path));
  const isLikely =
    (builds.runtime === undefined || builds.runtime === 'node') &&
    !names.flatMap(partsOfName).some((part) => OF_PAGES.has(part)) &&
    portsOf(main, services).every((port) => mayBeOfNode(port, isBesideNode));
  return isLikely ? undefined : 'runtime unknown';
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
