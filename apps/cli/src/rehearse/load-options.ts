import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type LoadFile,
  parseRequest,
  readHar,
  readLoadFile,
  readOpenApi,
  type RehearsalOptions,
  type RequestKind,
} from 'nestjs-lifecycle-rollout';
import { UsageError } from '../usage-error.js';
import { messageOptions } from './message-flags.js';
import { type RehearseFlags } from './rehearse-flags.js';

/** What is asked and how often, and what of it was left out. */
export interface LoadOptions {
  readonly options: { readonly requests?: readonly RequestKind[] } & Pick<
    RehearsalOptions,
    | 'login'
    | 'grpcProto'
    | 'rate'
    | 'clients'
    | 'keepAliveShare'
    | 'keepAliveConnections'
    | 'maxP99'
    | 'maxErrors'
    | 'messages'
    | 'jobs'
  >;
  /** What the file says of several workloads. */
  readonly several: Pick<LoadFile, 'workloads' | 'order' | 'rolled'>;
  readonly notes: readonly string[];
}

/**
 * Requests from everywhere they may be described, all of them together.
 *
 * @throws UsageError when a file cannot be read; LoadSourceError when what is in it cannot be used
 */
export async function loadOptions(flags: RehearseFlags, cwd: string): Promise<LoadOptions> {
  const requests: RequestKind[] = (flags.request ?? []).map(parseRequest);
  const notes: string[] = [];
  const file = await loadFileOptions(flags, cwd);
  requests.push(...file.requests);
  if (flags.har !== undefined) {
    const gathered = readHar(await source(flags.har, cwd));
    requests.push(...gathered.requests);
    notes.push(...gathered.notes.map(({ about, message }) => `${about}: ${message}`));
  }
  if (flags.openapi !== undefined) {
    const gathered = readOpenApi({ ...(await source(flags.openapi, cwd)), includeWrites: flags.includeWrites });
    requests.push(...gathered.requests);
    notes.push(...gathered.notes.map(({ about, message }) => `${about}: ${message}`));
  }
  const sent = messageOptions(flags, file.sent);
  const options = { ...file.rates, ...typedOf(flags), ...sent, ...(requests.length > 0 && { requests }) };
  return { options, several: file.several, notes };
}

function typedOf({ login, grpcProto }: RehearseFlags): Pick<RehearsalOptions, 'login' | 'grpcProto'> {
  return { ...(login !== undefined && { login }), ...(grpcProto !== undefined && { grpcProto }) };
}

/** What `--load` has, in its parts. */
interface FileParts {
  readonly requests: readonly RequestKind[];
  readonly rates: LoadOptions['options'];
  readonly sent: Pick<LoadFile, 'messages' | 'jobs'>;
  readonly several: LoadOptions['several'];
}

async function loadFileOptions({ load }: RehearseFlags, cwd: string): Promise<FileParts> {
  if (load === undefined) return { requests: [], rates: {}, sent: {}, several: {} };
  const { requests, workloads, order, rolled, messages, jobs, ...rates } = readLoadFile(await source(load, cwd));
  return {
    requests,
    rates,
    sent: { ...(messages && { messages }), ...(jobs && { jobs }) },
    several: { ...(workloads && { workloads }), ...(order && { order }), ...(rolled && { rolled }) },
  };
}

async function source(file: string, cwd: string): Promise<{ readonly file: string; readonly text: string }> {
  const text = await readFile(resolve(cwd, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      error.code === 'EISDIR'
        ? `${file} is a folder: name a file in it`
        : `cannot read ${file} (${error.code ?? error.message}): name a file that is there`,
    );
  });
  return { file, text };
}
