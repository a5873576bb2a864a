import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  checkFiles,
  type CheckResult,
  type Facts,
  formatGithub,
  formatJson,
  formatSarif,
  formatText,
  isAtLeast,
  oneLineOf,
  RULE_PAGES,
  RULES,
  type Severity,
  type TextFile,
} from 'nestjs-lifecycle-manifest-check';
import { isMeasuredLag, readMeasuredLag } from '../endpoint-lag.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { readBaseline } from '../known-findings.js';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { VERSION } from '../version.js';
import { applyConfig } from './apply-config.js';
import { againstBaseline, baselineOf } from './baseline.js';
import { type CheckConfig, checkConfig } from './check-config.js';
import { checkWithDefaults } from './defaults-by-place.js';
import { type ManifestFiles, manifestFiles } from './manifest-files.js';
import { mend } from './mend.js';
import { nothingChecked } from './nothing-checked.js';
import { neighbourReader } from './read-neighbour.js';
import { settingsSource } from './settings-source.js';

/** The flags of `nestjs-lifecycle check`. */
export interface CheckFlags {
  readonly format: 'text' | 'json' | 'sarif' | 'github';
  readonly failOn: Severity | 'never';
  readonly fix: boolean;
  readonly strict: boolean;
  readonly app?: string;
  readonly settings?: string;
  readonly service?: string;
  readonly skip: readonly string[];
  readonly exclude: readonly string[];
  readonly config?: string;
  readonly baseline?: string;
  readonly updateBaseline: boolean;
  readonly output?: string;
  readonly explain?: string;
  readonly routingDelay?: number;
  readonly endpointLag?: string;
  readonly boot?: number;
  readonly longestRequest?: number;
}

/**
 * Checks manifests, and mends what can be mended safely.
 *
 * @throws UsageError when what was passed cannot be used
 */
export async function check(paths: readonly string[], flags: CheckFlags, terminal: Terminal): Promise<ExitCode> {
  if (flags.explain !== undefined) return explain(flags.explain, terminal);
  if (paths.length === 0) throw new UsageError(NO_PATHS);
  refuseUnknownRules('--skip', flags.skip);
  const source = await settingsSource(paths, flags, terminal);
  const kubeProxyDelayMs = await kubeProxyDelay(paths, flags, terminal);
  const config = await checkConfig(flags.config, terminal);
  const baseline = await baselineFor(config, flags, terminal);
  const manifests = await manifestFiles(paths, terminal, [...config.exclude, ...flags.exclude]);
  const options = {
    readNeighbour: neighbourReader(manifests.reader, terminal.cwd, manifests.folders),
    skip: flags.skip,
  };
  const factsOf = (defaults: CheckConfig['defaults']): Facts => ({
    usesModule: manifests.usesModule,
    routingDelayMs: flags.routingDelay ?? defaults.routingDelay,
    kubeProxyDelayMs,
    bootMs: flags.boot ?? defaults.boot,
    longestRequestMs: flags.longestRequest ?? defaults.longestRequest,
  });
  const run = async (read: readonly TextFile[]): Promise<CheckResult> => {
    const result = await source.check((settings) =>
      checkWithDefaults(config, (defaults) => checkFiles(read, { ...options, settings, facts: factsOf(defaults) })),
    );
    return withUnread(applyConfig(result, config), manifests);
  };
  const all = flags.fix ? await mend(manifests, run, terminal) : await run(manifests.files);
  const result = await baseline(all);
  await write(toText(result, { format: flags.format, onDisk: manifests.onDisk, pages: config.pages }), flags, terminal);
  const nothing = nothingChecked(result, paths);
  if (nothing === undefined) return exitCodeOf(result, flags);
  terminal.stderr.write(`${oneLineOf(nothing)}\n`);
  return EXIT_CODE.unusable;
}

/**
 * Takes known findings out of a result, or writes down what is found as known.
 *
 * @throws UsageError when there is no baseline to read
 */
