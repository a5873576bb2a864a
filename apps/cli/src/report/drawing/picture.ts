import { count, time } from 'nestjs-lifecycle-shared';
import { shareOf } from '../reading/read-report.js';
import { type Cuts, type Shutdown, type Step } from '../shutdown.js';

/** What a picture of a shutdown has, however it is drawn. */
export interface Picture {
  readonly headline: string;
  readonly isGood: boolean;
  /** What it was, in a few words. */
  readonly about: readonly string[];
  readonly figures: readonly Figure[];
  /** How far the axis of the time goes. */
  readonly endMs: number;
  /** Where on it the budget is used up. */
  readonly deadlineMs: number | undefined;
  readonly lanes: readonly Lanes[];
  readonly lists: readonly List[];
}

/** What one wants to see at a glance. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly isBad: boolean;
}

/** Lanes of one kind. */
export interface Lanes {
  readonly title: string;
  readonly rows: readonly Lane[];
}

/** A lane of the timeline: its bar, and the same in words. */
export interface Lane {
  readonly name: string;
  readonly place: string;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** When and how long. */
  readonly took: string;
  readonly result: string;
  readonly look: Look;
  readonly error: string | undefined;
}

/** How a bar looks; what it means is in the words beside it. */
export type Look = 'lame-duck' | 'draining' | 'closing' | 'other' | 'good' | 'bad';

/** A list below the timeline. */
export interface List {
  readonly title: string;
  readonly isBad: boolean;
  readonly items: readonly string[];
}

/** The picture of a shutdown. */
export function pictureOf(shutdown: Shutdown): Picture {
  const { durationMs, budgetMs, outcome } = shutdown;
  const steps = shutdown.steps.map(stepLane);
  const ends = [...shutdown.phases.map(({ toMs }) => toMs), ...steps.map(({ toMs }) => toMs ?? 0)];
  return {
    headline: headlineOf(shutdown),
    isGood: outcome === 'clean' || outcome === 'unverified',
    about: aboutOf(shutdown),
    figures: figuresOf(shutdown),
    endMs: Math.max(durationMs, budgetMs ?? 0, ...ends, 1),
    deadlineMs: budgetMs,
    lanes: [
      { title: 'Phases', rows: shutdown.phases.map((span) => phaseLane(span, budgetMs)) },
      { title: 'Sources of work', rows: sourceLanes(shutdown) },
      { title: 'Hooks', rows: ofKinds(shutdown.steps, steps, ['turn', 'hook']) },
      { title: 'Hooks of Nest', rows: ofKinds(shutdown.steps, steps, ['hook of Nest']) },
      { title: 'Pools and clients', rows: ofKinds(shutdown.steps, steps, ['resource']) },
    ].filter(({ rows }) => rows.length > 0),
    lists: [
      ...cutList('Interrupted', shutdown.interrupted, true),
      ...cutList('Exempt, and cut', shutdown.exemptCut, false),
      ...shutdown.lists,
    ],
  };
}

const HEADLINES: Readonly<Record<string, (shutdown: Shutdown) => string>> = {
  clean: () => 'Clean: everything finished in time',
  unverified: () => 'Unverified: what could be seen finished in time',
  interrupted: ({ interrupted, counts }) => {
    const total = Math.max(interrupted.total, counts?.interrupted ?? 0);
    return total === 1 ? 'Interrupted: 1 piece of work was cut' : `Interrupted: ${total} pieces of work were cut`;
  },
  failed: (shutdown) => `Failed: ${firstFailure(shutdown)}`,
  forced: ({ isLate }) => `Forced: ${isLate ? 'the budget was used up' : 'the process ended before it had finished'}`,
};

function headlineOf(shutdown: Shutdown): string {
  const { outcome } = shutdown;
  if (outcome === undefined) return `No end: the log stops ${lastSeen(shutdown)}`;
  return Object.hasOwn(HEADLINES, outcome) ? (HEADLINES[outcome]?.(shutdown) ?? outcome) : outcome;
}

function firstFailure({ steps, lists }: Shutdown): string {
  const bad = steps.find(({ isBad }) => isBad);
  if (bad !== undefined) return `${bad.name} ${bad.result}`;
  return lists.find(({ title }) => title === 'Errors')?.items[0] ?? 'something failed on the way';
}

function lastSeen({ phases, durationMs }: Shutdown): string {
  const phase = phases.at(-1)?.name;
  const when = durationMs > 0 ? `${time(durationMs)} after the signal` : 'behind its first lines';
  return phase === undefined ? when : `${when}, ${phase}`;
}

