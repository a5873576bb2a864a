import { distinctPlaces, mergeFindings } from './findings/merge-findings.js';
import { compareFindings, type Finding } from './findings/finding.js';
import { type Facts, type Model, type Report, type Rule } from './rule-kinds/rule.js';
import { suppressionFinding } from './suppressions/suppression-rules.js';
import { findSuppressions, mayBeSilenced, type Suppression } from './suppressions/suppressions.js';
import { Cluster } from './manifest/cluster.js';
import { jobsIn } from './manifest/job-pods.js';
import { fileSetsOf } from './files/file-sets.js';
import { writtenAt } from './files/provenance.js';
import { readFile, type ReadFile, withoutObjects } from './files/read-file.js';
import { gapsIn } from './not-judged.js';
import { buildsAmong } from './platforms/image-builds.js';
import { RULES } from './rules/registry.js';
import { type FindPrinted, type PrintedSettings } from './settings/printed-settings.js';
import { Neighbours, joinPath, type ReadNeighbour } from './source/neighbours.js';
import { type TextFile } from './source/source.js';
import { UnusableInput } from './source/unusable-input.js';
import { yamlComments } from './source/yaml-comments.js';

/** How to check. */
export interface CheckOptions {
  /**
   * What the service printed of its settings, for all workloads, unless `service` names one; or how to find what each prints
   * in its own environment.
   */
  readonly settings?: PrintedSettings | FindPrinted | undefined;
  /** The name of the workload that `settings` belong to. Default: all of them. */
  readonly service?: string | undefined;
  /** Ids of rules to leave out. Default: none. */
  readonly skip?: readonly string[] | undefined;
  /** What no file says. */
  readonly facts?: Facts | undefined;
  /**
   * Reads what checked files name: env files, scripts that an image starts, `package.json`, Compose files that are included.
   * Default: what is among the files.
   */
  readonly readNeighbour?: ReadNeighbour | undefined;
}

/** What a check has found. */
export interface CheckResult {
  /** In the order of files and lines. */
  readonly findings: readonly Finding[];
  /** Those that a comment silences. */
  readonly suppressed: readonly SuppressedFinding[];
  /** What no rule could judge, each with what to give it. It does not fail a check, unless that is asked for. */
  readonly notJudged: readonly NotJudged[];
  /** Files that could not be read, each with the reason. */
  readonly unusable: readonly UnusableInput[];
  /** How much there was to check: nothing found in nothing is no good news. */
  readonly checked: { readonly files: number; readonly workloads: number; readonly platforms: number };
}

/** Something that could not be judged. */
export type NotJudged = Pick<Finding, 'file' | 'line' | 'column' | 'subject' | 'message' | 'remedy' | 'also'>;

/** A finding that a comment silences, and why. */
export interface SuppressedFinding extends Finding {
  readonly reason: string;
}

/**
 * Checks files against each other and against what the service does. Never throws because of what is in them.
 *
 * @throws TypeError for what are no files, and for a rule to skip that does not exist
 */
export function checkFiles(files: readonly TextFile[], options: CheckOptions = {}): CheckResult {
  refuseWrongArguments(files, options);
  const { read, unusable } = readAll(files);
  const neighbours = neighboursOf(files, options);
  const models = modelsOf(read, options, neighbours);
  const rules = RULES.filter(({ id }) => options.skip?.includes(id) !== true);
  const sources = sourcesOf(read);
  const found = models.map((model) =>
    rules.flatMap((rule) => [...rule.check(model)].map((report) => toFinding(rule, placed(report, model, sources)))),
  );
  const { findings, suppressed } = suppress(
    found,
    [...read, ...[...sources.values()].flat(), ...neighbours.all.map(withoutObjects)],
    rules,
  );
  return {
    findings: findings.toSorted(compareFindings),
    suppressed: suppressed.toSorted(compareFindings),
    notJudged: notJudgedIn(models, findings, sources),
    unusable,
    checked: {
      files: read.length,
      workloads: new Set(
        models.flatMap(({ cluster }) =>
          [...cluster.workloads, ...jobsIn(cluster).map(({ job }) => job)].map(({ root }) => root),
        ),
      ).size,
      platforms: read.flatMap(({ platforms }) => platforms).length,
    },
  };
}

