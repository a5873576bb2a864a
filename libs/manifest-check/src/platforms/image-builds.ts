import { type Build, type Builds, partsOfName } from '../manifest/build.js';
import { imageName, isAlpineImage } from '../manifest/foreign.js';
import { dependenciesOf } from '../manifest/package-scripts.js';
import { folderOf, joinPath, type Neighbours } from '../source/neighbours.js';
import { buildContextOf, dockerfileOf } from './compose-build.js';
import { runtimeOfImage } from './docker-start.js';
import { commandsOfImage } from './image-server.js';
import { baseImageOf, isForDevelopmentByName } from './last-instruction.js';
import { type PlatformFile } from './platform-file.js';
import { isAtHand } from '../manifest/at-hand.js';

/** What is built by the Dockerfiles among these files. Manifests and builds share nothing but names, so names link them. */
export function buildsAmong(files: readonly PlatformFile[], neighbours: Neighbours): Builds {
  const dockerfiles = files.filter(({ platform }) => platform === 'dockerfile');
  const all = dockerfiles.map((file) => ({ names: namesOf(file), build: buildOf(file, neighbours) }));
  const named = [...all, ...servicesOfCompose(files, neighbours)];
  const runtimes = new Set(all.map(({ build }) => build.runtime).filter((one) => one !== 'unknown'));
  const [runtime] = runtimes;
  return {
    find: (image, names) => found([imageName(image), ...names], named),
    runtime: runtimes.size > 1 ? 'mixed' : runtime,
    hasPackage: (path) => hasPackage(folderOf(path), neighbours),
    chartTemplate: (path, template) => chartTemplate(path, template, neighbours),
  };
}

interface Named {
  readonly names: readonly string[];
  readonly build: Build;
}

/** The first name that something is built under decides; where two builds have it alike, both may be meant. */
function found(names: readonly string[], all: readonly Named[]): Build | undefined {
  for (const name of names) {
    const ranked = all.map((one) => ({ build: one.build, rank: rankOf(name, one) }));
    const best = Math.max(0, ...ranked.map(({ rank }) => rank));
    const builds = ranked.filter(({ rank }) => rank === best).map(({ build }) => build);
    const build = best > 0 ? agreed(builds) : undefined;
    if (build !== undefined) return { ...build, isSure: isNamed(build, names, all) };
  }
  return undefined;
}

function isNamed(build: Build, names: readonly string[], all: readonly Named[]): boolean {
  const own = all.filter((one) => one.build === build);
  return names.some((name) => own.some((one) => rankOf(name, one) === SAME));
}

/** Of builds of one name, what is certain: that for production counts, and that of Node where they disagree. */
function agreed(builds: readonly Build[]): Build | undefined {
  const forProduction = builds.filter(({ isForDevelopment }) => !isForDevelopment);
  const counting = forProduction.length > 0 ? forProduction : builds;
  return counting.find(({ runtime }) => runtime === 'node') ?? counting[0];
}

/** How well a name fits a build: the same, the one part of the other, or two words for one thing. */
function rankOf(name: string, { names }: Named): number {
  const wanted = telling(name);
  return Math.max(0, ...names.map((one) => fitOf(wanted, telling(one))));
}

const SAME = 1000;

function fitOf(wanted: readonly string[], own: readonly string[]): number {
  if (wanted.length === 0 || own.length === 0) return 0;
  if (wanted.join('-') === own.join('-')) return SAME;
  if (isWithin(own, wanted)) return own.length * 10;
  if (isWithin(wanted, own)) return wanted.length * 5;
  const [last, only] = [roleOf(wanted.at(-1)), own.length === 1 ? roleOf(own[0]) : undefined];
  return last !== undefined && last === only ? 1 : 0;
}

function isWithin(part: readonly string[], whole: readonly string[]): boolean {
  return whole.some((_, at) => part.every((word, index) => whole[at + index] === word));
}

const ROLES: ReadonlyMap<string, string> = new Map([
  ...['frontend', 'front', 'client', 'webapp', 'web', 'ui', 'spa'].map((word) => [word, 'front'] as const),
  ...['backend', 'back', 'api', 'server'].map((word) => [word, 'back'] as const),
]);

function roleOf(word: string | undefined): string | undefined {
  return word === undefined ? undefined : ROLES.get(word);
}

/** The parts that tell one image from another. */
function telling(name: string): readonly string[] {
  const parts = partsOfName(name);
  const left = parts.filter((part) => !EVERYWHERE.has(part));
  return left.length > 0 ? left : parts;
}

const EVERYWHERE: ReadonlySet<string> = new Set(
  'service svc app application image img docker container deployment depl deploy prod production dev local'.split(' '),
);

