import { type PodMoment, podsAtTimes } from '../../libs/rollout/src/verdict/pods-at.js';
import { endsOf } from './failures-of-scene.js';
import { type PlayedScene } from './play-scene.js';

type Loss = PlayedScene['run']['verdict']['lost'][number];

const MOST_LOSSES = 10;

/** A scene in some lines: its requests, how each pod ended, each loss with its connection, and what is wrong. */
export function sceneLines(played: PlayedScene): string[] {
  const { scene, adapter, run, failures } = played;
  const { requests, lost, notes } = run.verdict;
  const { sent, answered, toldToGo, unfinished } = requests;
  const podsAt = podsAtTimes(run.events);
  return [
    `${failures.length === 0 ? 'passed' : 'FAILED'}  ${adapter} ${scene.name}: ${sent} requests, ${answered} answered, ${toldToGo} told to go, ${unfinished} unfinished, ${lost.length} lost`,
    ...endsOf(run).map(
      ({ pod, exitCode, said }) => `        ${pod}: exit code ${exitCode}, ${said === undefined ? 'no message' : said}`,
    ),
    ...lost.slice(0, MOST_LOSSES).map((loss) => `        ${lossLine(loss, podsAt)}`),
    ...(lost.length > MOST_LOSSES ? [`        ${lost.length - MOST_LOSSES} more losses are in the ledger`] : []),
    ...notes.map((note) => `        ${note}`),
    ...failures.map((failure) => `        - ${failure}`),
  ];
}

function lossLine(loss: Loss, podsAt: (at: number) => PodMoment[]): string {
  const { fate, cause, record } = loss;
  const { id, kind, client, sentAt, endedAt, detail } = record;
  const what = `${fate} after ${Math.round(endedAt - sentAt)} ms: ${kind} (${client}, request ${id})`;
  return [what, connectionOf(loss), podsOf(loss, podsAt(endedAt)), detail, `cause: ${cause}`]
    .filter((part) => part !== undefined)
    .join(', ');
}

function connectionOf({ record: { connection } }: Loss): string {
  if (connection === undefined || connection.uses === 0) return 'on a new connection';
  const { ageMs, uses, idleMs, lastSaidClose } = connection;
  const idle = idleMs === undefined ? 'not answered yet' : `idle for ${Math.round(idleMs)} ms`;
  const last = lastSaidClose === undefined ? '' : `, its last answer ${lastSaidClose ? 'with' : 'without'} close`;
  return `on a connection ${Math.round(ageMs)} ms old, used ${uses} times, ${idle}${last}`;
}

/** Its own pod where that is known, else those that were not simply ready. */
function podsOf({ record: { connection } }: Loss, pods: readonly PodMoment[]): string {
  const own = pods.filter(({ name }) => name === connection?.servedBy);
  const told = own.length > 0 ? own : pods.filter(({ phase }) => phase !== 'ready');
  const words = told.map(
    ({ name, phase, forMs, servicePhase }) =>
      `${name} ${phase} for ${Math.round(forMs)} ms${servicePhase === undefined ? '' : ` (${servicePhase})`}`,
  );
  return words.length === 0 ? 'every pod ready' : words.join('; ');
}
