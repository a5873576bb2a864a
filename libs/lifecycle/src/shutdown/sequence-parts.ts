import { type Clock } from '../deadline/clock.js';
import { type EventStream } from '../events/event-stream.js';
import { type FailedProbes } from '../health/failed-probes.js';
import { type WorkSources } from '../in-flight/work-sources.js';
import { type NestHookWatch } from '../nest/nest-hook-watch.js';
import { type Settings } from '../options/settings.js';
import { type PhaseMachine } from '../phase/phase-machine.js';
import { type ShutdownState } from '../phase/shutdown-state.js';
import { type StartUp } from '../startup/start-up.js';
import { type Notices } from '../in-flight/notices.js';
import { type Drain } from './drain.js';
import { type HookStage } from './hook-stage.js';
import { type ReportRecorder } from './report-recorder.js';
import { type ShutdownReport } from './shutdown-report.js';
import { type UnseenWork } from '../unseen/unseen-work.js';

/** Why the service stops. */
export interface Trigger {
  readonly reason: string;
  /** The process is to end, because of a signal or of something in its place. Without one, Nest is merely closing. */
  readonly signal?: NodeJS.Signals;
  /** Nothing of any application in the process had started: there is no start to wait for, and no router that knows it. */
  readonly hasNothingStarted?: boolean;
  /** What the process is to exit with, unless something fails. */
  readonly exitCode?: number;
  /** What has gone wrong, where that is why. The outcome is `failed`. */
  readonly error?: unknown;
  /** How long the event loop was blocked when the signal came, which may have waited as long. */
  readonly delayMs?: number;
}

/** What the sequence works with; put together in the wiring. */
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
  readonly nest: NestHookWatch;
  readonly events: EventStream;
  readonly recorder: ReportRecorder;
  readonly unseen: UnseenWork;
  /** Called before hooks close logs, with what is known by then. */
  readonly beforeLogs: (report: ShutdownReport) => void;
  /** Called once, when the report is there. */
  readonly onReport: (report: ShutdownReport) => void;
}
