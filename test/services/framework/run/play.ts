import { type EventEmitter } from 'node:events';
import { freePort } from '../../../support/free-port.js';
import { GracefulShutdown } from 'nestjs-lifecycle';
import { type Exchange, type FrameworkApplication, type Kind, type World } from './application.js';
import { Client } from './client.js';
import { Journal } from './journal.js';
import { observeServer } from './observe-server.js';
import { type Mode, start } from './start.js';
import { type LogLine, RecordingLogger } from './witnesses.js';

/** An exchange that takes longer has hung. */
const PATIENCE_MS = 20_000;

/** Which run. */
export interface Run {
  readonly name: string;
  readonly kind: Kind;
  readonly mode: Mode;
}

/** All that a run has shown, as plain data. */
export interface Observation {
  /** What clients got, by exchange. */
  readonly answers: Readonly<Record<string, unknown>>;
  /** What handlers and hooks noted, in order. */
  readonly journal: readonly string[];
  readonly log: readonly LogLine[];
  /** How often the HTTP server emitted what. */
  readonly serverEvents: Readonly<Record<string, number>>;
  /** Methods of the application's classes that are another function by now. */
  readonly replaced: readonly string[];
  /** Listeners on the process that were not there before. */
  readonly leftListeners: readonly string[];
  /** How the module says that the stop went. */
  readonly report?: { readonly outcome: string; readonly exitCode: number; readonly text: string };
}

/** Runs an application in this process: starts it, plays its exchanges, closes it. */
export async function play(application: FrameworkApplication, { kind, mode }: Run): Promise<Observation> {
  const before = processListeners();
  const journal = new Journal();
  const logger = new RecordingLogger();
  const setting = { kind, journal, ports: await freePorts(application.ports) };
  let serverEvents: Record<string, number> = {};
  const onCreated = (app: World['app']): void => {
    serverEvents = observeServer(app);
  };
  const { app, url, methods } = await start({ ...setting, application, mode, logger, onCreated });
  const world = { ...setting, app, url, client: new Client(url) };
  const answers = await playExchanges(application.exchanges, world).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${complaints(logger.lines)}\nnoted: ${journal.lines.join(', ')}`, {
      cause: error,
    });
  });
  const replaced = methods.replaced();
  await bounded('app.close()', app.close());
  const report = mode === 'plain' ? undefined : app.get(GracefulShutdown).report;
  const observation = {
    answers,
    journal: journal.lines,
    log: logger.lines,
    serverEvents,
    replaced,
    leftListeners: moreListeners(before),
    ...(report !== undefined && {
      report: { outcome: report.outcome, exitCode: report.exitCode, text: JSON.stringify(report) },
    }),
  };
  return masked(observation, [...(application.masks ?? []), ...portsOf([url, ...setting.ports])]);
}

/** Plays exchanges one after the other. Rejects with the name of the one that fails or hangs. */
export async function playExchanges(exchanges: readonly Exchange[], world: World): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const [index, { name, play }] of exchanges.entries()) {
    answers[`${index + 1}. ${name}`] = await bounded(name, play(world));
  }
  world.client.close();
  return answers;
}

/** What the application has said of failures, for whoever reads why a run failed. */
function complaints(lines: readonly LogLine[]): string {
  const bad = lines.filter(({ level }) => level === 'error' || level === 'warn');
  return bad.map(({ level, message, context }) => `${level} [${context}] ${message}`).join('\n');
}

/** Ports on which nothing listens. */
export async function freePorts(count = 0): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, () => freePort()));
}

async function bounded<T>(name: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} took longer than ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, hung]);
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function processListeners(): Map<string, number> {
  const emitter = process as EventEmitter;
  return new Map(emitter.eventNames().map((event) => [String(event), emitter.listenerCount(event)]));
}

/** The events of the process that have more listeners than before, and how many. */
function moreListeners(before: ReadonlyMap<string, number>): string[] {
  return [...processListeners()].flatMap(([event, count]) => {
    const more = count - (before.get(event) ?? 0);
    return more > 0 ? [`${event} +${more}`] : [];
  });
}

function portsOf(places: readonly (string | number)[]): RegExp[] {
  const ports = places.map((place) => (typeof place === 'number' ? String(place) : new URL(place || 'http://x').port));
  return ports.filter((port) => port !== '').map((port) => new RegExp(`\\b${port}\\b`, 'g'));
}

function masked(observation: Observation, masks: readonly RegExp[]): Observation {
  const text = masks.reduce((masked, mask) => masked.replace(mask, '…'), JSON.stringify(observation));
  return JSON.parse(text) as Observation;
}
