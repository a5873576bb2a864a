import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { oneLineOf } from 'nestjs-lifecycle-manifest-check';

/** The file that makes a folder a chart. */
export const CHART = /^Chart\.ya?ml$/;

/** Values of an environment, beside those of the chart itself: `values-production.yaml`, `values.eu.yml`. */
export const OTHER_VALUES = /^values[-._].+\.ya?ml$|^.+[-._]values\.ya?ml$/;

const run = promisify(execFile);
const TIMEOUT_MS = 30_000;
const MOST_OUTPUT = 64 * 1024 * 1024;

/** What a chart renders to, or why it was not rendered, in words. */
export type RenderedChart = { readonly text: string } | { readonly reason: string };

/**
 * Renders a chart with `helm template`, which talks to no cluster.
 *
 * @param values a file of values over those of the chart
 */
export async function renderChart(
  folder: string,
  { env, values }: { readonly env: NodeJS.ProcessEnv; readonly values: string | undefined },
): Promise<RenderedChart> {
  const args = ['template', releaseName(folder), folder, ...(values === undefined ? [] : ['--values', values])];
  try {
    const { stdout } = await run('helm', args, { env, timeout: TIMEOUT_MS, maxBuffer: MOST_OUTPUT });
    return { text: stdout };
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === 'ENOENT') return { reason: 'helm is not installed' };
    const stderr: unknown = Reflect.get(Object(error), 'stderr');
    const said = typeof stderr === 'string' && stderr.trim() !== '' ? stderr.trim() : String(error);
    return { reason: `helm template failed: ${oneLineOf(said).slice(0, 300)}` };
  }
}

/** A name that every template takes. */
function releaseName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return name === '' ? 'release' : name;
}
