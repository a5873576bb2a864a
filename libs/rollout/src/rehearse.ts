import { planChaos } from './chaos/plan-chaos.js';
import { elapsed, systemClock } from './clock/clock.js';
import { type Timeline } from './events/rollout-event.js';
import { type Ledger } from './ledger/ledger.js';
import { checkCalls } from './load/grpc/grpc-calls.js';
import { isAnsweredNothing } from './rehearsal/answered-nothing.js';
import { RehearsalDeadline } from './rehearsal/deadline.js';
import { networkNotes, otherNetwork, withAdvice } from './rehearsal/other-network.js';
import { startDependencies } from './rehearsal/dependencies.js';
import { openStage, type Stage } from './rehearsal/stage.js';
import { withProbes } from './rehearsal/with-probes.js';
import { type RehearsalOptions } from './scenario/rehearsal-options.js';
import { resolveScenario } from './scenario/resolve-scenario.js';
import { type Scenario } from './scenario/scenario.js';
import { judge } from './verdict/judge.js';
import { type Rehearsal, type Verdict } from './verdict/verdict.js';

/** Who watches, and what is known of the service's log. */
export interface RehearsalWatch {
  /** Called once everything is set up, with what is going to be played and the facts as they come. */
  readonly onBegin?: (stage: {
    readonly scenario: Scenario;
    readonly timeline: Timeline;
    readonly ledger: Ledger;
  }) => void;
  /** Called before that, where a pod that is started to find its probes takes its time, with what is waited for. */
  readonly onWaiting?: (text: string) => void;
  /** The phase that a line of the service's log says it has entered. */
  readonly phaseOf?: (line: string) => string | undefined;
  /** Ends the rehearsal early; the verdict is about what was played by then. */
  readonly signal?: AbortSignal;
}

/**
 * Plays a rolling update of a service under load and says what was lost, and why.
 *
 * @throws InvalidScenarioError listing every problem of the options
 * @throws StartFailure when the service does not come up
 */
export async function rehearse(options: RehearsalOptions, watch: RehearsalWatch = {}): Promise<Verdict> {
  return (await playRehearsal(options, watch)).verdict;
}

/** As {@link rehearse}, with everything that happened: what reports are made of. */
export async function playRehearsal(options: RehearsalOptions, watch: RehearsalWatch = {}): Promise<Rehearsal> {
  const resolved = resolveScenario(options);
  const deadline = new RehearsalDeadline(systemClock, resolved.timing.deadlineMs, watch.signal);
  try {
    return await playBefore(deadline, resolved, { options, watch });
  } finally {
    deadline.cancel();
  }
}

interface Asked {
  readonly options: RehearsalOptions;
  readonly watch: RehearsalWatch;
}

/** With the network that was chosen, and where the service does not come up in it, with another one that may help; each once. */
async function playBefore(deadline: RehearsalDeadline, resolved: Scenario, asked: Asked): Promise<Rehearsal> {
  const tried = new Set<string>();
  const said: string[] = [];
  let scenario = resolved;
  for (;;) {
    tried.add(networkOf(scenario));
    try {
      return await playWith(deadline, { scenario, said }, asked);
    } catch (error) {
      const other = deadline.signal.aborted ? undefined : otherNetwork(scenario, asked.options, error);
      if (other === undefined || tried.has(networkOf(other.scenario))) throw withAdvice(error, scenario, asked.options);
      asked.watch.onWaiting?.(other.waiting);
      said.push(...other.notes);
      scenario = other.scenario;
    }
  }
}

function networkOf({ service: { ownNetwork, ports } }: Scenario): string {
  return ownNetwork === undefined ? 'shared' : ports.map(({ containerPort }) => containerPort).join(' ');
}

/** The pod that is started to find the probes counts for the deadline, too. */
async function playWith(
  deadline: RehearsalDeadline,
  { scenario: resolved, said }: { readonly scenario: Scenario; readonly said: readonly string[] },
  { options, watch }: Asked,
): Promise<Rehearsal> {
  const { phaseOf, onWaiting, onBegin } = watch;
  await checkCalls(resolved.load);
  const { scenario, notes } = await withProbes(resolved, options, { signal: deadline.signal, onWaiting });
  const dependencies = await startDependencies(scenario);
  try {
    const stage = await openStage({ ...dependencies, phaseOf, deadline });
    let rehearsal: Rehearsal;
    try {
      onBegin?.(stage);
      await perform(stage);
      if (stage.deadline.cutBy !== undefined) {
        stage.timeline.record({ type: 'rehearsal-cut', reason: stage.deadline.cutBy });
      }
      rehearsal = summarize(stage, [...said, ...networkNotes(scenario), ...notes]);
    } finally {
      await stage.close();
    }
    return withLateNotes(rehearsal, stage);
  } finally {
    for (const proxy of dependencies.proxies.values()) await proxy.close();
  }
}

/** The rehearsal itself, in order. */
async function perform({ scenario, clock, random, cluster, chaos, deadline, ...sent }: Stage): Promise<void> {
  const { warmUpMs, coolDownMs } = scenario.timing;
  const { load, ledger, messages } = sent;
  const stopSending = async (): Promise<void> => {
    await Promise.all([load.stop(deadline.signal), messages?.stop(deadline.signal)]);
    sent.timeline.record({ type: 'load-stopped', ...load.pace });
  };

  if (deadline.signal.aborted) return;
  await cluster.start(deadline.signal);
  await load.prepare(deadline.signal);
  if (deadline.signal.aborted) return;
  load.start();
  await messages?.start(deadline.signal);
  await elapsed(clock, warmUpMs, deadline.signal);
  if (isAnsweredNothing(ledger) || messages?.isTakenByNone === true) deadline.cut('nothing-answered');
  if (deadline.cutBy === 'nothing-answered') return stopSending();

  chaos.start(planChaos(scenario, random));
  await cluster.act(scenario.act, deadline.signal);
  await Promise.race([cluster.settled(), deadline.passed]);

  await elapsed(clock, coolDownMs, deadline.signal);
  chaos.stop();
  await stopSending();
}

function summarize({ scenario, timeline, ledger, cluster, ...stage }: Stage, found: readonly string[]): Rehearsal {
  const { events } = timeline;
  const { records } = ledger;
  const messages = stage.messages?.facts;
  const notes = [...found, ...cluster.notes, ...stage.problems, ...(stage.messages?.problems ?? [])];
  const verdict = judge({ scenario, events, records, messages, notes });
  return { scenario, events, records, ...(messages !== undefined && { messages }), verdict };
}

/** With what could not be taken away in the end. */
function withLateNotes({ verdict, ...rehearsal }: Rehearsal, { messages }: Stage): Rehearsal {
  const late = (messages?.problems ?? []).filter((problem) => !verdict.notes.includes(problem));
  return { ...rehearsal, verdict: { ...verdict, notes: [...verdict.notes, ...late] } };
}