async function baselineFor(
  config: CheckConfig,
  { baseline = config.baseline, updateBaseline }: CheckFlags,
  terminal: Terminal,
): Promise<(result: CheckResult) => Promise<CheckResult>> {
  const { stderr } = terminal;
  if (baseline === undefined) {
    if (updateBaseline) throw new UsageError('--update-baseline: name the file, too: --baseline known.json');
    return (result) => Promise.resolve(result);
  }
  if (updateBaseline) {
    return async (result) => {
      await writeOutput('--baseline', { file: baseline, text: baselineOf(result) }, terminal);
      return { ...result, findings: [] };
    };
  }
  const before = await readBaseline(baseline, terminal);
  return (result) => {
    const { result: left, known, gone } = againstBaseline(result, before);
    const update = gone === 0 ? '' : `; ${gone} of it are no longer found: --update-baseline takes them out`;
    stderr.write(`${known} known from ${oneLineOf(baseline)}${update}\n`);
    return Promise.resolve(left);
  };
}

const NO_PATHS =
  'there is nothing to check: name files or folders, as in nestjs-lifecycle check k8s/, or - for what comes through a pipe ' +
  '(add --help to see what can be passed)';

/** How long kube-proxy goes on in this cluster, where its own figure was passed. */
async function kubeProxyDelay(
  paths: readonly string[],
  { endpointLag, routingDelay }: CheckFlags,
  terminal: Terminal,
): Promise<number | undefined> {
  if (endpointLag === undefined) return undefined;
  if (!isMeasuredLag(endpointLag))
    throw new UsageError(
      `--endpoint-lag ${endpointLag}: write metrics:FILE, what kube-proxy's /metrics said; a time is --routing-delay ${endpointLag}`,
    );
  if (routingDelay !== undefined)
    throw new UsageError('--endpoint-lag and --routing-delay say the same: leave one of them out');
  if (endpointLag === 'metrics:-' && paths.includes('-'))
    throw new UsageError('manifests and metrics cannot both come through the pipe: write one of them to a file');
  const { programming, told } = await readMeasuredLag(endpointLag, terminal);
  terminal.stderr.write(`${told}\n`);
  return programming.lameDuckMs;
}

/** @throws UsageError when there is no such rule */
function explain(rule: string, { stdout }: Terminal): ExitCode {
  refuseUnknownRules('--explain', [rule]);
  stdout.write(RULE_PAGES[rule] ?? '');
  return EXIT_CODE.clean;
}

/** What could not even be read comes first, as what cannot be used does. */
function withUnread(result: CheckResult, { unusable, notJudged, noneOfOurs }: ManifestFiles): CheckResult {
  return {
    ...result,
    unusable: [...unusable, ...result.unusable.filter(({ file }) => !noneOfOurs.has(file))],
    notJudged: [...notJudged, ...result.notJudged],
  };
}

function refuseUnknownRules(flag: string, names: readonly string[]): void {
  const unknown = names.filter((name) => !RULES.some(({ id }) => id === name));
  if (unknown.length === 0) return;
  const known = RULES.map(({ id }) => id).toSorted((one, other) => (one < other ? -1 : 1));
  throw new UsageError(`${flag} ${unknown.join(' ')}: there is no such rule. The rules are: ${known.join(', ')}`);
}

function toText(
  result: CheckResult,
  { format, onDisk, pages }: Pick<CheckFlags, 'format'> & Pick<ManifestFiles, 'onDisk'> & Pick<CheckConfig, 'pages'>,
): string {
  switch (format) {
    case 'json':
      return formatJson(result);
    case 'sarif':
      return formatSarif(result, { version: VERSION, pages });
    case 'github':
      return formatGithub(result);
    case 'text':
      return formatText(result, { isFile: (path) => onDisk.get(path)?.isInside === true, pages });
  }
}

async function write(text: string, { output }: CheckFlags, terminal: Terminal): Promise<void> {
  if (output === undefined) terminal.stdout.write(text);
  else await writeOutput('--output', { file: output, text }, terminal);
}

async function writeOutput(
  flag: string,
  { file, text }: { readonly file: string; readonly text: string },
  { cwd }: Terminal,
): Promise<void> {
  await writeFile(resolve(cwd, file), text).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `cannot write ${flag} ${file} (${error.code ?? error.message}): name a file in a folder that is there`,
    );
  });
}

function exitCodeOf({ findings, notJudged, unusable }: CheckResult, { failOn, strict }: CheckFlags): ExitCode {
  if (unusable.length > 0) return EXIT_CODE.unusable;
  if (strict && notJudged.length > 0) return EXIT_CODE.found;
  if (failOn === 'never') return EXIT_CODE.clean;
  return findings.some(({ severity }) => isAtLeast(severity, failOn)) ? EXIT_CODE.found : EXIT_CODE.clean;
}