/** Folders that say nothing of what is built in them. */
const OF_ANYTHING =
  /^(?:\.?docker|dockerfiles?|containers?|build|deploy(?:ment)?|infra|ops|\.?devops|src|prod(?:uction)?|dev(?:elopment)?|images?|\.ci)$/i;

/** The folder of a Dockerfile, and what its name says besides. */
function namesOf({ root }: PlatformFile): readonly string[] {
  const path = joinPath(root.source.path);
  const parts = path.split('/');
  const file = parts.at(-1) ?? '';
  const [, before = '', after = ''] = /^(?:(.*)\.)?(?:Dockerfile|Containerfile)(?:\.(.*))?$/i.exec(file) ?? [];
  const own = [before, after].filter(
    (name) => name !== '' && !isForDevelopmentByName(`${name}.`) && !OF_ANYTHING.test(name),
  );
  if (own.length > 0) return own;
  const folder = parts.slice(0, -1).findLast((name) => name !== '..' && !OF_ANYTHING.test(name));
  return folder === undefined ? [] : [folder];
}

/** @param folder that is built, where another file says so; it is the Dockerfile's own else */
function buildOf(file: PlatformFile, neighbours: Neighbours, folder = folderOf(file.root.source.path)): Build {
  const text = neighbours.find(folder, 'package.json')?.text;
  const packages = text === undefined ? [] : dependenciesOf(text);
  return {
    runtime: runtimeOfImage(file),
    isSure: false,
    isFrontEnd: packages.some((name) => OF_PAGES.test(name)) && !packages.some((name) => OF_SERVERS.test(name)),
    isWithoutNest: packages.length > 0 && !packages.some((name) => OF_NEST.test(name)),
    ports: exposedBy(file),
    isAlpine: isAlpineImage(baseImageOf(file)),
    isForDevelopment: isForDevelopmentByName(file.root.source.path) || commandsOfImage(file).some(isAtHand),
  };
}

/** What `EXPOSE` says. */
function exposedBy({ root }: PlatformFile): readonly number[] {
  const instructions = root.at('stages').items.flatMap((stage) => stage.at('instructions').items);
  const texts = instructions
    .filter((one) => one.at('keyword').text === 'EXPOSE')
    .map((one) => one.at('text').text ?? '');
  return texts.flatMap((text) => text.split(/\s+/)).map((word) => Number.parseInt(word, 10));
}

const OF_PAGES =
  /^(?:next|nuxt\d*|gatsby|astro|vite|vue|svelte|react-scripts|react-dom|serve|http-server|@angular\/core|@remix-run\/\w+|@sveltejs\/kit)$/;
const OF_SERVERS =
  /^(?:@nestjs\/core|express|fastify|koa|hono|restify|polka|@hapi\/hapi|@apollo\/server|apollo-server|@grpc\/grpc-js|socket\.io|moleculer)$/;

const OF_NEST = /^(?:@nestjs\/\w+|nestjs-.*)$/;

/** Compose names both: the image or the service, and what it is built from. */
function servicesOfCompose(files: readonly PlatformFile[], neighbours: Neighbours): readonly Named[] {
  return files
    .filter(({ platform }) => platform === 'compose')
    .flatMap((file) =>
      file.root.at('services').entries.flatMap(([name, field]) => {
        const dockerfile = dockerfileOf(field, file);
        if (dockerfile === undefined) return [];
        const image = field.at('image').text;
        const names = image === undefined ? [name] : [name, imageName(image)];
        return [{ names, build: buildOf(forProduction(dockerfile, files), neighbours, buildContextOf(field)) }];
      }),
    );
}

/** A cluster does not run what Compose builds for development, where a `Dockerfile` is beside it. */
function forProduction(dockerfile: PlatformFile, files: readonly PlatformFile[]): PlatformFile {
  const { path } = dockerfile.root.source;
  if (!isForDevelopmentByName(path)) return dockerfile;
  const beside = joinPath(folderOf(path), 'Dockerfile');
  return (
    files.find((file) => file.platform === 'dockerfile' && joinPath(file.root.source.path) === beside) ?? dockerfile
  );
}

function hasPackage(folder: string, neighbours: Neighbours): boolean {
  const path = joinPath(folder);
  if (neighbours.find(path, 'package.json') !== undefined) return true;
  return path !== '' && path !== '/' && !path.startsWith('..') && hasPackage(folderOf(path), neighbours);
}

function chartTemplate(path: string, template: string, neighbours: Neighbours): string | undefined {
  const chart = /^<rendered from (.*?)Chart\.ya?ml\b/.exec(path)?.[1];
  return chart === undefined ? undefined : neighbours.find(chart, template.replace(/^[^/]*\//, ''))?.text;
}
