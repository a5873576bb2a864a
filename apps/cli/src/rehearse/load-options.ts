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
import { type RehearseFlags } from './rehearse-flags.js';

/** What is asked and how often, and what of it was left out. */
export interface LoadOptions {
  readonly options: { readonly requests?: readonly RequestKind[] } & Pick<
    RehearsalOptions,
    'login' | 'grpcProto' | 'rate' | 'clients' | 'keepAliveShare' | 'keepAliveConnections' | 'maxP99' | 'maxErrors'
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
  let rates: LoadOptions['options'] = {};
  let several: LoadOptions['several'] = {};
  if (flags.load !== undefined) {
    const { requests: read, workloads, order, rolled, ...others } = readLoadFile(await source(flags.load, cwd));
    requests.push(...read);
    rates = others;
    several = { ...(workloads && { workloads }), ...(order && { order }), ...(rolled && { rolled }) };
  }
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
  return { options: { ...rates, ...typedOf(flags), ...(requests.length > 0 && { requests }) }, several, notes };
}

function typedOf({ login, grpcProto }: RehearseFlags): Pick<RehearsalOptions, 'login' | 'grpcProto'> {
  return { ...(login !== undefined && { login }), ...(grpcProto !== undefined && { grpcProto }) };
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
