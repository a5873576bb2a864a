import { type Clock } from '../deadline/clock.js';
import { type Coordination } from '../coordination/coordination.js';
import { type Deadline } from '../deadline/deadline.js';
import { type ShutdownReport } from '../report/shutdown-report.js';
import { type EventStream } from '../events/event-stream.js';
import { type FailedProbes } from '../health/failed-probes.js';
import { type WorkSources } from '../in-flight/work-sources.js';
import { type Resources } from '../resources/resources.js';
import { type Settings } from '../options/settings.js';
import { type PhaseMachine } from '../phase/phase-machine.js';
import { type ShutdownState } from '../phase/shutdown-state.js';
import { type StartUp } from '../startup/start-up.js';
import { type Notices } from '../in-flight/notices.js';
import { type Drain } from './drain.js';
import { type HookStage } from './hook-stage.js';
import { type HostSteps } from './host-steps.js';
import { type ReportRecorder } from './report-recorder.js';
import { type StoppingLoop } from './stopping-loop.js';
import { type UnseenWork } from '../unseen/unseen-work.js';

/** Why the service stops, and how. */
export interface Trigger {
  readonly reason: string;
  /** Set where the process is to end, because of a signal or something in its place. Without it, only Nest closes. */
  readonly signal?: NodeJS.Signals;
  /** No application of the process had begun to start: there is no start to wait for, and no router sends requests. */
  readonly hasNothingStarted?: boolean;
  /** The drain alone is asked for: hooks and the end wait until a signal or `app.close()` comes. */
  readonly isDrain?: boolean;
  /** The exit code of the process, unless something fails. */
  readonly exitCode?: number;
  /** The error that is the reason, if there is one. The outcome is `failed`. */
  readonly error?: unknown;
  /** How long the event loop was blocked when the signal was handled; the signal may have waited that long. */
  readonly delayMs?: number;
}

/** The parts that the sequence works with, made in the wiring. */
export interface SequenceParts {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly phases: PhaseMachine;
  readonly state: ShutdownState;
  readonly startUp: StartUp;
  readonly sources: WorkSources;
  readonly failedProbes: FailedProbes;
  readonly notices: Notices;
  readonly drain: Drain;
  readonly hooks: HookStage;
  readonly host: HostSteps;
  readonly resources: Resources;
  readonly coordination: Coordination;
  readonly events: EventStream;
  readonly recorder: ReportRecorder;
  readonly unseen: UnseenWork;
  readonly loop: StoppingLoop;
  readonly telemetry: EndTelemetry;
}

/** What is sent at the very end: metrics and traces. Neither step rejects. */
export interface EndTelemetry {
  /** Exporters are about to be closed: the last moment to send through them. */
  beforeTelemetry(report: () => ShutdownReport, deadline: Deadline): Promise<void>;
  /** The report is made. */
  afterReport(end: { readonly deadline: Deadline; readonly endsProcess: boolean }): Promise<void>;
}
