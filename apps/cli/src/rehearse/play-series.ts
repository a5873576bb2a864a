import { parseDuration } from 'nestjs-lifecycle-manifest-check';
import { type Rehearsal, type RehearsalOptions, type Verdict } from 'nestjs-lifecycle-rollout';
import { type Terminal } from '../terminal.js';
import { type Against } from './against.js';
import { type Baseline } from './baseline.js';
import { playRehearsal } from './rehearse.js';
import { type RehearseFlags } from './rehearse-flags.js';
import { playRepeated } from './repeated-runs.js';
import { worseOf } from './series.js';
import { playShown } from './shown-run.js';
import { TimeBudget, worthPlaying } from './time-budget.js';

/** What every run of a series has in common. */
export interface SeriesStage {
  readonly options: RehearsalOptions;
  readonly flags: RehearseFlags;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly against: Against | undefined;
  readonly baseline: Baseline;
}

/** One run, and the one that it is compared with. */
export interface Runs {
  readonly run: Rehearsal;
  readonly against: Rehearsal | undefined;
}

/** Several runs, and the worst of them with all its reports. */
export interface Series {
  readonly worst: Runs;
  readonly verdicts: readonly Verdict[];
  /** What is to be said of the series as a whole. */
  readonly notes: readonly string[];
}

/** Plays as many runs as were asked for, or as fit into the time, until it is interrupted. */
export function playSeries(stage: SeriesStage): Promise<Series> {
  const { time } = stage.flags;
  return time === undefined ? playTimes(stage) : playFor(time, stage);
}

/** Each run with the seed after the one before. */
async function playTimes(stage: SeriesStage): Promise<Series> {
  const { options, flags } = stage;
  return { ...(await playRepeated((changes) => play({ ...options, ...changes }, stage), flags, stage)), notes: [] };
}

/** What is worth most first; each is begun only if one as long as the longest so far fits, and cut where the time is over. */
async function playFor(timeMs: number, stage: SeriesStage): Promise<Series> {
  const { options, flags, terminal, signal } = stage;
  const budget = new TimeBudget(timeMs);
  const timed = async (one: RehearsalOptions): Promise<Runs> => {
    const leftMs = budget.leftMs;
    const deadline = Math.max(1, Math.min(leftMs, parseDuration(String(one.deadline ?? '')) ?? leftMs));
    const runs = await play({ ...one, deadline }, stage);
    budget.took(leftMs - budget.leftMs);
    return runs;
  };
  let worst = await timed(options);
  const verdicts = [worst.run.verdict];
  const { seed } = worst.run.scenario;
  const names: string[] = [];
  const runs = worthPlaying(options, seed);
  runs.next();
  for (const { name, options: next } of runs) {
    if (signal.aborted || !budget.hasRoom) break;
    if (!flags.quiet) terminal.stdout.write(`\nthere is time left, so also: ${name}\n`);
    const more = await timed(next);
    names.push(name);
    verdicts.push(more.run.verdict);
    worst = worseOf(worst, more);
  }
  return {
    worst,
    verdicts,
    notes: [...playedNote(names), budget.leftOut(verdicts.length, worthPlaying(options, seed))],
  };
}

function playedNote(names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`Played beside what was asked for: ${names.join(', ')}.`];
}

/** The same seed for both, so that both meet the same. */
async function play(options: RehearsalOptions, stage: SeriesStage): Promise<Runs> {
  const { flags, terminal, signal, against, baseline } = stage;
  const run = baseline.accept(await playOne(options, stage));
  if (against === undefined) return { run, against: undefined };
  const named = against.named(run, true);
  if (signal.aborted) return { run: named, against: undefined };
  if (!flags.quiet) terminal.stdout.write(`\nand the same with: ${against.name}\n`);
  const other = await playOne(against.options(options, run.scenario.seed), stage);
  return { run: named, against: against.named(other, false) };
}

function playOne(options: RehearsalOptions, { flags, terminal, signal }: SeriesStage): Promise<Rehearsal> {
  return playShown((shown) => playRehearsal(options, { signal, ...shown }), flags, terminal);
}
