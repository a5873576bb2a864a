import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { acceptKnown, type Fault, type Rehearsal, type Verdict } from 'nestjs-lifecycle-rollout';
import { oneLineOf } from 'nestjs-lifecycle-manifest-check';
import { baselineText, keyOf, type KnownFinding, readBaseline } from '../known-findings.js';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { type RehearseFlags } from './rehearse-flags.js';

/** A limit that was set says itself what is allowed. */
const NEVER_KNOWN: ReadonlySet<string> = new Set(['p99-above-limit', 'errors-above-limit']);

/** What a rehearsal has in place of the name of a file. */
const PLACE = 'rehearsal';

/** Faults that a team knows already. */
export interface Baseline {
  /** The same rehearsal, with its known faults accepted. */
  accept(run: Rehearsal): Rehearsal;
  /** Says how many were known, or writes down those of all runs as known. */
  finish(verdicts: readonly Verdict[]): Promise<void>;
}

/**
 * The baseline of `--baseline`. With `--update-baseline` every fault is known, and `finish` writes them down.
 *
 * @throws UsageError when there is none to read
 */
export async function baselineOf({ baseline, updateBaseline }: RehearseFlags, terminal: Terminal): Promise<Baseline> {
  if (baseline === undefined) {
    if (updateBaseline) throw new UsageError('--update-baseline: name the file, too: --baseline known.json');
    return { accept: (run) => run, finish: () => Promise.resolve() };
  }
  if (updateBaseline) {
    return {
      accept: (run) => acceptedIn(run, (fault) => !NEVER_KNOWN.has(fault.code)),
      finish: (verdicts) => write(baseline, verdicts, terminal),
    };
  }
  const known = await readBaseline(baseline, terminal);
  const keys = new Set(known.map(keyOf));
  const isKnown = (fault: Fault, verdict: Verdict): boolean =>
    !NEVER_KNOWN.has(fault.code) && findingsOf(fault, verdict).every((finding) => keys.has(keyOf(finding)));
  return {
    accept: (run) => acceptedIn(run, (fault) => isKnown(fault, run.verdict)),
    finish: (verdicts) => Promise.resolve(tell({ known, verdicts, file: baseline }, terminal)),
  };
}

function acceptedIn(run: Rehearsal, isKnown: (fault: Fault) => boolean): Rehearsal {
  return { ...run, verdict: acceptKnown(run.verdict, isKnown) };
}

/** A fault as a finding for each kind of request that it cost: by these it is known, and not by how many a seed made it cost. */
function findingsOf({ code, title, lost }: Fault, verdict: Verdict): KnownFinding[] {
  const finding = (subject: string, count: number): KnownFinding => {
    return { rule: code, file: PLACE, subject, message: title, count };
  };
  if (lost === 0) return [finding('no request', 1)];
  const counted = new Map<string, number>();
  for (const { record, cause } of verdict.lost)
    if (cause === code) counted.set(record.kind, (counted.get(record.kind) ?? 0) + 1);
  return [...counted].map(([subject, count]) => finding(subject, count));
}

function allFindings(verdicts: readonly Verdict[]): KnownFinding[] {
  const found = new Map<string, KnownFinding>();
  for (const finding of verdicts.flatMap((verdict) => verdict.faults.flatMap((fault) => findingsOf(fault, verdict)))) {
    if (NEVER_KNOWN.has(finding.rule)) continue;
    const before = found.get(keyOf(finding));
    found.set(keyOf(finding), { ...finding, count: Math.max(finding.count, before?.count ?? 0) });
  }
  return [...found.values()];
}

async function write(file: string, verdicts: readonly Verdict[], terminal: Terminal): Promise<void> {
  const text = baselineText(allFindings(verdicts));
  await writeFile(resolve(terminal.cwd, file), text).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--baseline ${file} cannot be written (${error.code ?? error.message}): name another file`);
  });
}

interface Told {
  readonly known: readonly KnownFinding[];
  readonly verdicts: readonly Verdict[];
  readonly file: string;
}

function tell({ known, verdicts, file }: Told, { stderr }: Terminal): void {
  const found = new Set(allFindings(verdicts).map(keyOf));
  const gone = known.filter((finding) => !found.has(keyOf(finding))).length;
  const update = gone === 0 ? '' : `; ${gone} of it are no longer found: --update-baseline takes them out`;
  stderr.write(`${known.length - gone} known from ${oneLineOf(file)}${update}\n`);
}