/** Said once for all sets, and not of what a finding speaks of. */
function notJudgedIn(
  models: readonly Model[],
  findings: readonly Finding[],
  sources: ReadonlyMap<string, readonly ReadFile[]>,
): readonly NotJudged[] {
  // Of a Service or an Ingress that is wrong nothing else has to be said.
  const found = new Set(findings.map(({ file, subject }) => JSON.stringify([file, subject])));
  const gaps = models.map((model) =>
    [...gapsIn(model)].map((gap) => toFinding(GAP, placed({ ...gap, why: '' }, model, sources))),
  );
  return mergeFindings(gaps)
    .filter(
      ({ file, subject }) =>
        !/^(?:Service|Ingress|\w*Route\w*|HTTPProxy|TargetGroupBinding) /.test(subject) ||
        !found.has(JSON.stringify([file, subject])),
    )
    .toSorted(compareFindings)
    .map(({ file, line, column, subject, message, remedy, also }) => ({
      file,
      line,
      column,
      subject,
      message,
      remedy,
      also,
    }));
}

const GAP: Rule = { id: 'not-judged', severity: 'note', summary: '', check: () => [] };

/**
 * What a rendered file was rendered from, by its path; a source that cannot be read is left out, since it did not keep the file from being rendered. Overlays share their bases: each
 * of those is read once.
 */
function sourcesOf(read: readonly ReadFile[]): ReadonlyMap<string, readonly ReadFile[]> {
  const known = new Map<TextFile, readonly ReadFile[]>();
  const readOnce = (file: TextFile): readonly ReadFile[] => {
    const before = known.get(file) ?? readAll([file]).read;
    known.set(file, before);
    return before;
  };
  return new Map(read.map(({ source }) => [source.path, source.sources.flatMap(readOnce)] as const));
}

/** A finding in what was rendered stands where its value is written. */
function placed(report: Report, { cluster }: Model, sources: ReadonlyMap<string, readonly ReadFile[]>): Report {
  const own = sources.get(report.at.source.path) ?? [];
  if (own.length === 0) return report;
  const at = writtenAt(
    report.at,
    cluster.resources,
    own.flatMap(({ resources }) => resources),
  );
  // Its fix is one of the rendered text.
  return at === undefined ? report : { ...report, at, fix: undefined };
}

/** Callers without types exist, and a rule to skip may be misspelt. */
function refuseWrongArguments(files: unknown, { skip = [] }: CheckOptions): void {
  if (!Array.isArray(files)) {
    throw new TypeError("checkFiles takes a list of files: checkFiles([{ path: 'k8s/app.yaml', text: '…' }])");
  }
  const wrong = files.findIndex((file: unknown) => !isTextFile(file));
  if (wrong !== -1) {
    throw new TypeError(
      `files[${wrong}] is no file: pass its path and its text, as in { path: 'app.yaml', text: '…' }`,
    );
  }
  const unknown = skip.filter((name) => !RULES.some(({ id }) => id === name));
  if (unknown.length > 0) {
    throw new TypeError(`skip: there is no rule ${unknown.join(', ')}; RULES has them all, each with its id`);
  }
}

function isTextFile(file: unknown): boolean {
  if (typeof file !== 'object' || file === null) return false;
  return 'path' in file && typeof file.path === 'string' && 'text' in file && typeof file.text === 'string';
}

function readAll(files: readonly TextFile[]): { readonly read: ReadFile[]; readonly unusable: UnusableInput[] } {
  const read: ReadFile[] = [];
  const unusable: UnusableInput[] = [];
  for (const file of files) {
    try {
      read.push(readFile(file));
    } catch (error) {
      if (!(error instanceof UnusableInput)) throw error;
      unusable.push(error);
    }
  }
  return { read, unusable };
}