function aboutOf({ reason, startedAt, process, durationMs, budgetMs, outcome }: Shutdown): string[] {
  const took = outcome === undefined ? `${time(durationMs)} seen` : time(durationMs);
  return [
    `because of ${reason}`,
    ...(startedAt === undefined ? [] : [startedAt]),
    ...(process === undefined ? [] : [process]),
    budgetMs === undefined ? took : `${took} of ${time(budgetMs)}`,
  ];
}

function figuresOf(shutdown: Shutdown): Figure[] {
  const { outcome, exitCode, durationMs, budgetMs, counts, steps, isLate } = shutdown;
  const hooks = steps.filter(({ kind }) => kind === 'hook');
  const done = hooks.filter(({ isBad }) => !isBad).length;
  const share = shareOf(durationMs, budgetMs);
  const figure = (name: string, value: string | number, isBad = false): Figure => ({
    name,
    value: String(value),
    isBad,
  });
  return [
    figure('Outcome', outcome ?? 'not in the log', outcome !== 'clean' && outcome !== 'unverified'),
    figure('Exit code', exitCode ?? '–', (exitCode ?? 0) !== 0),
    figure('Took', share === undefined ? time(durationMs) : `${time(durationMs)} (${share})`, isLate),
    figure('Hooks done', `${done} of ${hooks.length}`, done < hooks.length),
    ...(counts === undefined
      ? []
      : [
          figure('In flight at the signal', counts.inFlightAtStart),
          figure('Drained', counts.drained),
          figure('Refused', counts.refused),
          figure('Interrupted', counts.interrupted, counts.interrupted > 0),
        ]),
  ];
}

const LOOKS: Readonly<Record<string, Look>> = {
  'lame-duck': 'lame-duck',
  draining: 'draining',
  closing: 'closing',
  'event loop blocked': 'bad',
};

function phaseLane({ name, fromMs, toMs, note }: Shutdown['phases'][number], budgetMs: number | undefined): Lane {
  const result = [shareOf(toMs - fromMs, budgetMs), note].filter((text) => text !== undefined).join(', ');
  const look = LOOKS[name] ?? 'other';
  return { name, place: '', fromMs, toMs, took: time(toMs - fromMs), result, look, error: undefined };
}

function sourceLanes({ sources, phases }: Shutdown): Lane[] {
  const fromMs = phases.find(({ name }) => name === 'draining')?.fromMs;
  return sources.map(({ name, figures, isBad, toMs }) => ({
    name,
    place: '',
    fromMs: toMs === undefined ? undefined : fromMs,
    toMs,
    took: toMs === undefined || fromMs === undefined ? '' : time(toMs - fromMs),
    result: figures,
    look: isBad ? 'bad' : 'draining',
    error: undefined,
  }));
}

function stepLane({ name, place, result, isBad, fromMs, durationMs, error }: Step): Lane {
  const toMs = fromMs === undefined ? undefined : fromMs + durationMs;
  const wasCalled = result !== 'skipped';
  return {
    name,
    place,
    fromMs,
    toMs,
    took: wasCalled ? time(durationMs) : '',
    result: wasCalled ? result : 'never called',
    look: isBad ? 'bad' : 'good',
    error,
  };
}

function ofKinds(steps: readonly Step[], lanes: readonly Lane[], kinds: readonly Step['kind'][]): Lane[] {
  return lanes.filter((_lane, index) => {
    const kind = steps[index]?.kind;
    return kind !== undefined && kinds.includes(kind);
  });
}

function cutList(title: string, { items, total }: Cuts, isBad: boolean): List[] {
  if (total === 0) return [];
  const shown = items.map(({ name, kind, ageMs }) => {
    const age = ageMs === undefined ? '' : ` after ${time(ageMs)}`;
    return `${name}${age}${kind === '' ? '' : ` (${kind})`}`;
  });
  const rest = total - shown.length;
  return [{ title, isBad, items: rest > 0 ? [...shown, `and ${count(rest, 'more piece')}`] : shown }];
}

/** So many of some lanes, in their order: those that went wrong, then those that took longest. */
export function mostImportant(rows: readonly Lane[], most: number): readonly Lane[] {
  if (rows.length <= most) return rows;
  const length = ({ fromMs = 0, toMs = 0 }: Lane): number => toMs - fromMs;
  const sorted = rows.toSorted((a, b) => Number(b.look === 'bad') - Number(a.look === 'bad') || length(b) - length(a));
  const chosen = new Set(sorted.slice(0, most));
  return rows.filter((row) => chosen.has(row));
}
