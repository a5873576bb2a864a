import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ImageStart, readImage } from 'nestjs-lifecycle-manifest-check';
import { type Command, type RehearsalOptions } from 'nestjs-lifecycle-rollout';
import { readText } from '../read-text.js';
import { type ManifestOptions } from './manifest-options.js';

/** What an image adds to how a container is run. */
export interface ImageCommand {
  readonly options: Pick<RehearsalOptions, 'pid1' | 'ports' | 'env'> & { readonly command: readonly string[] };
  readonly notes: readonly string[];
}

/**
 * What the Dockerfile of that folder runs, with a manifest's `args` in place of its `CMD`; `undefined` where there is none, or where it leaves the
 * command to the image that it is made from.
 *
 * @throws UnusableInput, UsageError when it cannot be read
 */
export async function imageCommand(
  cwd: string,
  args: readonly string[] | undefined,
): Promise<ImageCommand | undefined> {
  const path = join(cwd, DOCKERFILE);
  const isThere = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  const image = isThere ? readImage({ path: DOCKERFILE, text: await readText(path) }) : undefined;
  return image && commandOf(image, args);
}

const DOCKERFILE = 'Dockerfile';

/** A manifest with a command, where one is known. */
export interface StartedManifest {
  readonly options: Partial<RehearsalOptions>;
  readonly command: Command | undefined;
  readonly notes: readonly string[];
}

/** What was typed wins over the command of a manifest, and that over the one of the image. */
export async function withCommand(
  { options, args, notes }: Omit<ManifestOptions, 'secrets'>,
  typed: Command | undefined,
  cwd: string,
): Promise<StartedManifest> {
  const written = typed ?? options.command;
  if (written !== undefined) return { options, command: written, notes };
  const image = await imageCommand(cwd, args);
  if (image === undefined) return { options, command: undefined, notes };
  return {
    options: { ...image.options, ...options, env: { ...image.options.env, ...options.env } },
    command: image.options.command,
    notes: [...notes, ...image.notes],
  };
}

/** That a manifest says no port is no proof where something else does. */
export function isPlayedAsWorker({ isWorker, ports, requests }: Partial<RehearsalOptions>): boolean {
  return isWorker === true && ports === undefined && requests === undefined;
}

/** As a container runtime puts it together. */
export function commandOf(image: ImageStart, args: readonly string[] | undefined): ImageCommand | undefined {
  const words = [...image.entrypoint, ...(args ?? image.command)].map((word) => onThisMachine(word, image.folder));
  const run = withNode(withoutInit(words), image);
  const [program] = run;
  if (program === undefined) return undefined;
  const hasInit = run.length < words.length;
  const [port] = image.ports;
  return {
    options: {
      command: run,
      env: variablesOf(image),
      ...(hasInit && { pid1: false }),
      ...(port !== undefined && { ports: [{ containerPort: port }] }),
    },
    notes: [
      `Its command is that of the ${DOCKERFILE}${args === undefined ? '' : ', with the args of the manifest'}: ${run.join(' ')}`,
      ...(hasInit ? [`${words[0]} is left out, and so the service is not pid 1: it passes signals on.`] : []),
      ...stopSignalNote(image),
    ],
  };
}

/** A file of the image is one of this folder, and a program of the image is this machine's. */
function onThisMachine(word: string, folder: string): string {
  const root = folder.endsWith('/') ? folder : `${folder}/`;
  if (root !== '/' && word.startsWith(root)) return word.slice(root.length);
  return word.replace(/^\/(?:usr\/(?:local\/)?|nodejs\/)?s?bin\/(?=[\w.-]+$)/, '');
}

const INIT = /^(?:dumb-init|tini|catatonit)$/;

/** A small init is in the image alone. Its own flags stand before the program. */
function withoutInit(words: readonly string[]): readonly string[] {
  if (!INIT.test(words[0] ?? '')) return words;
  const at = words.findIndex((word, index) => index > 0 && !word.startsWith('-'));
  return at === -1 ? [] : words.slice(at);
}

/** `docker-entrypoint.sh` of the official image: a flag, or what is no program, is given to `node`. */
function withNode(words: readonly string[], { isNodeImage }: ImageStart): readonly string[] {
  const [first = ''] = words;
  return isNodeImage && /^-|\.[cm]?js$/.test(first) ? ['node', ...words] : words;
}

/** Without those of the image's own file system, and those that refer to others. */
function variablesOf({ variables }: ImageStart): Readonly<Record<string, string>> {
  return Object.fromEntries([...variables].filter(([name, text]) => !/PATH$|^HOME$/.test(name) && !text.includes('$')));
}

function stopSignalNote({ stopSignal }: ImageStart): string[] {
  if (stopSignal === undefined || /^(?:SIG)?TERM$|^15$/.test(stopSignal)) return [];
  return [`Its image asks for ${stopSignal} in place of SIGTERM (STOPSIGNAL): SIGTERM is what is played.`];
}