function neighboursOf(files: readonly TextFile[], { readNeighbour }: CheckOptions): Neighbours {
  const texts = new Map(files.map(({ path, text }) => [joinPath(path), text] as const));
  return new Neighbours((path) => texts.get(path) ?? readNeighbour?.(path), readNeighbour !== undefined);
}

/** One for each set of files that are applied together; files of other platforms are looked at once. */
function modelsOf(
  read: readonly ReadFile[],
  { settings, service, facts = {} }: CheckOptions,
  neighbours: Neighbours,
): readonly Model[] {
  const findPrinted: FindPrinted = (question) => {
    const { workload } = question;
    if (service !== undefined && workload !== undefined && service !== workload) return undefined;
    return typeof settings === 'function' ? settings(question) : settings;
  };
  const beside = read.flatMap(({ platforms }) => platforms);
  const allPlatforms = beside.map((file) => Object.assign({}, file, { beside, neighbours }));
  const builds = buildsAmong(allPlatforms, neighbours);
  return fileSetsOf(read).map((set, index) => ({
    cluster: new Cluster(
      set.flatMap(({ resources }) => resources),
      findPrinted,
      builds,
      facts.usesModule,
    ),
    platforms: index === 0 ? allPlatforms : [],
    allPlatforms,
    findPrinted,
    facts,
  }));
}

function toFinding(rule: Rule, { at, about, message, why, remedy, severity, fix }: Report): Finding {
  const subject = about.name === '' ? about.kind : `${about.kind} ${about.name}`;
  return {
    rule: rule.id,
    severity: severity ?? rule.severity,
    file: at.source.path,
    ...at.position,
    subject,
    message,
    why,
    remedy,
    ...(about.template !== undefined && { template: about.template }),
    ...(fix !== undefined && fix.edits.length > 0 && { fix: { ...fix, isSafe: fix.isSafe && !at.isShared } }),
  };
}

function suppress(
  sets: readonly (readonly Finding[])[],
  read: readonly ReadFile[],
  rules: readonly Rule[],
): { readonly findings: Finding[]; readonly suppressed: SuppressedFinding[] } {
  const comments = new Map(read.map((file) => [file.source.path, suppressionsOf(file)] as const));
  const used = new Set<Suppression>();
  const silencer = (finding: Finding): Suppression | undefined =>
    comments.get(finding.file)?.find((comment) => silences(comment, finding));
  const findings = [...mergeFindings(sets.map((found) => found.filter((finding) => silencer(finding) === undefined)))];
  const silenced = sets.flatMap((found) =>
    found.flatMap((finding): readonly SuppressedFinding[] => {
      const comment = silencer(finding);
      if (comment !== undefined) used.add(comment);
      return comment === undefined ? [] : [{ ...finding, reason: comment.reason }];
    }),
  );
  const suppressed = [...distinctPlaces(silenced)];
  const isRun = (id: string): boolean => rules.some((rule) => rule.id === id);
  for (const [file, all] of comments) {
    for (const comment of all) {
      const isKnown = RULES.some(({ id }) => id === comment.rule);
      // Whether a comment is needed for a rule that was left out cannot be known.
      const isUsed = used.has(comment) || (isKnown && !isRun(comment.rule));
      const finding = suppressionFinding(comment, { file, isUsed, isKnown });
      if (finding !== undefined && isRun(finding.rule)) findings.push(finding);
    }
  }
  return { findings, suppressed };
}

function suppressionsOf({ source, isYaml }: ReadFile): readonly Suppression[] {
  if (!mayBeSilenced(source)) return [];
  const columns = isYaml ? yamlComments(source) : undefined;
  return findSuppressions(source, (line) => (columns === undefined ? 1 : columns.get(line)));
}

function silences({ rule, reason, target }: Suppression, finding: Finding): boolean {
  return reason !== '' && rule === finding.rule && target === finding.line;
}
