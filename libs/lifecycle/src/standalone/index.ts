export { type CoordinateOptions } from '../coordination/coordinate-options.js';
export { postgresLimit, type PostgresPool, type PostgresSession } from '../coordination/postgres-limit.js';
export { type IoredisClient, type NodeRedisClient, redisLimit } from '../coordination/redis-limit.js';
export { type FreePlace, type PlaceRequest, type ShutdownLimit } from '../coordination/shutdown-limit.js';
export { type Duration } from '../deadline/duration.js';
export { type DrainResult } from '../engine/drain-alone.js';
export {
  type ShutdownCause,
  type ShutdownProgress,
  type Statistics,
  type TrackedServer,
} from '../engine/service-life.js';
export { type LifecycleEvent, type Moment, type TimedEvent } from '../events/lifecycle-event.js';
export { LifecycleError, type LifecycleErrorCode } from '../errors/lifecycle-error.js';
export { type FollowOptions } from '../followed/follow-options.js';
export { type HealthAnswer } from '../health/health-result.js';
export { type GateHandle, type GateOptions, type ReadinessState } from '../health/readiness.js';
export { type LifecycleDump } from '../dump/dump-state.js';
export { type DetailedHealth } from '../monitor/detailed-health.js';
export {
  type HealthCheckFunction,
  type HealthCheckResult,
  type HealthCheckStatus,
  type HealthComponentOptions,
} from '../monitor/health-check.js';
export { type HealthComponentHandle } from '../monitor/health-monitor.js';
export { type HookOptions, type HookPhase } from '../hooks/hook.js';
export { InvalidHookError } from '../hooks/hook-options.js';
export { type Registration } from '../hooks/hook-registry.js';
export { type Closer, type RegisterOptions } from '../hooks/register-options.js';
export { type ResourceInfo, type ResourceStatistics } from '../resources/resource.js';
export { type ResourceState } from '../resources/resource-state.js';
export { type ResourceType } from '../resources/resource-type.js';
export { type ShutdownContext } from '../hooks/shutdown-context.js';
export { type InFlight } from '../in-flight/in-flight-work.js';
export { type WorkSource } from '../in-flight/work-source.js';
export { InvalidOptionsError, type OptionProblem } from '../options/invalid-options-error.js';
export { type Phase, PHASES } from '../phase/phase.js';
export { type PlannedStep } from '../plan/shutdown-plan.js';
export { type Outcome, type ShutdownReport } from '../report/shutdown-report.js';
export { ShutdownFailedError } from '../shutdown/failures.js';
export { type SourceHandle } from '../sources/added-sources.js';
export { type IntakeItem, type IntakeOptions } from '../sources/intake-options.js';
export { type BackgroundTaskOptions, type OnShutdown } from '../tasks/background-task-options.js';
export { type TaskInfo, type TaskState } from '../tasks/background-task.js';
export { type NamedTasks, type RunningTask } from '../tasks/named-tasks.js';
export { type RestartOptions } from '../tasks/restart-options.js';
export { type TaskHandle } from '../tasks/task-tracker.js';
export { type CloseCause, type Lifecycle, type ProbeAnswers, type ShutdownHook } from './lifecycle.js';
export { type Logger } from './logger.js';
export { type ServerOwner } from './own-servers.js';
export { type LifecycleOptions } from './standalone-options.js';
export { startLifecycle } from './start-lifecycle.js';
export { withLifecycle } from './with-lifecycle.js';
